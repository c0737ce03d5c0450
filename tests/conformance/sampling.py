"""Which of very many like answers are checked: all of the first, then every so many-th."""

from collections import Counter
from collections.abc import Hashable

FIRST = 500
EVERY = 50


class Sample:
    """Counts what it is asked about; keeps the first `first` of a kind, then each `every`-th."""

    def __init__(self, first: int = FIRST, every: int = EVERY) -> None:
        self._first = first
        self._every = every
        self._seen: Counter[Hashable] = Counter()

    def takes(self, kind: Hashable) -> bool:
        """Whether this one of its kind is to be checked."""
        self._seen[kind] += 1
        beyond = self._seen[kind] - self._first
        return beyond <= 0 or beyond % self._every == 0
