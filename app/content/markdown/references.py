"""Links and pictures of a page, led to where they are."""

import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from typing import Final, Protocol

from markdown_it.token import Token

from app.content.markdown.lines import Source

Resolve = Callable[[str], tuple[str, str]]
RAW: Final = re.compile(r"""\b(href|src)\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


class Leading(Protocol):
    """What knows the addresses of the content."""

    def link(self, href: str) -> tuple[str, str]: ...
    def image(self, href: str) -> tuple[str, str]: ...


def resolve(tokens: Iterable[Token], around: Leading, source: Source) -> None:
    """Replace each address by the one to show, and note those that lead nowhere."""
    for token in tokens:
        line = token.map[0] if token.map else 0
        for each in (token, *(token.children or ())):
            if each.type in {"softbreak", "hardbreak"}:
                line += 1
            elif each.type == "link_open":
                _lead(each, "href", around.link, (source, line))
            elif each.type == "image":
                each.attrSet("loading", "lazy")
                _lead(each, "src", around.image, (source, line))
            elif each.type in {"html_inline", "html_block"}:
                each.content = _raw(each.content, around, (source, line))


def _lead(token: Token, name: str, find: Resolve, place: tuple[Source, int]) -> None:
    address, problem = find(str(token.attrGet(name) or ""))
    if problem:
        place[0].problem(place[1], problem)
    token.attrSet(name, address)


def _raw(html: str, around: Leading, place: tuple[Source, int]) -> str:
    def led(found: re.Match[str]) -> str:
        value = unescape(found[2] if found[2] is not None else found[3])
        find = around.link if found[1].lower() == "href" else around.image
        address, problem = find(value)
        if problem:
            line = place[1] + html.count("\n", 0, found.start())
            place[0].problem(line, problem)
        return f'{found[1]}="{escape(address)}"'

    return RAW.sub(led, html)
