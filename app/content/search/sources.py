"""What the search index is made of: every page and every API, each known by its content."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from app.content.catalogue import ContentCatalogue, LoadedApi
from app.content.compiling.parts import ShelfParts
from app.content.pages.library import ContentPages
from app.content.search.entries import Entry
from app.content.search.from_api import api_entry, inner_entries
from app.content.search.from_page import page_entries
from app.domain.search import Kind

RULES: Final = "1"  # what entries are made by; another text makes all of them anew
Name = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Source:
    """A page or an API as it is now; another ``number`` is another content.

    Of an API that is not prepared only the title is known.
    """

    name: Name
    number: int
    size: int
    entries: Callable[[], Iterator[Entry]]
    is_prepared: bool = True


class Sources(Protocol):
    """All that can be searched."""

    def stamp(self) -> tuple[object, ...]:
        """Return objects that are others when anything has changed; costs nothing."""
        ...

    def all(self) -> Iterator[Source]:
        """Return everything as it is now."""
        ...


@dataclass(frozen=True, slots=True)
class ContentSources:
    """Implements ``Sources`` over the content folder."""

    pages: ContentPages
    apis: ContentCatalogue

    def stamp(self) -> tuple[object, ...]:
        """Both are read anew as a whole when a file has changed."""
        return self.pages.entries(), self.apis.all()

    def all(self) -> Iterator[Source]:
        """Return the pages with their snippets and variables in place, and the APIs."""
        for entry in self.pages.entries().values():
            found = self.pages.source(entry.path)
            if found is not None:
                source, variables = found
                told = (entry.path, entry.title, entry.description, source.text, variables)
                made = partial(page_entries, entry, source, variables)
                yield Source((Kind.PAGES, entry.path), _number(*told), 0, made)
        for api in self.apis.all():
            loaded = self.apis.loaded(api.slug)
            if loaded is not None:
                known_by = (api.slug, api.title, api.version, api.is_prepared)
                yield Source(
                    name=(Kind.APIS, api.slug),
                    number=_number(*known_by, loaded.folder.document.key),
                    size=1 + len(api.operations),
                    entries=partial(self._api, loaded),
                    is_prepared=api.is_prepared,
                )

    def _api(self, loaded: LoadedApi) -> Iterator[Entry]:
        """Yield what is in an API; what was read of one operation is not kept for the next."""
        yield api_entry(loaded.api)
        if loaded.api.is_prepared:
            with self.apis.opened(loaded) as parts:
                yield from inner_entries(loaded.api, lambda: ShelfParts(parts.entry))


def _number(*told: object) -> int:
    """Return a number of 63 bits, as SQLite has them, that stands for a content."""
    digest = hashlib.sha256(repr((RULES, *told)).encode(errors="replace")).digest()
    return int.from_bytes(digest[:8]) >> 1
