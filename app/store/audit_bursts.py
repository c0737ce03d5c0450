"""What keeps a flood of refusals from becoming a flood of statements."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

FEW: Final = 20
AT_ONCE: Final = timedelta(seconds=1)
MOST_SOURCES: Final = 1000


@dataclass
class _Burst:
    written_at: datetime
    held: int = 0


@dataclass
class Bursts:
    """Counts here what one source repeats within a second, once it was refused 20 times.

    Up to a second of a flood is not counted when it ends, or the process does.
    """

    _of: dict[str, _Burst] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def due(self, source: str, at: datetime) -> int:
        """Return how many refusals are to be written now; 0 while they are counted here."""
        with self._lock:
            burst = self._of.get(source)
            if burst is None:
                return 1
            burst.held += 1
            if at - burst.written_at < AT_ONCE:
                return 0
            due, burst.held, burst.written_at = burst.held, 0, at
            return due

    def written(self, source: str, at: datetime, count: int) -> None:
        """Note how often the source has been refused in its minute."""
        with self._lock:
            if count < FEW:
                self._of.pop(source, None)
            elif source not in self._of:
                if len(self._of) >= MOST_SOURCES:
                    self._of.clear()
                self._of[source] = _Burst(at)
