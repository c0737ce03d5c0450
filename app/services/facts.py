"""Cached facts about Apigee's objects: dated, one flight per key, stale rather than nothing."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Generic, TypeVar, cast
from weakref import WeakValueDictionary

from app.domain.clock import Clock
from app.domain.errors import Upstream
from app.services.ports import Cache

T = TypeVar("T")

STALE_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A fact with the moment it was read; ``stale`` says that Apigee did not answer since."""

    value: T
    at: datetime
    stale: bool = False


class _Flight:
    """A lock that lives as long as somebody holds or awaits it."""

    __slots__ = ("__weakref__", "lock")

    def __init__(self) -> None:
        self.lock = Lock()


class Facts:
    """Reads through the cache; keys and secrets are never among the values.

    A fact younger than its age is answered from the cache. An older one is read again, by one
    caller at a time; when Apigee does not answer, the old one is handed out marked ``stale``
    for up to 900 seconds more.
    """

    def __init__(self, cache: Cache, clock: Clock, organization: str) -> None:
        self._cache = cache
        self._clock = clock
        self._organization = organization
        self._flights: WeakValueDictionary[str, _Flight] = WeakValueDictionary()
        self._guard = Lock()

    def read(self, key: str, seconds: int, load: Callable[[], T]) -> Dated[T]:
        """Return the fact, at most ``seconds`` old; 0 seconds reads it every time."""
        if seconds <= 0:
            return Dated(load(), self._clock.now())
        full_key = f"{self._organization}:{key}"
        kept = self._kept(full_key)
        if kept is not None and self._is_fresh(kept, seconds):
            return cast(Dated[T], kept)
        flight = self._flight(full_key)
        with flight.lock:
            return self._read_alone(full_key, seconds, load)

    def keep(self, key: str, seconds: int, value: T) -> Dated[T]:
        """Put a fact that was just read for another reason into the cache."""
        dated = Dated(value, self._clock.now())
        if seconds > 0:
            full_key = f"{self._organization}:{key}"
            self._cache.set(full_key, dated, timeout=seconds + STALE_SECONDS)
        return dated

    def _read_alone(self, full_key: str, seconds: int, load: Callable[[], T]) -> Dated[T]:
        kept = cast(Dated[T] | None, self._kept(full_key))
        if kept is not None and self._is_fresh(kept, seconds):
            return kept
        try:
            dated = Dated(load(), self._clock.now())
        except Upstream:
            if kept is None:
                raise
            return replace(kept, stale=True)
        self._cache.set(full_key, dated, timeout=seconds + STALE_SECONDS)
        return dated

    def _kept(self, full_key: str) -> Dated[object] | None:
        kept = self._cache.get(full_key)
        return kept if isinstance(kept, Dated) else None

    def _is_fresh(self, kept: Dated[object] | Dated[T], seconds: int) -> bool:
        return self._clock.now() - kept.at < timedelta(seconds=seconds)

    def _flight(self, full_key: str) -> _Flight:
        with self._guard:
            return self._flights.setdefault(full_key, _Flight())
