"""An app's usage on a line of time: nothing is missing, nothing is somebody else's."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.domain.stats import Point, Series, Stats, TimeUnit
from app.domain.usage import (
    CALLS,
    ERRORS,
    LONGEST,
    MEAN,
    METRICS,
    LastUse,
    Span,
    Usage,
    UsagePoint,
    environments_in_order,
    usage_from,
    usage_query,
)

NOW = datetime(2026, 3, 1, 12, 34, 56, 789, tzinfo=UTC)
TODAY = datetime(2026, 3, 1, tzinfo=UTC)


def counted(
    at: datetime, calls: float, errors: float = 0, mean: float = 10, longest: float = 20
) -> Stats:
    """Return what Apigee tells of one hour or day of the app ``trip``."""
    values = dict(zip(METRICS, (calls, errors, mean, longest), strict=True))
    return Stats(tuple(Series(("trip",), name, (Point(at, v),)) for name, v in values.items()))


def joined(*stats: Stats) -> Stats:
    """Return several answers as one, each metric in one series."""
    points: dict[str, list[Point]] = {metric: [] for metric in METRICS}
    for series in (series for each in stats for series in each.series):
        points[series.metric] += series.points
    return Stats(tuple(Series(("trip",), name, tuple(found)) for name, found in points.items()))


@pytest.mark.parametrize(
    ("span", "unit", "begins", "count"),
    [
        (Span.DAY, TimeUnit.HOUR, datetime(2026, 2, 28, 13, tzinfo=UTC), 24),
        (Span.WEEK, TimeUnit.DAY, datetime(2026, 2, 23, tzinfo=UTC), 7),
        (Span.MONTH, TimeUnit.DAY, datetime(2026, 1, 31, tzinfo=UTC), 30),
        (Span.QUARTER, TimeUnit.DAY, datetime(2025, 12, 2, tzinfo=UTC), 90),
    ],
)
def test_a_time_without_calls_is_a_line_of_zeros_up_to_now(
    span: Span, unit: TimeUnit, begins: datetime, count: int
) -> None:
    query = usage_query("trip", "dana@example.com", "prod", span, NOW)
    assert (query.start, query.end, query.unit) == (
        begins,
        datetime(2026, 3, 1, 12, 35, tzinfo=UTC),
        unit,
    )
    usage = usage_from(Stats(), "trip", span, NOW)
    assert usage.points[0] == UsagePoint(begins)
    assert len(usage.points) == count
    assert usage.points[-1].at <= NOW < usage.points[-1].at + span.step
    steps = {b.at - a.at for a, b in zip(usage.points, usage.points[1:], strict=False)}
    assert steps == {span.step}


def test_only_one_app_of_one_developer_is_asked_for() -> None:
    query = usage_query("trip", "dana@example.com", "prod", Span.WEEK, NOW)
    assert query.only == {"developer_app": "trip", "developer_email": "dana@example.com"}
    assert query.metrics == (CALLS, ERRORS, MEAN, LONGEST)


def test_gaps_are_filled_and_totals_weigh_each_day_by_its_calls() -> None:
    stats = joined(
        counted(TODAY - timedelta(days=5), 1, 1, 100, 100),
        counted(TODAY - timedelta(days=1), 3, 0, 20, 30),
    )
    usage = usage_from(stats, "trip", Span.WEEK, NOW)
    assert [point.calls for point in usage.points] == [0, 1, 0, 0, 0, 3, 0]
    assert (usage.calls, usage.errors, usage.error_percent) == (4, 1, 25.0)
    assert (usage.mean, usage.longest) == (40.0, 100.0)
    assert usage.last_use == LastUse(TODAY - timedelta(days=1), timedelta(days=1))


def test_zeros_that_apigee_writes_are_no_calls() -> None:
    usage = usage_from(counted(TODAY, 0, 0, 0, 0), "trip", Span.WEEK, NOW)
    assert usage.points[-1] == UsagePoint(TODAY)
    assert (usage.mean, usage.longest, usage.error_percent, usage.last_use) == (None,) * 4


def test_moments_of_another_zone_fall_into_their_day_of_utc() -> None:
    tokyo = timezone(timedelta(hours=9))
    at = datetime(2026, 3, 1, 8, 30, tzinfo=tokyo)  # still 28 February in UTC
    usage = usage_from(counted(at.astimezone(UTC), 2), "trip", Span.WEEK, NOW)
    assert [point.at.day for point in usage.points if point.calls] == [28]


def test_the_last_day_of_a_month_and_the_hour_after_midnight_are_where_they_belong() -> None:
    now = datetime(2026, 3, 1, 0, 5, tzinfo=UTC)
    usage = usage_from(counted(datetime(2026, 2, 28, 23, tzinfo=UTC), 2), "trip", Span.DAY, now)
    assert usage.points[-2].calls == 2
    assert usage.last_use == LastUse(datetime(2026, 2, 28, 23, tzinfo=UTC), timedelta(hours=1))
    assert not usage.last_use.is_day


def test_what_lies_outside_the_time_or_belongs_to_another_app_is_not_counted() -> None:
    early = counted(TODAY - timedelta(days=8), 5)
    assert usage_from(early, "trip", Span.WEEK, NOW).calls == 0
    assert usage_from(counted(TODAY, 5), "other", Span.WEEK, NOW).calls == 0
    timeless = Stats((Series(("trip",), CALLS, (Point(None, 5.0),)),))
    assert usage_from(timeless, "trip", Span.WEEK, NOW).calls == 0


def test_there_are_never_more_errors_than_calls() -> None:
    assert usage_from(counted(TODAY, 2, 5), "trip", Span.WEEK, NOW).errors == 2
    assert Usage(Span.WEEK, ()).longest is None


@pytest.mark.parametrize(
    ("names", "ordered"),
    [
        (["test", "prod"], ("prod", "test")),
        (["eval", "dev"], ("dev", "eval")),
        (["non-prod", "prod-eu", "pre-prod", "live"], ("live", "prod-eu", "non-prod", "pre-prod")),
        (["nonprod", "PRODUCTION"], ("PRODUCTION", "nonprod")),
        ([], ()),
    ],
)
def test_the_environment_of_real_calls_comes_first(
    names: list[str], ordered: tuple[str, ...]
) -> None:
    assert environments_in_order(names) == ordered
