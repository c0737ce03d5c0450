"""Colors: how far two of them stand apart, and what can be read on what (WCAG 2.2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEX: Final = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
READABLE: Final = 4.5  # what text needs
VISIBLE: Final = 3.0  # what controls need
STEPS: Final = 256
# Below this, light grows evenly with the number that stands for it.
EVEN: Final = 0.04045


@dataclass(frozen=True, slots=True)
class Color:
    """Red, green and blue from 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """How light it is, from 0 to 1."""
        red, green, blue = (_light(part / 255) for part in self.parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def toward(self, other: "Color", share: float) -> "Color":
        """Return the mixture that has this share of the other, from 0 to 1."""
        parts = zip(self.parts, other.parts, strict=True)
        return Color(*(round(own + (its - own) * share) for own, its in parts))

    @property
    def parts(self) -> tuple[int, int, int]:
        """Red, green and blue."""
        return self.red, self.green, self.blue


BLACK: Final = Color(0, 0, 0)
WHITE: Final = Color(255, 255, 255)


@dataclass(frozen=True, slots=True)
class Need:
    """How far a color must stand apart from another one."""

    other: Color
    least: float

    def is_met(self, color: Color) -> bool:
        """Tell whether a color stands far enough apart."""
        return contrast(color, self.other) >= self.least


def color(text: str) -> Color | None:
    """Return the color written as ``#rgb`` or ``#rrggbb``; None for anything else."""
    found = HEX.fullmatch(text)
    if found is None:
        return None
    digits = found[1] if len(found[1]) > len("rgb") else "".join(each * 2 for each in found[1])
    return Color(*(int(digits[at : at + 2], 16) for at in (0, 2, 4)))


def contrast(one: Color, other: Color) -> float:
    """Return the ratio of their lights, from 1 to 21."""
    darker, lighter = sorted((one.luminance, other.luminance))
    return (lighter + 0.05) / (darker + 0.05)


def nearest(wanted: Color, needs: Sequence[Need]) -> Color | None:
    """Return the color that meets the needs with the least black or white in it, if one does."""
    for step in range(STEPS + 1):
        for end in (BLACK, WHITE):
            found = wanted.toward(end, step / STEPS)
            if all(need.is_met(found) for need in needs):
                return found
    return None


def _light(part: float) -> float:
    return part / 12.92 if part <= EVEN else float(((part + 0.055) / 1.055) ** 2.4)
