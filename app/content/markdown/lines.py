"""The lines of a page with its snippets in place, each knowing the file and line it came from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from app.content.files import ContentError, read_text
from app.domain.documentation import ContentProblem

INCLUDE: Final = re.compile(r"(\s*):{3,}\s*include\s+(\S+)\s*$")
FENCE: Final = re.compile(r"\s*(`{3,}|~{3,})")
SNIPPETS: Final = "snippets/"
DEEPEST: Final = 5
MOST_LINES: Final = 20_000
VARIABLE: Final = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line and where it was written; ``number`` from 1."""

    text: str
    file: str
    number: int


class Fences:
    """Tells line by line whether one is inside a block of code."""

    def __init__(self) -> None:
        self._open = ""

    def holds(self, line: str) -> bool:
        """Take the next line; tell whether it belongs to a block of code, fences included."""
        found = FENCE.match(line)
        if not self._open:
            self._open = found[1] if found else ""
            return bool(found)
        if found and found[1].startswith(self._open) and not line.strip().strip(found[1][0]):
            self._open = ""
        return True


class Source:
    """A page's text with its snippets written out; ``problems`` are those of the snippets."""

    def __init__(self, root: Path, file: str, text: str, first: int = 1) -> None:
        self._root = root
        self.problems: list[ContentProblem] = []
        self.lines = list(islice(self._expanded(file, text, first, (file,)), MOST_LINES))
        if len(self.lines) == MOST_LINES:
            text = f"has more than {MOST_LINES} lines with its snippets: make several pages of it"
            self.problems.append(ContentProblem(file, 0, text))

    @property
    def text(self) -> str:
        """The whole as it is parsed."""
        return "\n".join(line.text for line in self.lines) + "\n"

    def place(self, index: int) -> tuple[str, int]:
        """Return the file and line of a line of ``text``, counted from 0."""
        if not self.lines:
            return "", 0
        line = self.lines[min(index, len(self.lines) - 1)]
        return line.file, line.number

    def problem(self, index: int, text: str) -> None:
        """Note what is wrong with a line of ``text``, counted from 0."""
        self.problems.append(ContentProblem(*self.place(index), text))

    def _expanded(
        self, file: str, text: str, first: int, inside: tuple[str, ...]
    ) -> Iterator[Line]:
        fences = Fences()
        for number, line in enumerate(text.splitlines(), first):
            found = None if fences.holds(line) else INCLUDE.fullmatch(line)
            if found is None:
                yield Line(line, file, number)
            else:
                yield from self._included(Line(line, file, number), found[1], found[2], inside)

    def _included(
        self, line: Line, indent: str, name: str, inside: tuple[str, ...]
    ) -> Iterator[Line]:
        if name in inside or len(inside) > DEEPEST:
            text = f"the snippet {name} includes itself, or others too deep: write it out"
            self.problems.append(ContentProblem(line.file, line.number, text))
            return
        try:
            text = _snippet(self._root, name)
        except ContentError as error:
            self.problems.append(ContentProblem(line.file, line.number, f"{error}"))
            return
        for found in self._expanded(name, text, 1, (*inside, name)):
            yield Line(f"{indent}{found.text}" if found.text else "", found.file, found.number)


def _snippet(root: Path, name: str) -> str:
    if not name.startswith(SNIPPETS):
        raise ContentError(name, f"snippets lie in {SNIPPETS}: put it there, and name it so")
    return read_text(root, root / "snippets", name.removeprefix(SNIPPETS))


def filled(text: str, variables: Mapping[str, str]) -> str:
    """Return the text with the values of the variables that are known."""
    return VARIABLE.sub(lambda found: variables.get(found[1], found[0]), text)
