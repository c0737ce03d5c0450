"""Links and pictures of a page, led to where they are."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Final, Protocol

from markdown_it.token import Token

from app.content.markdown.lines import Source

# As the cleaning writes one: its values are in double quotes and hold none.
IMAGE: Final = re.compile(r'<img((?:\s[^\s="<>]+="[^"]*")*)\s*>')
# What browsers take for another host although it begins like a path, or pass over.
STRAYING: Final = re.compile(r"^//|[\x00-\x1f\x7f\\]")
UNCLEAR: Final = "leads to another host without saying so: begin with https://"


class Leading(Protocol):
    """What knows the addresses of the content."""

    def link(self, href: str) -> tuple[str, str]: ...
    def image(self, href: str) -> tuple[str, str]: ...


class References:
    """The addresses of one page.

    Those of Markdown are led while it is tokens. Those of raw HTML are led while it is cleaned,
    by a parser of HTML: however they are written, none goes past.
    """

    def __init__(self, around: Leading, source: Source) -> None:
        self._around = around
        self._source = source
        self._led: set[str] = set()
        self._raw: list[tuple[int, str]] = []

    def resolve(self, tokens: Iterable[Token]) -> None:
        """Replace each address by the one to show, and note those that lead nowhere."""
        for token in tokens:
            line = token.map[0] if token.map else 0
            for each in (token, *(token.children or ())):
                if each.type in {"softbreak", "hardbreak"}:
                    line += 1
                elif each.type == "link_open":
                    each.attrSet("href", self._lead(each.attrGet("href"), "href", line))
                elif each.type == "image":
                    each.attrSet("loading", "lazy")
                    each.attrSet("src", self._lead(each.attrGet("src"), "src", line))
                elif each.type in {"html_inline", "html_block"}:
                    lines = enumerate(each.content.splitlines(), line)
                    self._raw += [(number, unescape(text)) for number, text in lines]

    def shown(self, attribute: str, value: str) -> str | None:
        """Return the address to show for one in HTML; None if it is to be left out."""
        line = next((number for number, text in self._raw if value in text), None)
        if value in self._led or (line is None and value.startswith("#")):  # one of a footnote
            return value or None
        return self._lead(value, attribute, line or 0) or None

    def _lead(self, given: object, attribute: str, line: int) -> str:
        href = str(given or "").strip()
        if attribute == "src":
            address, problem = self._around.image(href)
        elif STRAYING.search(href):
            address, problem = "", f"{href[:80]!r} {UNCLEAR}"
        else:
            address, problem = self._around.link(href)
        if problem:
            self._source.problem(line, problem)
        self._led.add(address)
        return address


def without_empty_images(html: str) -> str:
    """Return cleaned HTML without the pictures that lost their address."""
    return IMAGE.sub(lambda found: found[0] if ' src="' in found[1] else "", html)
