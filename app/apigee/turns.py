"""One change of an object at a time within this process.

Apigee's PUT replaces and takes no condition, so of two changes that read the same state the later
one would undo the other. Changes of other processes are out of reach.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from app.apigee.errors import upstream
from app.apigee.paths import Path
from app.domain.errors import UpstreamKind

# Objects share locks, so that there is no more to keep the more objects there are.
LOCKS: Final = 64


class Turns:
    """Whose turn it is to read an object and write it back; safe to share by threads."""

    def __init__(self) -> None:
        self._locks = tuple(Lock() for _ in range(LOCKS))

    @contextmanager
    def of(self, path: Path, seconds: float) -> Iterator[None]:
        """Have the object to oneself; raise ``Upstream`` when that takes more than the seconds."""
        lock = self._locks[hash(path.filled) % LOCKS]
        if not lock.acquire(timeout=max(0.0, seconds)):
            raise upstream(UpstreamKind.BUSY)
        try:
            yield
        finally:
            lock.release()
