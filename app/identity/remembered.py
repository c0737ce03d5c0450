"""Keeps one document of the provider for some time, and remembers that it could not be had."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from app.domain.clock import Clock
from app.domain.errors import Upstream, UpstreamKind
from app.identity.deadline import Deadline
from app.identity.reasons import outage

T = TypeVar("T")

FAILURE_LIFETIME: Final = timedelta(seconds=5)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    at: datetime


class Remembered(Generic[T]):
    """One document: fetched when first asked for, by one thread at a time.

    ``outlives_outages`` says that the last good copy is used while a newer one cannot be had.
    After a failure nothing is asked for 5 seconds. ``fetch`` may raise ``Upstream``.
    """

    def __init__(
        self, clock: Clock, lifetime: timedelta, *, outlives_outages: bool = False
    ) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._outlives_outages = outlives_outages
        self._lock = threading.Lock()
        self._kept: _Kept[T] | None = None
        self._failure: _Kept[Upstream] | None = None

    @property
    def known(self) -> T | None:
        """The copy, however old."""
        kept = self._kept
        return None if kept is None else kept.value

    def get(self, fetch: Callable[[], T], deadline: Deadline) -> T:
        """Return the document, fetched anew when it is too old; raise ``Upstream``."""
        kept = self._kept
        if kept is not None and self._is_younger(kept.at, self._lifetime):
            return kept.value
        if kept is None or not self._outlives_outages:
            return self._newer_than(kept, fetch, deadline.seconds)
        try:
            return self._newer_than(kept, fetch, 0)
        except Upstream as error:
            logger.warning("an older copy is used: %s %s", error.kind.value, error.code)
            return kept.value

    def renew(self, fetch: Callable[[], T], deadline: Deadline) -> T:
        """Return the document as it is now, whatever the age of the copy; raise ``Upstream``."""
        return self._newer_than(self._kept, fetch, deadline.seconds)

    def _newer_than(self, old: _Kept[T] | None, fetch: Callable[[], T], seconds: float) -> T:
        if not self._lock.acquire(timeout=seconds):
            raise outage(UpstreamKind.BUSY)
        try:
            # Whoever waited for the lock takes what the thread before has brought.
            if self._kept is not None and self._kept is not old:
                return self._kept.value
            return self._fetched(fetch)
        finally:
            self._lock.release()

    def _fetched(self, fetch: Callable[[], T]) -> T:
        failure = self._failure
        if failure is not None and self._is_younger(failure.at, FAILURE_LIFETIME):
            raise _again(failure.value)
        try:
            value = fetch()
        except Upstream as error:
            self._failure = _Kept(_again(error), self._clock.now())
            raise
        self._failure = None
        self._kept = _Kept(value, self._clock.now())
        return value

    def _is_younger(self, at: datetime, lifetime: timedelta) -> bool:
        # A clock that was put back makes everything old, not young for ever.
        return timedelta(0) <= self._clock.now() - at < lifetime


def _again(error: Upstream) -> Upstream:
    return Upstream(error.kind, error.message, retry_after=error.retry_after, code=error.code)
