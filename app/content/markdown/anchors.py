"""Headings: their anchors, their depth on the page, and the list of them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markdown_it.token import Token

from app.content.markdown.lines import Source
from app.content.numbering import numbered
from app.domain.documentation import Heading

OWN: Final = re.compile(r"\s*\{#([A-Za-z][A-Za-z0-9_-]*)\}\s*$")
# Ids of the frame around a page, which a heading must not take.
TAKEN: Final = frozenset(
    {"account-menu", "confirm", "main", "page-title", "pages", "q", "sure", "toasts"}
)
OURS: Final = re.compile(r"(code|tabs|fn|fnref|op|sample)-?\d*")
LISTED: Final = ("h2", "h3")


@dataclass(frozen=True, slots=True)
class Anchored:
    """The tokens without the heading that is the page's title, and the others' anchors."""

    tokens: list[Token]
    title: str
    headings: tuple[Heading, ...]
    ids: frozenset[str]


def with_anchors(tokens: Sequence[Token], source: Source) -> Anchored:
    """Give each heading an id; a first one of the highest level is the page's title."""
    rest, title = list(tokens), ""
    if rest and rest[0].type == "heading_open" and rest[0].tag == "h1":
        title, rest = _text(rest[1]), rest[3:]
    headings: list[Heading] = []
    ids: dict[str, int] = {}
    for position, token in enumerate(rest):
        if token.type != "heading_open":
            continue
        if token.tag == "h1":
            source.problem(_line(token), "a page has one # heading, its title: write ##")
            token.tag = rest[position + 2].tag = "h2"
        anchor = _anchor(rest[position + 1], ids)
        token.attrSet("id", anchor)
        if token.tag in LISTED and token.level == 0:
            headings.append(Heading(int(token.tag[1]), anchor, _text(rest[position + 1])))
    return Anchored(rest, title, tuple(headings), frozenset(ids))


def slug(text: str) -> str:
    """Return the anchor of a heading: its letters and digits in small, joined by ``-``."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w]+", "-", plain).strip("-_") or "section"


def _anchor(inline: Token, ids: dict[str, int]) -> str:
    children = inline.children or []
    own = OWN.search(children[-1].content) if children and children[-1].type == "text" else None
    if own is not None:
        children[-1].content = children[-1].content[: own.start()]
    wanted = own[1] if own else slug(_text(inline))
    if wanted in TAKEN or OURS.fullmatch(wanted):
        wanted = f"the-{wanted}"
    return numbered(wanted, ids)


def _text(inline: Token) -> str:
    parts = (
        child.content
        for child in inline.children or []
        if child.type in {"text", "text_special", "code_inline"}
    )
    return "".join(parts).strip()


def _line(token: Token) -> int:
    return token.map[0] if token.map else 0
