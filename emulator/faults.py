"""Faults switched on for a test, and the calls they hold back."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from emulator.fault_kinds import PRESETS, Fault, fault, read_fault
from emulator.messages import PRESENT, Link, Request, Response

__all__ = ["PRESETS", "Fault", "Faults", "fault"]

# How often a call that waits looks whether its client is still there, in seconds.
_LOOK = 0.02
_LEFT = Response(0, delivery="closed")

Work = Callable[[Request], Response]


class Faults:
    """The faults switched on, in order; the first that matches a call acts on it."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._condition = threading.Condition()
        self._active: list[tuple[Fault, int]] = []
        self._clearings = 0

    def add(self, given: Fault) -> None:
        with self._condition:
            self._active.append((given, given.times))

    def add_from(self, raw: Mapping[str, Any]) -> None:
        """Switch a fault on from JSON. Raises ValueError for what it cannot read."""
        self.add(read_fault(raw))

    def clear(self) -> None:
        """Switch all off; calls that are held back go on."""
        with self._condition:
            self._active.clear()
            self._clearings += 1
            self._condition.notify_all()

    def listed(self) -> list[dict[str, Any]]:
        """The faults that are still on, each with the calls it has left."""
        with self._condition:
            return [{**asdict(each), "left": left} for each, left in self._active]

    def answer(self, request: Request, work: Work, link: Link = PRESENT) -> tuple[Response, bool]:
        """The answer to a call, and whether it is another than the work's own."""
        with self._condition:
            found, clearings = self._take(request), self._clearings
        if found is None:
            return work(request), False
        if not _wait(found.delay_milliseconds / 1000, link):
            return _LEFT, True
        if found.delivery == "hang" and not found.after and not self._held(clearings, link):
            return _LEFT, True
        done = work(request) if found.works else None
        if found.delivery == "hang" and found.after and not self._held(clearings, link):
            return _LEFT, True
        if done and not found.alters:
            return done, False
        return found.response(done, self._clock()), True

    def _take(self, request: Request) -> Fault | None:
        for at, (each, left) in enumerate(self._active):
            if each.matches(request):
                if left == 1:
                    del self._active[at]
                elif left:
                    self._active[at] = (each, left - 1)
                return each
        return None

    def _held(self, clearings: int, link: Link) -> bool:
        """Wait for the faults to be cleared; False if the client left before."""
        with self._condition:
            while self._clearings == clearings:
                if link.gone():
                    return False
                self._condition.wait(_LOOK)
        return not link.gone()


def _wait(seconds: float, link: Link) -> bool:
    """Wait so long in real time; False as soon as the client has left."""
    until = time.monotonic() + seconds
    while (rest := until - time.monotonic()) > 0:
        if link.gone():
            return False
        time.sleep(min(rest, _LOOK))
    return True
