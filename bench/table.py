"""The table: one row per measurement, judged against its target."""

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

SIGNS: Final[dict[str, Callable[[float, float], bool]]] = {">=": operator.ge, "<=": operator.le}


@dataclass(frozen=True)
class Target:
    """A number that a ratio must reach (``>=``) or not exceed (``<=``)."""

    sign: str
    number: float

    def is_met(self, value: float) -> bool:
        return SIGNS[self.sign](value, self.number)

    def __str__(self) -> str:
        return f"{self.sign} {self.number:g}"


@dataclass(frozen=True)
class Row:
    """One measurement: samples of a ratio, what it was made of, and the target if it has one.

    ``means`` is said under the table, where rows of one meaning stand together.
    """

    name: str
    made_of: str
    ratios: Sequence[float]
    target: Target | None = None
    means: str = ""

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def is_missed(self) -> bool:
        return self.target is not None and not self.target.is_met(self.ratio)

    @property
    def verdict(self) -> str:
        return "no target" if self.target is None else "MISSED" if self.is_missed else "met"

    @property
    def cells(self) -> tuple[str, ...]:
        """The row's texts, the verdict last."""
        spread = f"{min(self.ratios):.2f} to {max(self.ratios):.2f}"
        return (
            self.name,
            self.made_of,
            f"{self.ratio:.2f}",
            spread if len(self.ratios) > 1 else "",
            str(self.target or ""),
            self.verdict,
        )


HEAD: Final = ("measurement", "medians", "ratio", "from", "target", "")


def written(rows: Sequence[Row]) -> str:
    """Return the table as lines of text, and what its rows mean."""
    lines = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    table = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([*table, *_meanings(rows)])


def _meanings(rows: Sequence[Row]) -> Iterator[str]:
    """Yield each meaning once, with the first words of the rows that it is about."""
    about: dict[str, list[str]] = {}
    for row in rows:
        if row.means:
            names = about.setdefault(row.means, [])
            names += [name for name in (row.name.partition(":")[0],) if name not in names]
    for number, (meaning, names) in enumerate(about.items()):
        yield ("" if number else "\n") + f"{'; '.join(names)} - {meaning}"
