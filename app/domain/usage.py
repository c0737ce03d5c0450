"""An app's usage: what Apigee counted of its calls, for each hour or day of a time (UTC)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.domain.stats import Stats, StatsQuery, TimeUnit

CALLS: Final = "sum(message_count)"
ERRORS: Final = "sum(is_error)"
MEAN: Final = "avg(total_response_time)"
LONGEST: Final = "max(total_response_time)"
METRICS: Final = (CALLS, ERRORS, MEAN, LONGEST)
# Apigee's own counting is behind by about this many minutes.
DELAY_MINUTES: Final = 10

_STEPS: Final = {TimeUnit.HOUR: timedelta(hours=1), TimeUnit.DAY: timedelta(days=1)}
_REAL: Final = frozenset({"prod", "production", "prd", "live"})
_NOT_REAL: Final = frozenset({"non", "not", "no", "pre"})


class Span(StrEnum):
    """How far back one looks, up to now."""

    DAY = "24h"
    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"

    @property
    def unit(self) -> TimeUnit:
        """How long each point is."""
        return TimeUnit.HOUR if self is Span.DAY else TimeUnit.DAY

    @property
    def step(self) -> timedelta:
        """The same as a length of time."""
        return _STEPS[self.unit]

    @property
    def points(self) -> int:
        """How many points there are; the last one is the hour or day that still runs."""
        return int(self.value[:-1])

    def begins(self, now: datetime) -> datetime:
        """Return where the first point begins."""
        return _begin(now, self.unit) - (self.points - 1) * self.step


@dataclass(frozen=True, slots=True)
class UsagePoint:
    """One hour or day from ``at``; latencies in milliseconds, None where nothing was called."""

    at: datetime
    calls: int = 0
    errors: int = 0
    mean: float | None = None
    longest: float | None = None


@dataclass(frozen=True, slots=True)
class LastUse:
    """The newest hour or day that has calls: its beginning and its length."""

    at: datetime
    step: timedelta

    @property
    def ends(self) -> datetime:
        """Where that hour or day ends."""
        return self.at + self.step

    @property
    def is_day(self) -> bool:
        """Whether no more is known than the day."""
        return self.step >= timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NoUse:
    """That an app was not called in an environment from ``since`` on, when somebody looked."""

    since: datetime
    environment: str


@dataclass(frozen=True, slots=True)
class Usage:
    """An app's calls in one environment, a point for every hour or day, oldest first."""

    span: Span
    points: tuple[UsagePoint, ...]

    @property
    def calls(self) -> int:
        """All calls."""
        return sum(point.calls for point in self.points)

    @property
    def errors(self) -> int:
        """Those of them that failed."""
        return sum(point.errors for point in self.points)

    @property
    def error_percent(self) -> float | None:
        """How many of a hundred calls failed; None without calls."""
        return 100 * self.errors / self.calls if self.calls else None

    @property
    def mean(self) -> float | None:
        """The mean latency of all calls in milliseconds; None without calls."""
        timed = [(point.calls, point.mean) for point in self.points if point.mean is not None]
        calls = sum(count for count, _mean in timed)
        return sum(count * mean for count, mean in timed) / calls if calls else None

    @property
    def longest(self) -> float | None:
        """The longest latency of a call in milliseconds; None without calls."""
        return max((p.longest for p in self.points if p.longest is not None), default=None)

    @property
    def last_use(self) -> LastUse | None:
        """When the app was last called; None where it was not."""
        used = [point.at for point in self.points if point.calls]
        return LastUse(used[-1], self.span.step) if used else None


def usage_query(app: str, email: str, environment: str, span: Span, now: datetime) -> StatsQuery:
    """Ask for one app of one developer: other developers may have apps of the same name."""
    return StatsQuery(
        environment=environment,
        dimensions=("developer_app",),
        metrics=METRICS,
        start=span.begins(now),
        end=_begin(now, TimeUnit.MINUTE) + timedelta(minutes=1),
        unit=span.unit,
        only={"developer_app": app, "developer_email": email},
    )


def usage_from(stats: Stats, app: str, span: Span, now: datetime) -> Usage:
    """Put the figures on a line of time without gaps: what Apigee leaves out is zero."""
    found: dict[str, dict[datetime, float]] = {metric: {} for metric in METRICS}
    for series in stats.series:
        if series.values[:1] == (app,) and series.metric in found:
            dated = [(point.at, point.value) for point in series.points if point.at is not None]
            found[series.metric] |= {_begin(at, span.unit): value for at, value in dated}
    start = span.begins(now)
    times = (start + number * span.step for number in range(span.points))
    return Usage(span, tuple(_point(at, found) for at in times))


def _point(at: datetime, found: Mapping[str, Mapping[datetime, float]]) -> UsagePoint:
    calls = round(found[CALLS].get(at, 0.0))
    if calls <= 0:
        return UsagePoint(at)
    errors = min(calls, max(0, round(found[ERRORS].get(at, 0.0))))
    return UsagePoint(at, calls, errors, found[MEAN].get(at), found[LONGEST].get(at))


def _begin(moment: datetime, unit: TimeUnit) -> datetime:
    """Return where the minute, hour or day (UTC) began that a moment is in."""
    minute = moment.replace(second=0, microsecond=0)
    if unit is TimeUnit.MINUTE:
        return minute
    return minute.replace(minute=0, hour=0 if unit is TimeUnit.DAY else minute.hour)


def environments_in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return the environments with those first that look like the real one: ``prod``, ``live``."""
    return tuple(sorted(names, key=lambda name: (_rank(name), name)))


def _rank(name: str) -> int:
    words = set(re.split(r"[-_.]", name.lower()))
    if len(words) == 1 and words <= _REAL:
        return 0
    return 1 if words & _REAL and not words & _NOT_REAL else 2
