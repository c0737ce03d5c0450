"""Stops asking a provider that stays silent, so that nobody waits for it in vain."""

from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from app.domain.clock import Clock
from app.domain.errors import UpstreamKind
from app.identity.reasons import outage

MOST_SILENT: Final = 3
PAUSE: Final = timedelta(seconds=5)


class Breaker:
    """After 3 silent exchanges in a row everything is refused at once, for 5 seconds.

    Then it is tried again; each further silence makes another pause, and any answer ends it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._silent = 0
        self._kind = UpstreamKind.TIMEOUT
        self._last: datetime | None = None

    def check(self) -> None:
        """Raise ``Upstream`` while nothing is to be asked."""
        with self._lock:
            if self._silent < MOST_SILENT or self._last is None:
                return
            if abs(self._clock.now() - self._last) < PAUSE:
                raise outage(self._kind, retry_after=int(PAUSE.total_seconds()))

    def answered(self) -> None:
        """Note that something came back, whatever it was."""
        with self._lock:
            self._silent = 0

    def silent(self, kind: UpstreamKind) -> None:
        """Note that nothing came back."""
        with self._lock:
            self._silent += 1
            self._kind, self._last = kind, self._clock.now()
