"""Files that are looked at again after some seconds, by one thread at a time."""

import threading
import time
from collections.abc import Callable
from typing import Final

CHECK_SECONDS: Final = 3.0


class Watch:
    """Runs ``look`` at the first use and again when ``seconds`` have passed.

    The first look is waited for by all; later on, the others go on with what is there.
    """

    def __init__(
        self,
        look: Callable[[], None],
        seconds: float = CHECK_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._look = look
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._checked_at: float | None = None

    def refresh(self) -> None:
        """Look, if it is time to."""
        if self._is_fresh():
            return
        is_first = self._checked_at is None
        if self._lock.acquire(blocking=is_first):
            try:
                if not (is_first and self._checked_at is not None):
                    self._look()
                self._checked_at = self._monotonic()
            finally:
                self._lock.release()

    def _is_fresh(self) -> bool:
        at = self._checked_at
        return at is not None and self._monotonic() - at < self._seconds
