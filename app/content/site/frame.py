"""The top bar and the foot, from ``navigation.toml``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.content.site.links import LINK, link
from app.content.site.table import Table, Unusable
from app.content.site.toml import Toml
from app.domain.site import OWN_TOP, FootGroup, Frame, Place, SiteLink

TABLES: Final = ("top", "footer", "section", "variables")
MOST_TOP: Final = 12
ENTRIES: Final = {str(place): place for place in Place}


def frame(toml: Toml, root: Path, roles: frozenset[str]) -> Frame:
    """Return what the file says; what cannot be used is among its problems and left out."""
    whole = Table(toml, toml.facts, (), roles)
    whole.only(*TABLES)
    top = _links(whole.rows("top", MOST_TOP), root)
    return Frame(
        tuple(top) if "top" in whole else OWN_TOP,
        tuple(_gathered(_groups(whole.rows("footer"), root))),
    )


def _links(rows: Iterator[Table], root: Path) -> Iterator[SiteLink]:
    taken: set[Place] = set()
    for row in rows:
        try:
            found = link(row, root, ENTRIES)
        except Unusable:
            continue
        if found.place in taken:
            row.problem("entry", f"{found.place} is there already: name it once")
            continue
        if found.place is not None:
            taken.add(found.place)
        yield found


def _groups(rows: Iterator[Table], root: Path) -> Iterator[FootGroup]:
    """Yield the foot; a link that stands alone is a group without a title."""
    for row in rows:
        try:
            if "links" in row:
                row.closed("title", "links", *LINK[3:])
                found = tuple(_plain(row.rows("links"), root))
                yield FootGroup(row.needed("title"), found, row.audience())
            else:
                yield FootGroup("", (link(row, root),))
        except Unusable:
            continue


def _plain(rows: Iterator[Table], root: Path) -> Iterator[SiteLink]:
    for row in rows:
        try:
            yield link(row, root)
        except Unusable:
            continue


def _gathered(groups: Iterator[FootGroup]) -> Iterator[FootGroup]:
    """Put all links that stand alone together, behind the groups."""
    alone: list[SiteLink] = []
    for group in groups:
        if group.title:
            yield group
        else:
            alone += group.links
    if alone:
        yield FootGroup("", tuple(alone))
