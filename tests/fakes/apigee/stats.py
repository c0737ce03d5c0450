"""Figures from the calls that a test says the fake gateway answered."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.domain.errors import NotFound
from app.domain.stats import Point, Series, Stats, StatsQuery, TimeUnit
from tests.fakes.apigee.organization import ENVIRONMENTS
from tests.fakes.apigee.state import FakeState


@dataclass(frozen=True)
class FakeCall:
    """A call of an API: when, with which dimension values, how long, and whether it failed."""

    at: datetime
    dimensions: Mapping[str, str]
    milliseconds: float = 10.0
    is_error: bool = False
    environment: str = "prod"


METRICS: Mapping[str, Callable[[Sequence[FakeCall]], float]] = {
    "sum(message_count)": len,
    "sum(is_error)": lambda calls: sum(call.is_error for call in calls),
    "avg(total_response_time)": lambda calls: sum(c.milliseconds for c in calls) / len(calls),
    "max(total_response_time)": lambda calls: max(call.milliseconds for call in calls),
}


@dataclass
class FakeStats:
    """``ApigeeStats`` over the fake; a test appends to ``answered``."""

    fake: FakeState
    answered: list[FakeCall] = field(default_factory=list)

    def query(self, query: StatsQuery) -> Stats:
        with self.fake.call("stats.query"):
            if query.environment not in ENVIRONMENTS:
                raise NotFound("There is no such environment.")
            found: dict[tuple[str, ...], list[FakeCall]] = defaultdict(list)
            for call in filter(lambda call: _counts(call, query), self.answered):
                values = (call.dimensions.get(name, "(not set)") for name in query.dimensions)
                found[tuple(values)].append(call)
            return Stats(
                tuple(
                    Series(values, metric, _points(found[values], metric, query.unit))
                    for values in sorted(found)
                    for metric in query.metrics
                )
            )


def _counts(call: FakeCall, query: StatsQuery) -> bool:
    return (
        call.environment == query.environment
        and query.start <= call.at < query.end
        and all(call.dimensions.get(name) == value for name, value in query.only.items())
    )


def _points(calls: Sequence[FakeCall], metric: str, unit: TimeUnit | None) -> tuple[Point, ...]:
    if unit is None:
        return (Point(None, float(METRICS[metric](calls))),)
    by_time: dict[datetime, list[FakeCall]] = defaultdict(list)
    for call in calls:
        by_time[_begin(call.at, unit)].append(call)
    return tuple(Point(at, float(METRICS[metric](by_time[at]))) for at in sorted(by_time))


def _begin(at: datetime, unit: TimeUnit) -> datetime:
    minute = at.replace(second=0, microsecond=0)
    hour = minute.replace(minute=0)
    day = hour.replace(hour=0)
    return {
        TimeUnit.MINUTE: minute,
        TimeUnit.HOUR: hour,
        TimeUnit.DAY: day,
        TimeUnit.WEEK: day - timedelta(days=day.weekday()),
        TimeUnit.MONTH: day.replace(day=1),
    }[unit]
