"""A sampling profiler for the main thread: cheap enough to leave the proportions as they are.

A thousand times a second the running stack is noted; a function's share of the notes is its share
of the time. Time in a C function counts for the Python function that called it.
"""

import signal
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Final, Self, TypeVar

from demo.plan import ROOT

T = TypeVar("T")

EVERY_SECONDS: Final = 0.001


@dataclass(frozen=True)
class Place:
    """A function: its name, the file below the project or the library, and where that belongs."""

    name: str
    file: str
    package: str


class Sampler:
    """Notes the main thread's stacks while it is entered; only the main thread can enter it."""

    def __init__(self) -> None:
        self._stacks: Counter[tuple[CodeType, ...]] = Counter()
        self._before: Callable[[int, FrameType | None], object] | int | None = None

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGALRM, self._note)
        signal.setitimer(signal.ITIMER_REAL, EVERY_SECONDS, EVERY_SECONDS)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self._before)

    def whole(self) -> Mapping[Place, float]:
        """Return each function's share with what it calls."""
        return self._shares(lambda stack: set(map(_place, stack)))

    def own(self) -> Mapping[Place, float]:
        """Return each function's share without what it calls."""
        return self._shares(lambda stack: [_place(stack[0])])

    def packages(self) -> Mapping[str, float]:
        """Return each package's share without what it calls."""
        return self._shares(lambda stack: [_place(stack[0]).package])

    def _shares(self, named: Callable[[tuple[CodeType, ...]], Iterable[T]]) -> dict[T, float]:
        total = self._stacks.total()
        shares: Counter[T] = Counter()
        for stack, count in self._stacks.items():
            for each in named(stack):
                shares[each] += count
        return {each: count / total for each, count in shares.most_common()}

    def _note(self, _number: int, frame: FrameType | None) -> None:
        stack = []
        while frame is not None:
            stack.append(frame.f_code)
            frame = frame.f_back
        self._stacks[tuple(stack)] += 1


@cache
def _place(code: CodeType) -> Place:
    file = Path(code.co_filename)
    name = code.co_qualname
    if "site-packages" in file.parts:
        inside = file.parts[file.parts.index("site-packages") + 1 :]
        return Place(name, "/".join(inside), inside[0])
    if file.is_relative_to(ROOT):
        ours = file.relative_to(ROOT)
        return Place(name, ours.as_posix(), ours.parts[0])
    return Place(name, file.name, "Python")
