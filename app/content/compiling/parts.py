"""The parts of one document on the shelf."""

import json
from dataclasses import dataclass, field

from app.content.reference.parts import below, unescaped
from app.content.shelf import Entry


@dataclass(frozen=True, slots=True)
class ShelfParts:
    """Implements ``Parts`` over an open entry; what was read once serves the whole page."""

    entry: Entry
    _read: dict[str, object | None] = field(default_factory=dict)

    def part(self, pointer: str) -> object | None:
        """Return the value at a pointer: a part of the shelf, or something inside one."""
        steps: list[str] = []
        begin = pointer
        while begin:
            found = self._whole(begin)
            if found is not None:
                return below(found, reversed(steps))
            begin, _, step = begin.rpartition("/")
            steps.append(unescaped(step))
        return None

    def names(self, pointer: str) -> tuple[str, ...]:
        """Return the names of the parts that stand below a pointer."""
        begin = f"{pointer}/"
        return tuple(unescaped(name[len(begin) :]) for name in self.entry.names(begin))

    def _whole(self, pointer: str) -> object | None:
        if pointer not in self._read:
            content = self.entry.part(pointer)
            self._read[pointer] = None if content is None else json.loads(content)
        return self._read[pointer]
