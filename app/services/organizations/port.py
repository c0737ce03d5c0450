"""What asking several organizations needs."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

A = TypeVar("A")


class AtOnce(Protocol):
    """Does several things side by side, each with a deadline of its own."""

    def __call__(self, works: Sequence[Callable[[], A]]) -> tuple[A, ...]:
        """Do everything and return what came of each, in order."""
        ...


def in_turn(works: Sequence[Callable[[], A]]) -> tuple[A, ...]:
    """Do one after the other."""
    return tuple(work() for work in works)
