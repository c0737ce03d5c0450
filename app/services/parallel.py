"""Two reads at the same time, and reads that nobody waits for."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import Final, TypeVar

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
        """Run both; the first one's error counts before the second one's."""
        beside = self._pool.submit(copy_context().run, second)
        try:
            return first(), beside.result()
        except BaseException:
            beside.cancel()
            raise

    def start(self, work: Callable[[], object]) -> None:
        """Let work be done that nobody waits for; one after the other, outside the request."""
        self._aside.submit(Context().run, _finished, work)


def _finished(work: Callable[[], object]) -> None:
    try:
        work()
    except Exception:
        LOG.exception("Work that nobody waits for has failed")
