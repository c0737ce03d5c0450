"""Fonts of a theme: files beside it, or what systems have; nothing comes from elsewhere."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from app.content.site.files import FONTS, NoFile, theme_file
from app.content.site.table import Table, Unusable
from app.domain.theme import ThemeFile

FAMILY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{0,39}")
WEIGHT: Final = re.compile(r"[1-9]00( [1-9]00)?")
MOST: Final = 8
STACKS: Final = {
    "system": "",
    "serif": 'Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif',
    "rounded": 'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, Manjari, sans-serif',
}
USES: Final = ("text", "code")


def faces(
    rows: Iterator[Table], root: Path, files: dict[str, ThemeFile]
) -> Iterator[tuple[str, str]]:
    """Yield each font's family with its rule; its file joins ``files``."""
    for row in rows:
        try:
            yield _face(row, root, files)
        except Unusable:
            continue


def stacks(
    table: Table | None, families: Mapping[str, object], own: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield the tokens of the chosen fonts; behind an own family come those of the system."""
    if table is None:
        return
    table.only(*USES)
    for use in USES:
        name = table.choice(use, (*STACKS, *families), "system")
        stack = STACKS.get(name) if name in STACKS else f'"{name}", {own[f"font-{use}"]}'
        if stack:
            yield f"font-{use}", stack


def _face(row: Table, root: Path, files: dict[str, ThemeFile]) -> tuple[str, str]:
    row.only("family", "file", "weight", "style")
    family, name = row.needed("family"), row.needed("file")
    weight, style = row.text("weight", "400"), row.choice("style", ("normal", "italic"), "normal")
    if not FAMILY.fullmatch(family) or family.lower() in STACKS:
        row.problem("family", "family is a name of letters, digits, spaces and hyphens, at most 40")
        raise Unusable
    if not WEIGHT.fullmatch(weight):
        row.problem("weight", 'weight is "400", or "100 900" for a font of many weights')
        raise Unusable
    try:
        found, _ = theme_file(root, name, FONTS)
    except NoFile as error:
        row.problem("file", f"{error}")
        raise Unusable from error
    files[found.path] = found
    return family, (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style}; '
        f'font-display: swap; src: url("{quote(found.path)}?v={found.digest}") format("woff2"); }}'
    )
