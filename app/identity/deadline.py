"""Time limits that hold whatever the other side does.

A socket's time-out bounds one read: a name server that is silent, or a body that drips, holds
the caller for minutes all the same. So the work runs in a thread of its own, and the caller
waits for it only as long as it may.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class Deadline:
    """A moment by which everything must be done; counted on the machine's steady clock."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def seconds(self) -> float:
        """Seconds that are left, never less than zero."""
        return max(0.0, self._end - time.monotonic())

    def at_most(self, seconds: float) -> "Deadline":
        """Return the earlier of this deadline and one of so many seconds from now."""
        return Deadline(min(self.seconds, seconds))


def within(deadline: Deadline, work: Callable[[], T]) -> T:
    """Return what the work returns; raise ``TimeoutError`` when the deadline comes first.

    Work that is late is left alone in its thread, where its own socket time-outs end it.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            answer.set_exception(error)

    threading.Thread(target=run, name="identity-exchange", daemon=True).start()
    return answer.result(timeout=deadline.seconds)
