"""What this process made a moment ago, so that an Apigee that has not heard of it is asked again.

Apigee X may answer 404 for an object for some moments after it was created [?].
"""

import time
from threading import Lock
from typing import Final

from app.apigee.deadline import Monotonic
from app.apigee.paths import Path

RECENT_SECONDS: Final = 10.0


class Recent:
    """Paths of objects of our own making; safe to share by threads."""

    def __init__(self, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._until: dict[str, float] = {}
        self._lock = Lock()

    def made(self, path: Path) -> None:
        """Remember an object that was, or may have been, made just now."""
        with self._lock:
            now = self._monotonic()
            self._until = {kept: until for kept, until in self._until.items() if until > now}
            self._until[path.filled] = now + RECENT_SECONDS

    def gone(self, path: Path) -> None:
        """Forget an object that is being deleted: then a 404 is the truth."""
        with self._lock:
            self._until.pop(path.filled, None)

    def covers(self, path: Path) -> bool:
        """Tell whether the path is such an object or lies below one."""
        with self._lock:
            now = self._monotonic()
            return any(
                until > now and f"{path.filled}/".startswith(f"{kept}/")
                for kept, until in self._until.items()
            )
