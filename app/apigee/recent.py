"""What this process did a moment ago, so that an Apigee that has not heard of it is asked again.

Apigee X may answer 404 for an object for some moments after it was created [?], and the replicas
of Edge show for some moments what was there before a change.
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


class Replaced:
    """Revisions that changes of our own put an end to; safe to share by threads.

    Who reads one of them again reads an old copy, and must not write it back.
    """

    def __init__(self, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._until: dict[tuple[str, str], float] = {}
        self._lock = Lock()

    def note(self, path: Path, old: str, new: str) -> None:
        """Remember a change that was made: the object was ``old`` and is ``new``."""
        with self._lock:
            now = self._monotonic()
            self._until = {kept: until for kept, until in self._until.items() if until > now}
            self._until[path.filled, old] = now + RECENT_SECONDS
            # A change back, or one without effect, makes a revision the present one again.
            self._until.pop((path.filled, new), None)

    def forget(self, path: Path) -> None:
        """Forget what is deleted with everything below it: another one of its name is new."""
        with self._lock:
            self._until = {
                (kept, revision): until
                for (kept, revision), until in self._until.items()
                if not f"{kept}/".startswith(f"{path.filled}/")
            }

    def knows(self, path: Path, revision: str) -> bool:
        """Tell whether the object at the path had this revision before our last change."""
        with self._lock:
            return self._until.get((path.filled, revision), 0.0) > self._monotonic()
