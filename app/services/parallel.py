"""Reads at the same time, and reads that nobody waits for."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import Final, TypeVar

from app.services.meter import Meter, Tally

A = TypeVar("A")
B = TypeVar("B")

LOG: Final = logging.getLogger(__name__)


class Pool:
    """Runs the second of two reads on a thread of its own; threads start when first needed.

    Both are under the context of the request that asked.
    """

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reads")
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="aside")

    def __call__(self, first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
        """Run both; the first one's error counts before the second one's.

        What no thread has begun by then is done here, so nobody waits for a thread who holds one.
        """
        beside = self._pool.submit(copy_context().run, second)
        try:
            found = first()
        except BaseException:
            beside.cancel()
            raise
        return found, second() if beside.cancel() else beside.result()

    def start(self, work: Callable[[], object]) -> None:
        """Let work be done that nobody waits for; one after the other, outside the request."""
        self._aside.submit(Context().run, _finished, work)


class Fan:
    """Does the same with several others at once, each with as much time as a page has.

    What each cost is added to the page's tally; the threads are no other reads'.
    """

    def __init__(self, threads: int, meter: Meter) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="others")
        self._meter = meter

    def __call__(self, works: Sequence[Callable[[], A]]) -> tuple[A, ...]:
        """Do everything and return what came of each, in order; the first error is raised."""
        outer = self._meter.current()
        under_way = [
            self._pool.submit(copy_context().run, self._one, work, outer) for work in works
        ]
        return tuple(each.result() for each in under_way)

    def _one(self, work: Callable[[], A], outer: Tally | None) -> A:
        own = self._meter.start()
        try:
            return work()
        finally:
            if outer is not None:
                outer.calls.extend(own.calls)


def _finished(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:
        LOG.exception("Work that nobody waits for has failed")
