"""What was made for a kind of reader from things that are read anew now and then."""

from collections.abc import Callable, Hashable, Sequence
from operator import is_not
from threading import Lock
from typing import Final, Generic, TypeVar

from cachetools import LRUCache

T = TypeVar("T")

# Kinds of readers: as many as there are sets of roles in use.
KINDS: Final = 256


class Kept(Generic[T]):
    """One thing for each key, made anew as soon as a source of it is another object."""

    def __init__(self) -> None:
        self._made: LRUCache[Hashable, tuple[Sequence[object], T]] = LRUCache(KINDS)
        self._lock = Lock()

    def get(self, key: Hashable, sources: Sequence[object], make: Callable[[], T]) -> T:
        """Return what was made from these very sources.

        They are held, so that no others can be taken for them.
        """
        with self._lock:
            found = self._made.get(key)
        if found is not None and not any(map(is_not, found[0], sources)):
            return found[1]
        made = make()
        with self._lock:
            self._made[key] = sources, made
        return made
