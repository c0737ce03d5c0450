"""A page of the documentation taken apart for the search: one entry for each heading."""

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import nh3
from markdown_it.token import Token

from app.content.markdown.anchors import with_anchors
from app.content.markdown.lines import Source
from app.content.markdown.page import MARKDOWN
from app.content.markdown.variables import fill
from app.content.search.entries import Entry
from app.domain.documentation import PageEntry
from app.domain.search import Hit, Kind

TEXTS: Final = frozenset({"text", "text_special", "code_inline"})
BREAKS: Final = frozenset({"softbreak", "hardbreak"})
CODES: Final = frozenset({"fence", "code_block"})


@dataclass(slots=True)
class _Section:
    """What stands below a heading; above the first one there is no anchor."""

    anchor: str = ""
    title: str = ""
    texts: list[str] = field(default_factory=list)


def page_entries(entry: PageEntry, source: Source, variables: Mapping[str, str]) -> Iterator[Entry]:
    """Yield the page as a whole, and each part below a heading."""
    sections = _sections(source, variables)
    parts = [(section, " ".join(section.texts)) for section in sections]
    whole = " ".join(f"{section.title} {text}" for section, text in parts).strip()
    yield Entry(
        Hit(Kind.PAGES, entry.path, "", entry.title, text=f"{entry.description} {whole}".strip()),
        names=f"{entry.description} {entry.path}",
        text=whole,
    )
    for section, text in parts[1:]:
        hit = Hit(Kind.PAGES, entry.path, section.anchor, section.title, entry.title, text)
        yield Entry(hit, text=text, around=f"{entry.title} {entry.description}")


def _sections(source: Source, variables: Mapping[str, str]) -> list[_Section]:
    def put_in(tokens: Sequence[Token]) -> None:
        fill(tokens, variables, source)

    tokens = MARKDOWN.parse(source.text, {"problems": [], "fill": put_in})
    found = [_Section()]
    is_title = False
    for token in with_anchors(tokens, source).tokens:
        if token.type == "heading_open":
            found.append(_Section(str(token.attrGet("id") or "")))
            is_title = True
            continue
        text = _text(token)
        if is_title:
            found[-1].title, is_title = text, False
        elif text:
            found[-1].texts.append(text)
    return found


def _text(token: Token) -> str:
    if token.type == "inline":
        return "".join(_inline(child) for child in token.children or ()).strip()
    if token.type in CODES:
        return "" if token.info.startswith("mermaid") else token.content.strip()
    if token.type == "html_block":
        return html.unescape(nh3.clean(token.content, tags=set())).strip()
    return str(token.meta.get("title", "")) if token.type in {"block_open", "tab"} else ""


def _inline(token: Token) -> str:
    if token.type in TEXTS:
        return token.content
    if token.type == "image":
        return token.content
    return " " if token.type in BREAKS else ""
