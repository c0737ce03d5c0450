"""Descriptions of a document as HTML; most are one plain line and need no parser."""

import re
from functools import lru_cache
from html import escape
from typing import Final

from app.content.markdown.safe import rendered
from app.content.reference.parts import described
from app.content.shapes import Node, mapping, text, web_link
from app.domain.html import Html
from app.domain.reference import Link

# Nothing of these, no line break and nothing that begins a block: the line is what it says.
PLAIN: Final = re.compile(
    r"(?![ \t>+#=-]|\d+[.)])[^\n*_`\[\]<>&\\~|:]*(?::(?!//)[^\n*_`\[\]<>&\\~|:]*)*"
)
# A link to a place in the maker's own page, and one that nobody could see.
NOWHERE: Final = re.compile(r'<a\s[^>]*href="#[^"]*"[^>]*>(.*?)</a>|<a\s[^>]*>\s*</a>', re.DOTALL)
KEPT: Final = 4_096


def description(node: Node, top: int = 5) -> Html:
    """Return a node's description; its highest headings become ``<h{top}>``."""
    return html(described(node), top)


@lru_cache(maxsize=KEPT)
def html(markdown: str, top: int = 5) -> Html:
    """Return CommonMark as safe HTML."""
    if not markdown:
        return Html()
    if PLAIN.fullmatch(markdown):
        return Html(f"<p>{escape(markdown)}</p>", markdown)
    return Html(NOWHERE.sub(r"\1", rendered(markdown, top=top)), markdown)


def docs(node: Node) -> Link | None:
    """Return the link to documentation elsewhere that a node has."""
    found = mapping(node.get("externalDocs"))
    url = web_link(found.get("url"))
    return Link(url, text(found.get("description")) or url) if url else None
