"""Charts: every bar lies in the drawing, and figures read as people say them."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.usage import Span, Usage, UsagePoint
from app.web.chart import amount, calls_chart, latency, latency_chart, percent, round_top

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def usage(*points: tuple[int, int, float | None, float | None]) -> Usage:
    days = (NOON + timedelta(days=number) for number in range(len(points)))
    return Usage(Span.WEEK, tuple(UsagePoint(day, *p) for day, p in zip(days, points, strict=True)))


@pytest.mark.parametrize(
    ("highest", "top"), [(0, 2), (1, 2), (3, 4), (10, 10), (11, 20), (401, 600), (1e9 + 1, 2e9)]
)
def test_the_scale_ends_at_a_round_figure_that_halves_well(highest: float, top: float) -> None:
    assert round_top(highest) == top
    assert round_top(highest) / 2 == int(round_top(highest) / 2)


def test_bars_are_as_high_as_their_figures_and_stay_in_the_drawing() -> None:
    chart = calls_chart(usage((8, 2, 5, 9), (0, 0, None, None), (10, 10, 5, 9)))
    assert [(bar.whole, bar.part) for bar in chart.bars] == [(80, 20), (0, 0), (100, 100)]
    assert (chart.top, chart.width) == (10, 30)
    assert all(bar.x >= 0 and bar.x + 8 <= chart.width for bar in chart.bars)


def test_one_call_beside_a_million_is_seen() -> None:
    chart = calls_chart(usage((1_000_000, 1, 5, 9), (1, 0, 5, 9)))
    assert chart.bars[1].whole == chart.bars[0].part == 1


def test_the_mean_never_sticks_out_of_the_longest() -> None:
    chart = latency_chart(usage((1, 0, 12, 10), (1, 0, None, 10)))
    assert [(bar.whole, bar.part) for bar in chart.bars] == [(100, 100), (100, 0)]


def test_no_bars_are_a_chart_too() -> None:
    assert calls_chart(usage()).width == 0


def test_figures_as_people_read_them() -> None:
    assert [amount(value) for value in (0, 1200, 1e6)] == ["0", "1,200", "1,000,000"]
    assert [latency(value) for value in (0.26, 12.4, 1250)] == ["0.3 ms", "12 ms", "1.2 s"]
    assert [percent(value) for value in (0, 0.01, 2.54)] == ["0.0 %", "less than 0.1 %", "2.5 %"]
    assert latency(None) == percent(None) == "–"  # noqa: RUF001 - the dash that is shown
