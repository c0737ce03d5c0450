"""The port for analytics means the same in the fake and on both flavours."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.errors import NotFound
from app.domain.stats import Point, Series, Stats, StatsQuery, TimeUnit
from tests.contract.organizations import DANA, INES, Organization
from tests.fakes.apigee.stats import FakeCall

# Apigee has nothing of the future, and looks back a limited time.
TODAY = datetime.fromtimestamp(time.time() // 86_400 * 86_400, UTC) - timedelta(days=1)
YESTERDAY = TODAY - timedelta(days=1)
CALLS, ERRORS = "sum(message_count)", "sum(is_error)"
MEAN, WORST = "avg(total_response_time)", "max(total_response_time)"


def call(
    app: str, email: str, at: datetime, milliseconds: float, *, error: bool = False
) -> FakeCall:
    """Return one answered call of an app."""
    dimensions = {"developer_app": app, "developer_email": email}
    return FakeCall(at, dimensions, milliseconds, is_error=error)


def query(*dimensions: str, unit: TimeUnit | None = None, **only: str) -> StatsQuery:
    """Ask for two days."""
    return StatsQuery(
        environment="prod",
        dimensions=dimensions,
        metrics=(CALLS, ERRORS, MEAN, WORST),
        start=YESTERDAY,
        end=TODAY + timedelta(days=1),
        unit=unit,
        only=only,
    )


@pytest.fixture(autouse=True)
def _answered(organization: Organization) -> None:
    organization.happened(
        [
            call("trip-planner", DANA, YESTERDAY + timedelta(hours=5), 10),
            call("trip-planner", DANA, YESTERDAY + timedelta(hours=5, minutes=2), 30, error=True),
            call("trip-planner", DANA, TODAY + timedelta(hours=1), 20),
            call("app-000", INES, TODAY + timedelta(hours=1), 40),
            call("app-001", INES, YESTERDAY - timedelta(minutes=1), 99),
        ]
    )


def figures(stats: Stats) -> dict[tuple[tuple[str, ...], str], list[float]]:
    """Return each series' figures, without those that are zero."""
    return {
        (series.values, series.metric): [point.value for point in series.points if point.value]
        for series in stats.series
    }


def test_figures_of_one_app(organization: Organization) -> None:
    found = organization.stats.query(query("developer_app", developer_app="trip-planner"))
    assert figures(found) == {
        (("trip-planner",), CALLS): [3.0],
        (("trip-planner",), ERRORS): [1.0],
        (("trip-planner",), MEAN): [20.0],
        (("trip-planner",), WORST): [30.0],
    }
    assert all(point.at is None for series in found.series for point in series.points)
    assert not found.truncated


def test_figures_by_day(organization: Organization) -> None:
    asked = query("developer_app", unit=TimeUnit.DAY, developer_app="trip-planner")
    found = {series.metric: series for series in organization.stats.query(asked).series}
    assert found[CALLS] == Series(
        ("trip-planner",), CALLS, (Point(YESTERDAY, 2.0), Point(TODAY, 1.0))
    )
    assert [point.value for point in found[MEAN].points] == [20.0, 20.0]


def test_several_dimensions_and_conditions(organization: Organization) -> None:
    both = organization.stats.query(query("developer_email", "developer_app"))
    calls = {key[0]: value for key, value in figures(both).items() if key[1] == CALLS}
    assert calls == {(DANA, "trip-planner"): [3.0], (INES, "app-000"): [1.0]}
    one = query("developer_app", developer_email=DANA, developer_app="app-000")
    assert not any(figures(organization.stats.query(one)).values())


def test_no_calls_are_no_figures(organization: Organization) -> None:
    found = organization.stats.query(query("developer_app", developer_app="app-002"))
    assert not any(figures(found).values())


def test_a_value_with_a_quote_is_looked_for_here(organization: Organization) -> None:
    found = organization.stats.query(query("developer_app", developer_email="o'neil@example.com"))
    assert found.series == ()


def test_an_unknown_environment_is_not_found(organization: Organization) -> None:
    asked = query("developer_app")
    with pytest.raises(NotFound):
        organization.stats.query(
            StatsQuery("nothing", asked.dimensions, asked.metrics, asked.start, asked.end)
        )
