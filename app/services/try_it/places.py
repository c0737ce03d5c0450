"""How many calls are on their way at once, altogether and for one person."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.domain.errors import TooMany

RETRY_SECONDS: Final = 10
FULL: Final = "Many calls are on their way right now. Try again in a few seconds."
YOURS: Final = "Your last calls are still on their way. Wait for their answers."


class Places:
    """Places for calls in this process."""

    def __init__(self, most: int, each: int) -> None:
        self._most = most
        self._each = each
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, person: str) -> Iterator[None]:
        """Hold a place while a call is on its way; raise ``TooMany`` where there is none."""
        with self._lock:
            if self._taken[person] >= self._each:
                raise TooMany(YOURS, RETRY_SECONDS)
            if self._taken.total() >= self._most:
                raise TooMany(FULL, RETRY_SECONDS)
            self._taken[person] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[person] -= 1
                if not self._taken[person]:
                    del self._taken[person]
