"""A content folder that a test writes, and the library of frame, theme and home page over it."""

from dataclasses import dataclass
from pathlib import Path

from app.content.site.library import ContentSite
from app.content_ports import TOKENS

ROLES = frozenset({"administrator", "developer", "support"})


@dataclass
class Folder:
    """Writes files, and moves the time that is looked at by hand."""

    root: Path
    now: float = 0

    def __post_init__(self) -> None:
        self.site = ContentSite(
            self.root,
            ROLES,
            TOKENS,
            {"support_contact": "help@example.com"},
            seconds=3,
            monotonic=lambda: self.now,
        )

    def write(self, name: str, text: str | bytes) -> None:
        """Write a file of the content, a moment after the last look."""
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        self.now += 4

    def problems(self) -> list[str]:
        """Return what is wrong, as the command prints it."""
        return [str(problem) for problem in self.site.problems()]
