"""The chain over the audit log: every row's hash holds the hash of the row before it.

Whoever changes, removes, inserts or moves a sealed row breaks it there. Whoever writes the whole
chain anew, or cuts off its end, is found by a head that was published before.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

GENESIS: Final = hashlib.sha256(b"audit log").hexdigest()


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is stored; ``told`` is every column but its number, in a fixed order."""

    number: int
    told: tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """The seal of one row: its place in the chain, counted from 1, and its hash."""

    position: int
    row: int
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """How far the chain reached once; kept elsewhere, it proves what was there."""

    position: int
    hash: str

    def __str__(self) -> str:
        """Write it as commands take it."""
        return f"{self.position}:{self.hash}"


BEGINNING: Final = Head(0, GENESIS)


@dataclass(frozen=True, slots=True)
class Break:
    """What is wrong, and with which row first; None where no row can be named."""

    what: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much of the chain holds; ``broken`` is the first thing that does not."""

    head: Head
    broken: Break | None = None


def seal(head: Head, rows: Iterable[Row]) -> Iterator[Link]:
    """Yield the links of these rows, which follow the head."""
    for row in rows:
        head = _after(head, row)
        yield Link(head.position, row.number, head.hash)


def verify(
    links: Iterable[Link],
    rows: Iterable[Row],
    published: Mapping[int, str],
    start: Head = BEGINNING,
) -> Verdict:
    """Follow the chain over its rows; ``published`` are hashes by their position.

    The links are those after ``start``, the rows theirs up to the last link's, both in order.
    """
    left = iter(rows)
    row = next(left, None)
    head = start
    for link in links:
        broken = _break(head, link, row, published)
        if broken is not None or row is None:
            return Verdict(head, broken)
        head = Head(link.position, link.hash)
        row = next(left, None)
    lost = [position for position in published if position > head.position]
    if lost:
        text = f"it ends at {head.position}, but a head of {max(lost)} was published"
        return Verdict(head, Break(text))
    return Verdict(head)


def _break(head: Head, link: Link, row: Row | None, published: Mapping[int, str]) -> Break | None:
    if link.position != head.position + 1:
        return Break(f"the links before {link.position} were removed", link.row)
    if row is None or row.number > link.row:
        return Break("it was deleted", link.row)
    if row.number < link.row:
        return Break("it was inserted after its time", row.number)
    if _after(head, row).hash != link.hash:
        return Break("it was changed", row.number)
    if published.get(link.position, link.hash) != link.hash:
        return Break("the chain was written anew up to it", row.number)
    return None


def _after(head: Head, row: Row) -> Head:
    position = head.position + 1
    content = json.dumps([head.hash, position, row.number, *row.told], separators=(",", ":"))
    return Head(position, hashlib.sha256(content.encode()).hexdigest())
