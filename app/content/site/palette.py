"""The colors of a theme: what follows from the few that are given, and whether they can be read."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.domain.colors import (
    BLACK,
    READABLE,
    VISIBLE,
    WHITE,
    Color,
    Need,
    color,
    contrast,
    nearest,
)

TOKEN: Final = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
PAIR: Final = re.compile(r"light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)")
MODES: Final = ("light", "dark")
NAMES: Final = (
    "brand", "brand-hover", "brand-on", "brand-text", "brand-text-hover", "brand-tint",
    "brand-line", "canvas", "surface", "surface-sunken", "surface-hover", "line", "line-strong",
    "control-line", "text", "text-soft", "focus",
)  # fmt: skip
SHEETS: Final = ("surface", "canvas")
EVERY_SHEET: Final = (*SHEETS, "surface-sunken", "surface-hover")
# What must be readable on what, and what must be seen.
NEEDS: Final[tuple[tuple[str, tuple[str, ...], float], ...]] = (
    ("brand-on", ("brand", "brand-hover"), READABLE),
    ("brand-text", (*EVERY_SHEET, "brand-tint"), READABLE),
    ("brand-text-hover", SHEETS, READABLE),
    ("text", (*EVERY_SHEET, "brand-tint"), READABLE),
    ("text-soft", EVERY_SHEET, READABLE),
    ("good", SHEETS, READABLE),
    ("waiting", SHEETS, READABLE),
    ("warning-text", SHEETS, READABLE),
    ("bad", SHEETS, READABLE),
    ("brand", SHEETS, VISIBLE),
    ("control-line", SHEETS, VISIBLE),
    ("focus", SHEETS, VISIBLE),
)
NIGHT: Final = Color(0x0B, 0x10, 0x20)
Palette = Mapping[str, Color]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A color that was given and cannot be used with another one."""

    name: str
    given: Color
    other_name: str
    other: Color
    least: float
    passing: Color | None

    def __str__(self) -> str:
        found = contrast(self.given, self.other)
        help_ = f"; the nearest that passes is {self.passing}" if self.passing else ""
        return (
            f"{self.name} {self.given} and {self.other_name} {self.other} have a contrast of "
            f"{found:.2f}:1, and {self.least:g}:1 is needed{help_}"
        )


@dataclass(frozen=True, slots=True)
class Tokens:
    """The portal's own tokens: each as it is written, and the colors of both modes."""

    written: Mapping[str, str]
    colors: Mapping[str, Palette]


def tokens(sheet: Path) -> Tokens:
    """Read the portal's own style sheet of tokens."""
    written = dict(TOKEN.findall(sheet.read_text(encoding="utf-8")))
    found: dict[str, dict[str, Color]] = {mode: {} for mode in MODES}
    for name, value in written.items():
        if pair := PAIR.fullmatch(value):
            for mode, text in zip(MODES, pair.groups(), strict=True):
                if made := color(text):
                    found[mode][name] = made
    return Tokens(written, found)


def chosen(given: Palette, own: Palette) -> tuple[Palette, list[Unreadable]]:
    """Return the colors that differ from the own ones; what cannot be read falls back to those."""
    left, refused = dict(given), list[Unreadable]()
    while True:
        found = {**_following(left, own), **left}
        problem = next(_unreadable(left, {**own, **found}), None)
        if problem is None:
            return found, refused
        refused.append(problem)
        del left[problem.name]


def brand_at_night(brand: Color, own: Palette) -> Color:
    """Return the brand's color as it can be read in the other mode."""
    return nearest(brand, [Need(own[name], READABLE) for name in SHEETS]) or own["brand"]


def unmet(palette: Palette) -> Iterator[tuple[str, str, float]]:
    """Yield the pairs of a whole palette that are too close."""
    for name, others, least in NEEDS:
        for other in others:
            if contrast(palette[name], palette[other]) < least:
                yield name, other, least


def _following(given: Palette, own: Palette) -> Palette:
    """Return what follows from the brand's color for the others that belong to it."""
    if "brand" not in given:
        return {}
    brand, whole = given["brand"], {**own, **given}
    on = given.get("brand-on") or _on(brand)
    tint = given.get("brand-tint") or whole["surface"].toward(brand, 0.1)
    sheets = [Need(whole[name], READABLE) for name in EVERY_SHEET]
    text = nearest(brand, [*sheets, Need(tint, READABLE)]) or own["brand-text"]
    return {
        "brand-on": on,
        "brand-hover": brand.toward(BLACK if on.luminance > brand.luminance else WHITE, 0.15),
        "brand-tint": tint,
        "brand-line": whole["surface"].toward(brand, 0.3),
        "brand-text": text,
        "brand-text-hover": text.toward(whole["text"], 0.3),
        "focus": text,
    }


def _on(brand: Color) -> Color:
    options = (WHITE, NIGHT)
    return next((each for each in options if contrast(each, brand) >= READABLE), BLACK)


def _unreadable(given: Palette, whole: Palette) -> Iterator[Unreadable]:
    for name, other, least in unmet(whole):
        blamed, against = (name, other) if name in given else (other, name)
        if blamed not in given:  # then what follows from the brand's color cannot be read
            if "brand" not in given:
                continue
            blamed, against = "brand", next(each for each in (name, other) if each != "brand")
        needs = list(_needs(blamed, whole, given))
        passing = nearest(given[blamed], needs)
        yield Unreadable(blamed, given[blamed], against, whole[against], least, passing)


def _needs(name: str, whole: Palette, given: Palette) -> Sequence[Need]:
    """Return what a color must meet with those that do not follow from it."""
    made = {} if name != "brand" else _following(given, whole).keys() - given.keys()
    return [
        Need(whole[other], least)
        for one, others, least in NEEDS
        for pair in ((one, other) for other in others)
        for other in pair
        if name in pair and other != name and other not in made
    ]
