"""A TOML file of the content: its values, and the lines that they stand in."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from app.content.files import ContentError
from app.domain.documentation import ContentProblem

AT_LINE: Final = re.compile(r" \(at line (\d+), column \d+\)")
HEADER: Final = re.compile(r"\s*(\[\[?)([^\[\]]+)\]")
KEY: Final = re.compile(r"\s*([A-Za-z0-9_.\-]+|\"[^\"]*\")\s*=")
SAID: Final = 80
QUOTES: Final = ('"""', "'''")
Where = tuple[str | int, ...]


class Toml:
    """The values of a file and what is wrong with them, each with its line.

    Raises ``ContentError`` for text that is no TOML.
    """

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.problems: list[ContentProblem] = []
        self._lines = text.splitlines()
        try:
            self.facts: Mapping[str, Any] = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            found = AT_LINE.search(f"{error}")
            said = AT_LINE.sub("", f"{error}") or "is nested too deep"
            line = int(found[1]) if found else 0
            raise ContentError(name, f"is not valid TOML: {said}", line) from error
        self._places: Mapping[Where, int] | None = None

    def problem(self, where: Where, text: str, words: str = "") -> None:
        """Note what is wrong with a value; ``words`` of it help to find it within a long line."""
        self.problems.append(ContentProblem(self.name, self.line(where, words), text))

    def line(self, where: Where, words: str = "") -> int:
        """Return the line of a value, or of what it lies in; 0 where nothing is known."""
        if self._places is None:
            self._places = _places(self._lines)
        for length in range(len(where), 0, -1):
            if first := self._places.get(where[:length]):
                later = enumerate(self._lines[first - 1 :], first)
                is_whole = length == len(where) or not words
                return first if is_whole else next((n for n, line in later if words in line), first)
        return 0

    def ends_open(self, line: int) -> bool:
        """Tell whether the text that a line begins with stands below it."""
        return 0 < line <= len(self._lines) and self._lines[line - 1].rstrip()[-3:] in QUOTES


def shown(value: object) -> str:
    """Return a value as a message may quote it."""
    text = repr(value)
    return text if len(text) <= SAID else f"{text[:SAID]}…"


def _places(lines: list[str]) -> Mapping[Where, int]:
    """Return the line of each table and of each value that has a line of its own."""
    found: dict[Where, int] = {}
    counts: dict[Where, int] = {}
    table: Where = ()
    is_inside = False
    for number, line in enumerate(lines, 1):
        if not is_inside:
            if header := HEADER.match(line):
                table = _table(header[2], counts, is_listed=header[1] == "[[")
                found.setdefault(table, number)
                if header[1] == "[[":
                    found.setdefault(table[:-1], number)
            elif key := KEY.match(line):
                found.setdefault((*table, *_names(key[1])), number)
        if (line.count('"""') + line.count("'''")) % 2:
            is_inside = not is_inside
    return found


def _table(header: str, counts: dict[Where, int], *, is_listed: bool) -> Where:
    path: Where = ()
    *above, last = _names(header)
    for name in above:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, last)
    if is_listed:
        counts[path] = counts.get(path, -1) + 1
        path = (*path, counts[path])
    return path


def _names(text: str) -> list[str]:
    return [name.strip().strip('"') for name in text.split(".")]
