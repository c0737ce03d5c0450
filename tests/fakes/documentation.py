"""Documentation in memory: pages by path, a side bar in their order, files by path."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.documentation import ContentFile, MenuItem, Page, PageEntry
from app.domain.html import Html
from app.domain.search import Indexed, Wanted


@dataclass
class FakeDocumentation:
    """Implements ``Documentation``; ``named`` says which pages name a file."""

    pages: dict[str, Page] = field(default_factory=dict)
    files: dict[str, ContentFile] = field(default_factory=dict)
    closed: dict[str, tuple[frozenset[str], ...] | None] = field(default_factory=dict)
    named: dict[str, frozenset[str]] = field(default_factory=dict)
    drawings: dict[str, ContentFile] = field(default_factory=dict)
    side: tuple[MenuItem, ...] = ()

    def add(self, path: str, *audiences: str, diagrams: frozenset[str] = frozenset()) -> PageEntry:
        """Put a page there; each audience is one role."""
        entry = PageEntry(path, path.title(), audiences=tuple(frozenset({x}) for x in audiences))
        self.pages[path] = Page(entry, (), (Html(f"<p>{path}</p>"),), f"# {path}\n", diagrams)
        self.side = (*self.side, MenuItem(entry.title, path))
        return entry

    def entries(self) -> Mapping[str, PageEntry]:
        return {path: page.entry for path, page in self.pages.items()}

    def menu(self) -> tuple[MenuItem, ...]:
        return self.side

    def page(self, path: str) -> Page | None:
        return self.pages.get(path)

    def file(self, path: str) -> ContentFile | None:
        return self.files.get(path)

    def naming(self, path: str) -> frozenset[str]:
        return self.named.get(path, frozenset())

    def audiences(self, path: str) -> tuple[frozenset[str], ...] | None:
        return self.closed.get(path, ())

    def drawing(self, name: str) -> ContentFile | None:
        return self.drawings.get(name)


class NothingToFind:
    """Implements ``SearchIndex`` over nothing."""

    def find(self, wanted: Wanted) -> Indexed:
        del wanted
        return Indexed()

    def prepare(self) -> None:
        pass
