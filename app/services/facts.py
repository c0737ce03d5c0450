"""Cached facts about Apigee's objects: dated, one flight per key, stale rather than nothing."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Generic, TypeVar, cast
from weakref import WeakValueDictionary

from app.domain.clock import Clock
from app.domain.errors import Upstream, UpstreamKind
from app.services.figures.port import UNCOUNTED, Figures
from app.services.ports import Cache

T = TypeVar("T")
Gate = Callable[[], AbstractContextManager[None]]
Turn = Callable[[str], AbstractContextManager[None]]

STALE_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """A fact with the moment it was read; ``stale`` says that Apigee did not answer since."""

    value: T
    at: datetime
    stale: bool = False


def alone(_key: str) -> AbstractContextManager[None]:
    """Wait for no other process: none shares the cache."""
    return nullcontext()


class _Flight(Generic[T]):
    """One reading at a time; it lives as long as somebody reads or waits for it."""

    __slots__ = ("__weakref__", "error", "fact", "landings", "lock")

    def __init__(self) -> None:
        self.lock = Lock()
        self.landings = 0
        self.fact: Dated[T] | None = None
        self.error: Upstream | None = None

    def land(self, fact: Dated[T] | None, error: Upstream | None = None) -> None:
        """Keep how the reading ended, for those who waited."""
        self.landings += 1
        self.fact, self.error = fact, error

    def result(self) -> Dated[T]:
        """Return what was read, or raise why it was not."""
        if self.fact is None:
            raise self.error or Upstream(UpstreamKind.FAILED, "Nothing was read.")
        return self.fact


class Facts:
    """Reads through the cache; keys and secrets are never among the values.

    A fact younger than its age is answered from the cache. An older one is read again, by one
    caller at a time, and whoever waited gets the same answer or error. When Apigee does not
    answer, the old one is handed out marked ``stale`` for up to 900 seconds more. Whoever reads
    or waits is behind the gate, which raises ``Upstream`` when too many are there already. Of
    processes that share the cache the one whose ``turn`` it is reads, and the others have it then.
    """

    def __init__(
        self,
        cache: Cache,
        clock: Clock,
        organization: str,
        gate: Gate = nullcontext,
        figures: Figures = UNCOUNTED,
        turn: Turn = alone,
    ) -> None:
        self._cache = cache
        self._clock = clock
        self._organization = organization
        self._gate = gate
        self._figures = figures
        self._turn = turn
        self._flights: WeakValueDictionary[str, _Flight[object]] = WeakValueDictionary()
        self._guard = Lock()

    def read(
        self,
        key: str,
        seconds: int,
        load: Callable[[], T],
        *,
        refresh: bool = False,
        before: Iterable[str] = (),
    ) -> Dated[T]:
        """Return the fact, at most ``seconds`` old; 0 seconds and ``refresh`` always read it.

        ``before`` are the keys it had before changes of ours, the latest first, to fall back on.
        """
        if seconds <= 0:
            return Dated(load(), self._clock.now())
        full_key = f"{self._organization}:{key}"
        kept = cast(Dated[T] | None, self._kept(full_key))
        if kept is not None and not refresh and self._is_fresh(kept, seconds):
            self._count(key, "hit")
            return kept
        self._count(key, "miss")
        try:
            with self._gate():
                return self._flown(full_key, seconds, load, known=kept if refresh else None)
        except Upstream:
            last = kept or cast(Dated[T] | None, self._older(before))
            if last is None:
                raise
            self._count(key, "stale")
            return replace(last, stale=True)

    def fresh(self, key: str, seconds: int) -> Dated[object] | None:
        """Return the fact if ``read`` would answer it without asking Apigee."""
        kept = self._kept(f"{self._organization}:{key}")
        return kept if kept is not None and self._is_fresh(kept, seconds) else None

    def known(self, key: str) -> object | None:
        """Return the value of ``last``."""
        kept = self._kept(f"{self._organization}:{key}")
        return None if kept is None else kept.value

    def last(self, key: str) -> Dated[object] | None:
        """Return the fact as it was last read, ``stale`` however old it is; None if unread."""
        kept = self._kept(f"{self._organization}:{key}")
        return None if kept is None else replace(kept, stale=True)

    def keep(self, key: str, seconds: int, value: object) -> None:
        """Keep a fact that was learned on the way, for ``known`` to return."""
        dated = Dated(value, self._clock.now())
        self._cache.set(f"{self._organization}:{key}", dated, timeout=seconds)

    def amend(self, key: str, value: object) -> None:
        """Put a value in the place of the kept one; it is no younger and no older for that."""
        full_key = f"{self._organization}:{key}"
        kept = self._kept(full_key)
        if kept is not None:
            self._cache.set(full_key, replace(kept, value=value), timeout=STALE_SECONDS)

    def _flown(
        self, full_key: str, seconds: int, load: Callable[[], T], *, known: Dated[T] | None
    ) -> Dated[T]:
        flight = cast(_Flight[T], self._flight(full_key))
        before = flight.landings
        with flight.lock:
            if flight.landings == before:
                with self._turn(full_key):
                    self._fly(flight, full_key, seconds, load, known=known)
            return flight.result()

    def _fly(
        self,
        flight: _Flight[T],
        full_key: str,
        seconds: int,
        load: Callable[[], T],
        *,
        known: Dated[T] | None,
    ) -> None:
        """Read unless somebody did so since; ``known`` is what is not good enough."""
        kept = cast(Dated[T] | None, self._kept(full_key))
        is_new = known is None or (kept is not None and kept.at > known.at)
        if kept is not None and is_new and self._is_fresh(kept, seconds):
            flight.land(kept)
            return
        try:
            dated = Dated(load(), self._clock.now())
        except Upstream as error:
            flight.land(None, error)
            return
        self._cache.set(full_key, dated, timeout=seconds + STALE_SECONDS)
        flight.land(dated)

    def _older(self, before: Iterable[str]) -> Dated[object] | None:
        older = (self._kept(f"{self._organization}:{name}") for name in before)
        return next(filter(None, older), None)

    def _count(self, key: str, outcome: str) -> None:
        """Count by the first word of the name; what follows names people and apps."""
        self._figures.looked_up(key.partition(":")[0], outcome)

    def _kept(self, full_key: str) -> Dated[object] | None:
        kept = self._cache.get(full_key)
        return kept if isinstance(kept, Dated) else None

    def _is_fresh(self, kept: Dated[T], seconds: int) -> bool:
        return self._clock.now() - kept.at < timedelta(seconds=seconds)

    def _flight(self, full_key: str) -> _Flight[object]:
        with self._guard:
            return self._flights.setdefault(full_key, _Flight())
