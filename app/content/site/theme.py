"""The theme of ``theme.toml``: logo, icon, colors, fonts, shape and a style sheet of one's own."""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final

from app.content.files import ContentError, read_text
from app.content.site import fonts
from app.content.site.files import (
    FOLDER,
    FONTS,
    LOGOS,
    PICTURES,
    NoFile,
    ratio,
    refuse_elsewhere,
    theme_file,
)
from app.content.site.palette import MODES, NAMES, Tokens, brand_at_night, chosen
from app.content.site.sheet import addresses
from app.content.site.table import Table, Unusable
from app.content.site.toml import Toml
from app.domain.colors import Color, color
from app.domain.documentation import ContentProblem
from app.domain.theme import Logo, Theme, ThemeFile

LONGEST_SHEET: Final = 64_000  # characters
OWN_SHAPE: Final = -1
REFUSED: Final = "-"  # what stands for a value that was refused already
MOST_FILES: Final = 500
ROUNDEST: Final = 16  # pixels
TABLES: Final = ("logo", "icon", "colors", "fonts", "font", "radius", "css")


def theme(toml: Toml, root: Path, own: Tokens) -> Theme:
    """Return what the file says; what cannot be used is among its problems and left as it was."""
    return _Reader(toml, root, own).read()


class _Reader:
    def __init__(self, toml: Toml, root: Path, own: Tokens) -> None:
        self._toml = toml
        self._root = root
        self._own = own
        self._whole = Table(toml, toml.facts, (), frozenset())
        self._files: dict[str, ThemeFile] = {}

    def read(self) -> Theme:
        self._whole.only(*TABLES)
        rules = dict[str, str]()
        for family, rule in fonts.faces(
            self._whole.rows("font", fonts.MOST), self._root, self._files
        ):
            rules[family] = f"{rules[family]}\n{rule}" if family in rules else rule
        own = self._own.written
        stacks = fonts.stacks(self._whole.table("fonts"), rules, own)
        tokens = {**self._colors(), **dict(stacks), **self._shape()}
        lines = "".join(f"    --{name}: {value};\n" for name, value in tokens.items())
        parts = [f"@layer tokens {{\n  :root {{\n{lines}  }}\n}}" if lines else ""]
        style = "\n".join(part for part in (*parts, *rules.values(), self._sheet()) if part)
        return Theme(
            style=style,
            digest=hashlib.sha256(style.encode()).hexdigest()[:16] if style else "",
            logo=self._logo(self._whole.table("logo")),
            icon=self._icon(),
            files=self._files,
        )

    def _colors(self) -> Mapping[str, str]:
        table = self._whole.table("colors")
        if table is None:
            return {}
        table.only(*MODES)
        given = {mode: self._given(table.table(mode)) for mode in MODES}
        for mode, other in (MODES, MODES[::-1]):
            if "brand" in given[other] and "brand" not in given[mode]:
                own = {**self._own.colors[mode], **given[mode]}
                given[mode]["brand"] = brand_at_night(given[other]["brand"], own)
        found = {}
        for mode in MODES:
            found[mode], refused = chosen(given[mode], self._own.colors[mode])
            for problem in refused:
                where = ("colors", mode, problem.name)
                self._toml.problem(where, f"in {mode} mode {problem}")
        both = {mode: {**self._own.colors[mode], **found[mode]} for mode in MODES}
        light, dark = (both[mode] for mode in MODES)
        names = dict.fromkeys((*found["light"], *found["dark"]))
        return {name: f"light-dark({light[name]}, {dark[name]})" for name in names}

    def _given(self, table: Table | None) -> dict[str, Color]:
        if table is None:
            return {}
        table.only(*NAMES)
        found = {}
        for name in NAMES:
            if name not in table:
                continue
            text = table.text(name, REFUSED)
            made = color(text)
            if made is None and text != REFUSED:
                table.problem(name, f"{text[:40]!r} is no color: write it as #rrggbb")
            elif made is not None:
                found[name] = made
        return found

    def _shape(self) -> Mapping[str, str]:
        radius = self._whole.number("radius", OWN_SHAPE, 0, ROUNDEST)
        if radius == OWN_SHAPE:
            return {}
        inner, small, large = max(radius - 2, 0), radius // 2, radius + radius // 2
        return {
            "radius": f"{radius}px",
            "radius-inner": f"{inner}px",
            "radius-small": f"{small}px",
            "radius-large": f"{large}px",
        }

    def _text(self, name: str) -> str:
        refuse_elsewhere(name)
        text = read_text(self._root, self._root / FOLDER, name)
        if len(text) > LONGEST_SHEET:
            raise NoFile(f"{FOLDER}/{name} is longer than {LONGEST_SHEET} characters")
        return text

    def _sheet(self) -> str:
        """Return the operator's style sheet; with one line that is refused, none of it is used."""
        if "css" not in self._whole:
            return ""
        name = self._whole.text("css")
        problems: list[ContentProblem] = []
        try:
            text = self._text(name)
        except (ContentError, NoFile) as error:
            self._whole.problem("css", f"{error}")
            return ""

        def told(line: int, words: str) -> None:
            problems.append(ContentProblem(f"{FOLDER}/{name}", line, words))

        for address in addresses(text, told):
            try:
                found, _ = theme_file(self._root, address, {**PICTURES, **FONTS})
            except NoFile as error:
                line = next(
                    (n for n, each in enumerate(text.splitlines(), 1) if address in each), 0
                )
                told(line, f"{error}")
            else:
                self._files[found.path] = found
        self._toml.problems += problems
        return "" if problems else text

    def _logo(self, table: Table | None) -> Logo | None:
        if table is None:
            return None
        table.only("light", "dark", "alt", "height", "with_name")
        height = table.number("height", 28, 16, 40)
        try:
            light, wide = self._picture(table, "light")
            dark, dark_wide = self._picture(table, "dark") if "dark" in table else (None, 0.0)
        except Unusable:
            return None
        with_name = table.flag("with_name", default=True)
        width, dark_width = round(wide * height), round(dark_wide * height)
        return Logo(light, dark, table.text("alt"), width, height, dark_width, with_name)

    def _icon(self) -> ThemeFile | None:
        if "icon" not in self._whole:
            return None
        try:
            return self._picture(self._whole, "icon")[0]
        except Unusable:
            return None

    def _picture(self, table: Table, name: str) -> tuple[ThemeFile, float]:
        try:
            found, body = theme_file(self._root, table.needed(name), LOGOS)
            wide = ratio(found, body)
        except NoFile as error:
            table.problem(name, f"{error}")
            raise Unusable from error
        self._files[found.path] = found
        return found, wide


def watched(root: Path) -> Iterator[Path]:
    """Yield the files that a theme may be made of."""
    yield root / "theme.toml"
    if (root / FOLDER).is_dir():
        found = (file for file in (root / FOLDER).rglob("*") if file.is_file())
        yield from sorted(islice(found, MOST_FILES))
