"""What lists know of the pages: their titles, and whom their heads and folders are for."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from app.content.pages.head import Written
from app.content.pages.tree import Times
from app.domain.documentation import INDEX, PageEntry, folders_of

NANOSECONDS: Final = 1_000_000_000


def entries_of(
    written: Mapping[str, Written], failed: Collection[str], times: Times
) -> Iterator[tuple[str, PageEntry]]:
    """Yield the pages with the audiences of their folders; a broken index closes its folder."""
    for path, found in written.items():
        audiences = audiences_of(path, written, failed)
        if audiences is None:
            continue
        head = found.head
        title = head.title or _first_heading(found.body) or _words(path)
        if head.audience is not None and head.audience not in audiences:
            audiences = (*audiences, head.audience)
        modified = _modified(times.get(f"docs/{path}.md"))
        yield path, PageEntry(path, title, head.description, head.order, audiences, modified)


def audiences_of(
    path: str, written: Mapping[str, Written], failed: Collection[str]
) -> tuple[frozenset[str], ...] | None:
    """Return what the heads of a path's folders ask for; None where one of them is broken."""
    indexes = [f"{folder}/{INDEX}".lstrip("/") for folder in folders_of(path)]
    if any(index in failed for index in indexes):
        return None
    heads = (written[index].head.audience for index in indexes if index in written)
    return tuple(dict.fromkeys(audience for audience in heads if audience is not None))


def _modified(facts: tuple[int, int] | None) -> datetime | None:
    return datetime.fromtimestamp(facts[0] // NANOSECONDS, UTC) if facts else None


def _first_heading(body: str) -> str:
    found = re.match(r"\s*#\s+(.+?)\s*#*\s*$", body, re.MULTILINE)
    return found[1] if found else ""


def _words(path: str) -> str:
    name = path.removesuffix(f"/{INDEX}").rpartition("/")[2]
    return name.replace("-", " ").capitalize()
