"""A folder of documentation that a test writes, and the library over it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.content.diagrams.diagrams import Diagrams
from app.content.diagrams.node import CannotDraw
from app.content.pages.library import ContentPages, Options
from app.domain.documentation import Page
from app.domain.html import Html

ROLES = frozenset({"administrator", "developer", "support"})
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" width="10.4" height="20"><g/></svg>'


def at_once(work: Callable[[], object]) -> None:
    work()


@dataclass
class Docs:
    """Writes files and reads pages; ``now`` is moved by hand, in seconds."""

    root: Path
    now: float = 0
    start: Callable[[Callable[[], object]], object] = at_once
    drawn: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        diagrams = Diagrams(lambda: self.root / "cache", self.start, self.draw)
        options = Options(ROLES, {"portal_name": "A *bold* portal"}, seconds=3)
        self.pages = ContentPages(self.root, self._operations, diagrams, options, lambda: self.now)

    def draw(self, text: str) -> str:
        self.drawn.append(text)
        if "pie" in text:
            raise CannotDraw("the diagram cannot be drawn: no pies")
        return DRAWN

    def write(self, name: str, text: str) -> None:
        """Write a file of the content, a moment after the last look."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        self.now += 4

    def page(self, path: str = "a") -> Page:
        page = self.pages.page(path)
        assert page is not None
        return page

    def html(self, text: str) -> str:
        """Return what becomes of a page."""
        self.write("docs/a.md", text)
        return "".join(each.text for each in self.page().segments if isinstance(each, Html))

    def problems(self) -> list[str]:
        return [str(problem) for problem in self.pages.problems()]

    def _operations(self, slug: str) -> frozenset[str] | None:
        return frozenset({"today"}) if slug == "weather" else None
