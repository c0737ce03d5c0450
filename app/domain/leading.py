"""Links of a text to pages of the documentation: for whom such a page is hidden, they are text.

A text's *leads* are the pages it leads to, by their addresses as it has them, without query and
anchor.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from html import unescape
from typing import Final
from urllib.parse import unquote

from app.domain.documentation import Page, PageEntry
from app.domain.html import Html

# As the cleaning writes one: its values are in double quotes and hold none.
ANCHOR: Final = re.compile(r'<a((?:\s[^\s="<>]+="[^"]*")*)\s*>')
HREF: Final = re.compile(r'\shref="([^"]*)"')
NO_LINK: Final = re.compile(r'\s(?:href|title|rel)="[^"]*"')
IN_MARKDOWN: Final = re.compile(r"(?<!!)\[([^\[\]]*)\]\(\s*<?([^\s()<>]+)>?(?:\s[^()]*)?\)")
DEFINED: Final = re.compile(r"^ {0,3}\[[^\[\]]+\]:\s*<?([^\s<>]+)>?.*$\n?", re.MULTILINE)


def closed(
    leads: Mapping[str, str], entries: Mapping[str, PageEntry], roles: Collection[str]
) -> frozenset[str]:
    """Return the addresses whose pages these roles may not read."""
    return frozenset(
        address
        for address, path in leads.items()
        if path not in entries or not entries[path].is_for(roles)
    )


def page_without(page: Page, addresses: Collection[str]) -> Page:
    """Return a page whose links to these addresses are plain text, for machines as well."""
    segments = (
        html_without(each, addresses) if isinstance(each, Html) else each for each in page.segments
    )
    markdown = IN_MARKDOWN.sub(
        lambda found: found[1] if _bare(found[2]) in addresses else found[0], page.markdown
    )
    markdown = DEFINED.sub(lambda found: "" if _bare(found[1]) in addresses else found[0], markdown)
    return replace(page, segments=tuple(segments), markdown=markdown)


def html_without(html: Html, addresses: Collection[str]) -> Html:
    """Return HTML that was cleaned, whose links to these addresses are plain text."""

    def plain(found: re.Match[str]) -> str:
        href = HREF.search(found[1])
        if href is None or _bare(unescape(href[1])) not in addresses:
            return found[0]
        return f"<a{NO_LINK.sub('', found[1])}>"

    return replace(html, text=ANCHOR.sub(plain, html.text))


def _bare(address: str) -> str:
    return unquote(re.split(r"[?#]", address, maxsplit=1)[0])
