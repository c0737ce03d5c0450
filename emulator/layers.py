"""Tables and orders in two layers: entities computed from their number, and what was changed.

The lower layer costs no memory whatever its size; the upper one holds the changes only. Every
look-up is O(log n) at most, walking through everything is not done but by those who ask for it.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from typing import Protocol, TypeVar, overload

E = TypeVar("E")


class Numbered(Protocol):
    """Texts computed from the numbers 0, 1, 2…, ascending, and found again from the text."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int) -> str: ...

    def number(self, text: str) -> int | None:
        """The number of a text, None when it is none of these."""
        ...


class Nothing:
    """No generated entities at all."""

    def __len__(self) -> int:
        return 0

    def __getitem__(self, number: int) -> str:
        raise IndexError(number)

    def number(self, _text: str) -> None:
        return None


class Table(MutableMapping[str, E]):
    """Entities by their key: those put here, else the generated ones that are not hidden."""

    def __init__(self, keys: Numbered, make: Callable[[int], E]) -> None:
        self._keys = keys
        self._make = make
        self._put: dict[str, E] = {}
        self._hidden: set[int] = set()

    def __getitem__(self, key: str) -> E:
        found = self._put.get(key)
        if found is not None:
            return found
        number = self._keys.number(key)
        if number is None or number in self._hidden:
            raise KeyError(key)
        return self._make(number)

    def __setitem__(self, key: str, entity: E) -> None:
        self._put[key] = entity
        self._hide(key)

    def __delitem__(self, key: str) -> None:
        if key not in self:
            raise KeyError(key)
        self._put.pop(key, None)
        self._hide(key)

    def __contains__(self, key: object) -> bool:
        if key in self._put:
            return True
        number = self._keys.number(key) if isinstance(key, str) else None
        return number is not None and number not in self._hidden

    def __len__(self) -> int:
        return len(self._put) + len(self._keys) - len(self._hidden)

    def __iter__(self) -> Iterator[str]:
        yield from self._put
        for number in range(len(self._keys)):
            if number not in self._hidden:
                yield self._keys[number]

    @property
    def hidden(self) -> set[int]:
        """The numbers of generated entities that were changed or removed."""
        return self._hidden

    @property
    def changed(self) -> Sequence[E]:
        """What was put here, without the generated entities."""
        return list(self._put.values())

    @property
    def removed(self) -> list[str]:
        """The keys of generated entities that are there no more."""
        hidden = (self._keys[number] for number in sorted(self._hidden))
        return [key for key in hidden if key not in self._put]

    def _hide(self, key: str) -> None:
        number = self._keys.number(key)
        if number is not None:
            self._hidden.add(number)


class Order(Sequence[str]):
    """Keys in the order of paging: generated ones, less those removed, and added ones between."""

    def __init__(self, generated: Numbered) -> None:
        self._generated = generated
        self._added: list[str] = []
        self._removed: list[int] = []

    def add(self, key: str) -> None:
        """Let a key in; one that was removed from the generated ones comes back."""
        number = self._generated.number(key)
        if number is None:
            insort(self._added, key)
        else:
            at = bisect_left(self._removed, number)
            if at < len(self._removed) and self._removed[at] == number:
                del self._removed[at]

    def extend(self, keys: Iterable[str]) -> None:
        """Let several keys in."""
        for key in sorted(keys):
            self.add(key)

    def discard(self, key: str) -> None:
        """Take out a key that is in."""
        number = self._generated.number(key)
        if number is None:
            del self._added[bisect_left(self._added, key)]
        else:
            insort(self._removed, number)

    def __len__(self) -> int:
        return len(self._generated) - len(self._removed) + len(self._added)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> list[str]: ...

    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            return self._run(start, max(stop - start, 0))[::step]
        place = at + len(self) if at < 0 else at
        if not 0 <= place < len(self):
            raise IndexError(at)
        return self._run(place, 1)[0]

    def __iter__(self) -> Iterator[str]:
        return self._from(0, 0)

    def _run(self, place: int, count: int) -> list[str]:
        if not len(self._generated):
            return self._added[place : place + count]
        added = bisect_left(range(len(self._added)), place, key=self._place_of_added)
        walk = self._from(added, place - added)
        return [key for key, _ in zip(walk, range(count), strict=False)]

    def _place_of_added(self, index: int) -> int:
        below = bisect_left(self._generated, self._added[index])
        return index + below - bisect_left(self._removed, below)

    def _from(self, added: int, living: int) -> Iterator[str]:
        """All keys from the given places on among the added and among the living generated."""
        gone = bisect_left(
            range(len(self._removed)), living + 1, key=lambda at: self._removed[at] - at
        )
        number, size = living + gone, len(self._generated)
        while number < size:
            if gone < len(self._removed) and self._removed[gone] == number:
                gone += 1
            else:
                key = self._generated[number]
                while added < len(self._added) and self._added[added] < key:
                    yield self._added[added]
                    added += 1
                yield key
            number += 1
        yield from self._added[added:]
