"""Lets a provider that does not answer rest, so that nobody's page waits for it again and again."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from app.domain.errors import Upstream, UpstreamKind
from app.identity.reasons import outage

PAUSE_SECONDS: Final = 30.0


class Pause:
    """After an outage nobody asks for 30 seconds, or for as long as the provider named.

    Then one asks first, and the others go on without asking until it knows. Safe to share by
    threads; each process has its own.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._until: float | None = None

    @property
    def is_on(self) -> bool:
        """Whether the provider did not answer when it was asked last."""
        with self._lock:
            return self._until is not None and self._monotonic() < self._until

    @contextmanager
    def observed(self) -> Iterator[None]:
        """Run an exchange; raise ``Upstream`` at once while the provider rests."""
        self._admit()
        try:
            yield
        except Upstream as error:
            with self._lock:
                self._until = self._monotonic() + max(PAUSE_SECONDS, error.retry_after or 0)
            raise
        except BaseException:
            self._end()
            raise
        self._end()

    def _admit(self) -> None:
        with self._lock:
            if self._until is None:
                return
            if self._monotonic() < self._until:
                raise outage(UpstreamKind.BUSY, reason="resting")
            self._until = self._monotonic() + PAUSE_SECONDS

    def _end(self) -> None:
        with self._lock:
            self._until = None
