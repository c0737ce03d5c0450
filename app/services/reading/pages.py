"""The documentation as one person may see it: a hidden page answers like a missing one."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from app.domain.documentation import (
    INDEX,
    ContentFile,
    MenuItem,
    Page,
    PageEntry,
    PlacedPage,
    may_read,
)
from app.domain.errors import NotFound
from app.domain.leading import closed, page_without
from app.services.reading.ports import Documentation

DRAWING: Final = re.compile(r"(.+)\.diagram-([0-9a-f]{24})\.svg")
MISSING: Final = "There is no such page."


class PageReading:
    """Pages, their side bar and their files behind the audiences that their heads name."""

    def __init__(self, pages: Documentation) -> None:
        self._pages = pages

    def visible(self, roles: Collection[str]) -> Sequence[PageEntry]:
        """Return the pages that these roles may read, by path."""
        return [entry for entry in self._pages.entries().values() if entry.is_for(roles)]

    def is_any_visible(self, roles: Collection[str]) -> bool:
        """Tell whether there is anything to read."""
        return any(entry.is_for(roles) for entry in self._pages.entries().values())

    def find(self, address: str, roles: Collection[str]) -> PageEntry:
        """Return the page at an address below ``/docs/``; its own may differ by a slash.

        Without an index, ``/docs/`` is the first page of the side bar. Raises ``NotFound``.
        """
        entries = self._pages.entries()
        for path in _paths(address):
            if path in entries and entries[path].is_for(roles):
                return entries[path]
        if not address:
            for path in self._order(self.menu(roles)):
                return entries[path]
        raise NotFound(MISSING)

    def read(self, entry: PageEntry, roles: Collection[str]) -> PlacedPage:
        """Return a page with its surroundings; raise ``NotFound`` when it is gone or hidden."""
        page = self.page(entry.path, roles)
        menu = self.menu(roles)
        entries, order = self._pages.entries(), self._order(menu)
        place = order.index(entry.path) if entry.path in order else None
        around = [None, *(entries.get(path) for path in order), None]
        return PlacedPage(
            page=page,
            menu=menu,
            trail=tuple(_trail(menu, entry.path)),
            previous=None if place is None else around[place],
            following=None if place is None else around[place + 2],
        )

    def page(self, path: str, roles: Collection[str]) -> Page:
        """Return a page alone; raise ``NotFound`` when it is missing or hidden.

        Its links to pages that are hidden are plain text.
        """
        page = self._pages.page(path)
        if page is None or not page.entry.is_for(roles):
            raise NotFound(MISSING)
        hidden = closed(page.leads, self._pages.entries(), roles)
        return page_without(page, hidden) if hidden else page

    def menu(self, roles: Collection[str]) -> tuple[MenuItem, ...]:
        """Return the side bar without what these roles may not read."""
        return tuple(_seen(self._pages.menu(), self._pages.entries(), roles))

    def file(self, path: str, roles: Collection[str]) -> ContentFile:
        """Return a picture, download or drawing; raise ``NotFound`` when missing or hidden.

        Its folders' audiences count, and of the pages that name it one must be for the reader.
        """
        if drawn := DRAWING.fullmatch(path):
            is_there = drawn[2] in self.page(drawn[1], roles).diagrams
            found = self._pages.drawing(drawn[2]) if is_there else None
        else:
            found = self._pages.file(path) if self._may_have(path, roles) else None
        if found is None:
            raise NotFound("There is no such file.")
        return found

    def _may_have(self, path: str, roles: Collection[str]) -> bool:
        audiences = self._pages.audiences(path)
        if audiences is None or not may_read(audiences, roles):
            return False
        naming, entries = self._pages.naming(path), self._pages.entries()
        return not naming or any(entries[page].is_for(roles) for page in naming if page in entries)

    def _order(self, menu: Sequence[MenuItem]) -> list[str]:
        return list(dict.fromkeys(path for item in menu for path in item.pages()))


def _paths(address: str) -> Iterator[str]:
    if not address or address.endswith("/"):
        yield f"{address}{INDEX}"
    else:
        yield from (address, f"{address}/{INDEX}")


def _seen(
    menu: Sequence[MenuItem], entries: Mapping[str, PageEntry], roles: Collection[str]
) -> Iterator[MenuItem]:
    for item in menu:
        if item.page is not None:
            entry = entries.get(item.page)
            if entry is not None and entry.is_for(roles):
                yield item
        elif item.href:
            yield item
        elif inner := tuple(_seen(item.items, entries, roles)):
            yield MenuItem(item.title, items=inner)


def _trail(menu: Sequence[MenuItem], path: str) -> Iterator[MenuItem]:
    for item in menu:
        if item.page is None and path in item.pages():
            yield item
            yield from _trail(item.items, path)
            return
