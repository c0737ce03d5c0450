"""Bar charts that the server draws: shapes for a template, and figures as people read them.

A chart is as wide as its bars are many and always 100 high; the page stretches it to its place,
so all words stand outside of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.usage import Usage, UsagePoint

SLOT: Final = 10.0
GAP: Final = 2.0
HEIGHT: Final = 100.0
# A bar that is not zero is seen, however small it is beside the others.
LEAST: Final = 1.0
_SECOND: Final = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``whole`` is its height, ``part`` that of the part of it that is marked."""

    point: UsagePoint
    x: float
    whole: float
    part: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over a line of time; ``top`` is the figure at the full height."""

    bars: tuple[Bar, ...]
    top: float

    @property
    def width(self) -> float:
        """How wide the drawing is in its own units."""
        return SLOT * len(self.bars)


def calls_chart(usage: Usage) -> Chart:
    """Draw the calls, with those that failed marked."""
    return _chart((point, point.calls, point.errors) for point in usage.points)


def latency_chart(usage: Usage) -> Chart:
    """Draw the longest latencies, with the mean ones marked."""
    return _chart((point, point.longest or 0.0, point.mean or 0.0) for point in usage.points)


def _chart(figures: Iterable[tuple[UsagePoint, float, float]]) -> Chart:
    listed = list(figures)
    top = round_top(max((whole for _point, whole, _part in listed), default=0.0))
    return Chart(
        tuple(
            Bar(point, SLOT * number + GAP / 2, _height(whole, top), _height(min(part, whole), top))
            for number, (point, whole, part) in enumerate(listed)
        ),
        top,
    )


def _height(value: float, top: float) -> float:
    return round(max(LEAST, value / top * HEIGHT), 2) if value > 0 else 0.0


def round_top(highest: float) -> float:
    """Return the next figure of 1, 2, 4, 6, 8 or 10 times a power of ten; at least 2."""
    power = 1.0
    while power * 10 < highest:
        power *= 10
    return max(2.0, next(power * step for step in (1, 2, 4, 6, 8, 10) if power * step >= highest))


def amount(value: float) -> str:
    """Write a count with its thousands apart: ``12,000``."""
    return f"{value:,.0f}"


def latency(milliseconds: float | None) -> str:
    """Write a latency: ``38 ms``, ``1.2 s``; a dash where nothing was called."""
    if milliseconds is None:
        return "–"  # noqa: RUF001 - the dash that people read
    if milliseconds >= _SECOND:
        return f"{milliseconds / _SECOND:,.1f} s"
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.1f} ms"  # noqa: PLR2004 - two digits are enough


def percent(value: float | None) -> str:
    """Write a share: ``2.5 %``; never 0 for what is there."""
    if value is None:
        return "–"  # noqa: RUF001 - the dash that people read
    return "less than 0.1 %" if 0 < value < 0.1 else f"{value:.1f} %"  # noqa: PLR2004 - the last digit shown
