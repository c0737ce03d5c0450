"""One page of Markdown as parts that are ready to be shown."""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from app.content.markdown import blocks, pieces
from app.content.markdown.anchors import with_anchors
from app.content.markdown.cleaning import clean
from app.content.markdown.lines import Source
from app.content.markdown.references import References, without_empty_images
from app.content.markdown.tables import align
from app.content.markdown.variables import fill
from app.domain.documentation import Heading, Sample, Segment
from app.domain.html import Html

MOST_NESTED: Final = 40
FOOTNOTES: Final = 500
FOOTNOTE_IDS: Final = frozenset(
    f"{name}{number}{again}"
    for number in range(1, FOOTNOTES)
    for name, again in (("fn", ""), ("fnref", ""), ("fnref", ":1"), ("fnref", ":2"))
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn diagram: its address as seen from the page, its name, its size in pixels."""

    address: str
    name: str
    width: int
    height: int


class Surroundings(Protocol):
    """What a page asks of the content around it."""

    @property
    def variables(self) -> Mapping[str, str]:
        """Names and values for ``{{ name }}``."""
        ...

    def link(self, href: str) -> tuple[str, str]:
        """Return the address to show for a link, and what is wrong with it or nothing."""
        ...

    def image(self, href: str) -> tuple[str, str]:
        """Return the same for a picture."""
        ...

    def sample(self, sample: Sample) -> str:
        """Return what is wrong with an embedded operation, or nothing."""
        ...

    def picture(self, text: str) -> tuple[Picture | None, str]:
        """Return the drawing of a Mermaid text, or why there is none; neither while it is made."""
        ...


@dataclass(slots=True)
class Rendered:
    """What became of a page; ``title`` is that of a first heading that stood above all."""

    title: str = ""
    headings: tuple[Heading, ...] = ()
    segments: tuple[Segment, ...] = ()
    diagrams: list[str] = field(default_factory=list)
    anchors: frozenset[str] = frozenset()
    is_whole: bool = True


def render(source: Source, around: Surroundings) -> Rendered:
    """Return the page; what is wrong with it goes to the source's problems."""
    return _Writer(source, around).write()


class _Writer:
    """Writes one page.

    What the portal itself adds is put in after the cleaning, so that the list of what is allowed
    stays short: a mark that nobody can guess keeps its place.
    """

    def __init__(self, source: Source, around: Surroundings) -> None:
        self._source = source
        self._around = around
        self._references = References(around, source)
        self._mark = secrets.token_hex(12)
        self._pieces: list[str | Sample] = []
        self._ids = FOOTNOTE_IDS
        self._rendered = Rendered()
        self._groups = 0

    def write(self) -> Rendered:
        problems: list[tuple[int, str]] = []
        environment: dict[str, object] = {"problems": problems, "fill": self._fill}
        tokens = MARKDOWN.parse(self._source.text, environment)
        for line, text in problems:
            self._source.problem(line, text)
        self._references.resolve(tokens)
        found = with_anchors(tokens, self._source)
        self._rendered.title, self._rendered.headings = found.title, found.headings
        self._ids |= found.ids
        self._rendered.anchors = found.ids
        html = self._html(found.tokens, environment)
        self._rendered.segments = tuple(self._segments(html))
        return self._rendered

    def _fill(self, tokens: Sequence[Token]) -> None:
        fill(tokens, self._around.variables, self._source)
        align(tokens)

    def _html(self, tokens: Sequence[Token], environment: dict[str, object]) -> str:
        folded = list(self._folded(tokens, environment))
        html = MARKDOWN.renderer.render(folded, MARKDOWN.options, environment)
        cleaned = clean(html, images=True, ids=self._ids, shown=self._references.shown)
        return without_empty_images(cleaned)

    def _folded(self, tokens: Sequence[Token], environment: dict[str, object]) -> Iterator[Token]:
        """Replace each block by the mark of the piece that is made of it."""
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == "block_open":
                end = _end(tokens, position)
                yield self._kept(self._block(token, tokens[position + 1 : end], environment))
                position = end
            elif token.type in {"fence", "code_block"}:
                yield self._kept(self._code(token))
            elif token.type == blocks.OPERATION:
                yield self._kept(self._sample(token))
            elif token.type == "footnote_block_open":
                yield _raw('<section class="footnotes">\n<ol>\n')
            elif token.type == "table_open":
                yield from (_raw('<div class="table-scroll">'), token)
            elif token.type == "table_close":
                yield from (token, _raw("</div>\n"))
            else:
                yield token
            position += 1

    def _kept(self, piece: str | Sample) -> Token:
        self._pieces.append(piece)
        return _raw(f"{self._mark}-{len(self._pieces) - 1};\n")

    def _block(self, token: Token, inner: Sequence[Token], environment: dict[str, object]) -> str:
        title = token.meta["title"]
        if token.info != blocks.TABS:
            return pieces.callout(token.info, title, self._html(inner, environment))
        self._groups += 1
        tabs = [(title, self._html(part, environment)) for title, part in self._tabs(token, inner)]
        return pieces.tabs(f"tabs-{self._groups}", tabs)

    def _tabs(self, token: Token, inner: Sequence[Token]) -> list[tuple[str, list[Token]]]:
        found: list[tuple[str, list[Token]]] = []
        for each in inner:
            if each.type == "tab" and each.level == token.level + 1:
                found.append((each.meta["title"], []))
            elif found:
                found[-1][1].append(each)
        if not found:
            line = token.map[0] if token.map else 0
            self._source.problem(line, "::: tabs has no tab: begin each with a line == Title")
        return found

    def _code(self, token: Token) -> str:
        language, facts = pieces.info(token.info)
        if language != "mermaid":
            return pieces.code(self._id("code"), token.content, language, facts.get("title", ""))
        title = facts.get("title", "")
        if "svg" in facts:
            address, problem = self._around.image(facts["svg"])
            if not problem:
                return pieces.diagram(Picture(address, "", 0, 0), title, token.content)
            self._source.problem(token.map[0] if token.map else 0, problem)
            return pieces.code(self._id("code"), token.content, language, title)
        picture, problem = self._around.picture(token.content)
        if problem:
            self._source.problem(token.map[0] if token.map else 0, problem)
        if picture is None:
            self._rendered.is_whole &= bool(problem)
            return pieces.code(self._id("code"), token.content, language, title)
        self._rendered.diagrams.append(picture.name)
        return pieces.diagram(picture, title, token.content)

    def _sample(self, token: Token) -> Sample | str:
        sample = Sample(*token.meta["words"])
        if sample in self._pieces:
            line = token.map[0] if token.map else 0
            self._source.problem(line, "the page shows this operation already: link to it")
            return ""
        if problem := self._around.sample(sample):
            self._source.problem(token.map[0] if token.map else 0, problem)
        return sample

    def _id(self, kind: str) -> str:
        return f"{kind}-{len(self._pieces) + 1}"

    def _segments(self, html: str) -> Iterator[Segment]:
        text = ""
        for part in self._unfolded(html):
            if isinstance(part, str):
                text += part
                continue
            yield from [Html(text)] if text.strip() else []
            yield part
            text = ""
        yield from [Html(text)] if text.strip() else []

    def _unfolded(self, html: str) -> Iterator[str | Sample]:
        parts = re.split(rf"{self._mark}-(\d+);", html)
        for position, part in enumerate(parts):
            piece = self._pieces[int(part)] if position % 2 else part
            if position % 2 and isinstance(piece, str):
                yield from self._unfolded(piece)
            else:
                yield piece


def _raw(html: str) -> Token:
    return Token("html_block", "", 0, content=html)


def _end(tokens: Sequence[Token], begin: int) -> int:
    depth = 0
    for position in range(begin, len(tokens)):
        depth += {"block_open": 1, "block_close": -1}.get(tokens[position].type, 0)
        if depth == 0:
            return position
    return len(tokens)


def _parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"maxNesting": MOST_NESTED})
    markdown.enable(["table", "strikethrough"])
    markdown.use(footnote_plugin).use(deflist_plugin)
    blocks.install(markdown)
    # Before escaped braces become plain ones.
    markdown.core.ruler.before("text_join", "portal_fill", _fill_in)
    return markdown


def _fill_in(state: StateCore) -> None:
    state.env["fill"](state.tokens)


MARKDOWN: Final = _parser()
