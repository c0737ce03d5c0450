"""The home page of ``home.toml``: its blocks from the top."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from app.content.files import ContentError, read_text
from app.content.markdown.lines import Source
from app.content.markdown.page import Picture, render
from app.content.pages.around import ELSEWHERE
from app.content.site.files import FOLDER, PICTURES, NoFile, theme_file
from app.content.site.links import inside, link, outside
from app.content.site.table import AUDIENCE, Table, Unusable
from app.content.site.toml import Toml
from app.domain.documentation import ContentProblem, Sample
from app.domain.home import MOST_SHOWN, BlockKind, Card, HomeBlock
from app.domain.html import NO_HTML, Html
from app.domain.site import SiteLink
from app.domain.theme import ThemeFile

MOST_BLOCKS: Final = 20
MOST_LINKS: Final = 4
MOST_CARDS: Final = 24
MOST_ROWS: Final = 24
LONGEST_TEXT: Final = 20_000  # characters
ICONS: Final = (
    "", "activity", "app-window", "book-open", "calendar", "circle-check", "circle-help", "clock",
    "code", "copy", "download", "external-link", "eye", "info", "key", "lock", "mail", "package",
    "pencil", "rotate-cw", "search", "settings", "shield", "sparkles", "terminal", "user", "users",
)  # fmt: skip
# What each kind takes beside its kind and whom it is for.
TAKEN: Final[Mapping[BlockKind, tuple[str, ...]]] = {
    BlockKind.HERO: ("title", "text", "first_call", "button"),
    BlockKind.WELCOME: ("text",),
    BlockKind.START: (),
    BlockKind.STEPS: (),
    BlockKind.CARDS: ("title", "card"),
    BlockKind.TEXT: ("markdown", "file"),
    BlockKind.PRODUCTS: ("title", "most"),
    BlockKind.APIS: ("title", "most"),
    BlockKind.FIRST_CALL: ("title",),
}


@dataclass(frozen=True, slots=True)
class HomePage:
    """The blocks, and the pictures of the theme that their texts show."""

    blocks: tuple[HomeBlock, ...]
    files: Mapping[str, ThemeFile] = field(default_factory=dict)


def home(toml: Toml, root: Path, roles: frozenset[str], variables: Mapping[str, str]) -> HomePage:
    """Return what the file says; what cannot be used is among its problems and left out."""
    return _Reader(toml, root, roles, variables).read()


class _Reader:
    def __init__(
        self, toml: Toml, root: Path, roles: frozenset[str], variables: Mapping[str, str]
    ) -> None:
        self._toml = toml
        self._root = root
        self._roles = roles
        self._around = _Surroundings(root, variables)

    def read(self) -> HomePage:
        whole = Table(self._toml, self._toml.facts, (), self._roles)
        whole.only("block")
        blocks = tuple(self._blocks(whole.rows("block", MOST_BLOCKS)))
        return HomePage(blocks, self._around.files)

    def _blocks(self, rows: Iterator[Table]) -> Iterator[HomeBlock]:
        for row in rows:
            try:
                yield self._block(row)
            except Unusable:
                continue

    def _block(self, row: Table) -> HomeBlock:
        name = row.choice("kind", tuple(BlockKind), "")
        if not name:
            raise Unusable
        kind = BlockKind(name)
        row.closed("kind", *TAKEN[kind], *AUDIENCE)
        return HomeBlock(
            kind=kind,
            title=row.needed("title") if kind is BlockKind.CARDS else row.text("title"),
            text=row.text("text"),
            links=tuple(self._links(row)) if "button" in row else None,
            cards=tuple(self._cards(row)),
            html=self._html(row) if kind is BlockKind.TEXT else NO_HTML,
            leads=self._around.leads,
            most=row.number("most", MOST_SHOWN, 1, MOST_ROWS),
            with_call=row.flag("first_call", default=True),
            audience=row.audience(),
        )

    def _links(self, row: Table) -> Iterator[SiteLink]:
        for each in row.rows("button", MOST_LINKS):
            try:
                yield link(each, self._root)
            except Unusable:
                continue

    def _cards(self, row: Table) -> Iterator[Card]:
        for each in row.rows("card", MOST_CARDS):
            try:
                found = link(each, self._root, further=("text", "icon"))
            except Unusable:
                continue
            yield Card(found.title, each.text("text"), each.choice("icon", ICONS, ""), found)

    def _html(self, row: Table) -> Html:
        if ("file" in row) == ("markdown" in row):
            row.problem("", "a text has markdown or a file: write one of them")
            raise Unusable
        source = self._file(row) if "file" in row else self._written(row)
        rendered = render(source, self._around)
        self._toml.problems += source.problems
        parts = []
        for segment in rendered.segments:
            if isinstance(segment, Sample):
                row.problem("file", "an operation belongs on a page: lead there")
            else:
                parts.append(segment.text)
        return Html("".join(parts))

    def _file(self, row: Table) -> Source:
        name = row.needed("file")
        try:
            return Source(self._root, name, read_text(self._root, self._root, name))
        except ContentError as error:
            found = error.problem
            self._toml.problems.append(ContentProblem(name, found.line, found.text))
            raise Unusable from error

    def _written(self, row: Table) -> Source:
        line = row.line("markdown")
        text = row.text("markdown", longest=LONGEST_TEXT)
        begins_below = self._toml.ends_open(line)
        return Source(self._root, self._toml.name, text, line + 1 if begins_below else line)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """The content as texts of the home page see it: addresses are seen from the portal's root."""

    root: Path
    variables: Mapping[str, str]
    files: dict[str, ThemeFile] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)

    def link(self, href: str) -> tuple[str, str]:
        if href.startswith("#"):
            return href, ""
        if ELSEWHERE.match(href):
            problem = outside(href)
            return ("", f"{href[:80]} {problem}") if problem else (href, "")
        whole = href if href.startswith("/") else f"/{href}"
        bare, mark, rest = whole.partition("#")
        whole = bare.removesuffix(".md") + mark + rest
        problem, page = inside(self.root, whole)
        if page is not None:
            self.leads[unquote(re.split(r"[?#]", whole, maxsplit=1)[0]).lstrip("/")] = page
        return whole.lstrip("/") or "./", f"{href[:80]} {problem}" if problem else ""

    def image(self, href: str) -> tuple[str, str]:
        bare = href if ELSEWHERE.match(href) else href.removeprefix("/")
        name = bare.removeprefix(f"{FOLDER}/")
        try:
            found, _ = theme_file(self.root, name, PICTURES)
        except NoFile as error:
            return "", f"{error}"
        self.files[found.path] = found
        return f"{FOLDER}/{name}?v={found.digest}", ""

    def sample(self, _sample: Sample) -> str:
        return ""

    def picture(self, _text: str) -> tuple[Picture | None, str]:
        return None, "a diagram belongs on a page: lead there"
