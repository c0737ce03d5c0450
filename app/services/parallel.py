"""Two reads at the same time, under the context of the request that asked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Pool:
    """Runs the second of two reads on a thread of its own; threads start when first needed."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reads")

    def __call__(self, first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
        """Run both; the first one's error counts before the second one's."""
        beside = self._pool.submit(copy_context().run, second)
        try:
            return first(), beside.result()
        except BaseException:
            beside.cancel()
            raise
