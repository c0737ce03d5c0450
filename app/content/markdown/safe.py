"""Texts in Markdown inside API documents, as HTML that can do no harm.

CommonMark with tables and strike-through, as the OpenAPI Specification asks of descriptions.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from app.content.markdown.cleaning import clean
from app.content.markdown.code import highlighted
from app.content.markdown.tables import align

LONGEST: Final = 100_000  # characters; what is longer is shown as it was written
MOST_BRACKETS: Final = 3_000  # a parser of Markdown needs the square of them
LOWEST_HEADING: Final = 6


def rendered(text: str, *, top: int = 3) -> str:
    """Return a description as HTML; its highest headings become ``<h{top}>``.

    Pictures become links: a description never makes the reader's browser ask another host.
    """
    if len(text) > LONGEST or text.count("[") > MOST_BRACKETS:
        return f'<div class="code"><pre tabindex="0">{escape(text, quote=False)}</pre></div>'
    tokens = MARKDOWN.parse(text)
    _lower_headings(tokens, top)
    align(tokens)
    return clean(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))


class _Renderer(RendererHTML):
    """The library's renderer, with colored code, tables that scroll and pictures as links."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Return a fenced block; its language is the first word behind the fence."""
        del options, env
        words = tokens[idx].info.split()
        code = highlighted(tokens[idx].content, words[0] if words else "")
        return f'<div class="code"><pre tabindex="0"><code>{code}</code></pre></div>\n'

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Return an indented block like a fenced one without a language."""
        return self.fence(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Return a link to the picture, named by its description."""
        token = tokens[idx]
        address = str(token.attrGet("src") or "")
        text = self.renderInlineAsText(token.children or [], options, env) or address
        return f'<a href="{escape(address)}">{escape(text)}</a>'

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Return the begin of a table that scrolls by itself where it is too wide."""
        return f'<div class="table-scroll">{self.renderToken(tokens, idx, options, env)}'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Return the end of the table and of its frame."""
        return f"{self.renderToken(tokens, idx, options, env)}</div>\n"


def _lower_headings(tokens: Sequence[Token], top: int) -> None:
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    highest = min((int(token.tag[1]) for token in headings), default=top)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1]) - highest + top, LOWEST_HEADING)}"


MARKDOWN: Final = MarkdownIt("commonmark", renderer_cls=_Renderer).enable(
    ["table", "strikethrough"]
)
