"""Both shapes of analytics answers become the same series."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.apigee.fields import Malformed
from app.apigee.wire_stats import narrowed, stats_from
from app.domain.stats import Point, Series, Stats

CALLS = "sum(message_count)"
FIRST, SECOND = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
MILLISECONDS = [int(at.timestamp() * 1000) for at in (FIRST, SECOND)]
SERIES = Series(("trip",), CALLS, (Point(FIRST, 3.0), Point(SECOND, 0.5)))
PLAIN = {
    "environments": [
        {
            "name": "prod",
            "dimensions": [
                {
                    "name": "trip",
                    "metrics": [
                        {
                            "name": CALLS,
                            "values": [
                                {"timestamp": MILLISECONDS[1], "value": "0.5"},
                                {"timestamp": MILLISECONDS[0], "value": "3.0"},
                            ],
                        },
                        {"name": "global-avg-total_response_time", "values": ["1.0"]},
                    ],
                }
            ],
        }
    ],
    "metaData": {"errors": [], "notices": []},
}


def optimized(times: list[Any], **more: object) -> dict[str, Any]:
    """Return an answer of the optimized shape."""
    data = [
        {
            "identifier": {"names": ["developer_app"], "values": ["trip"]},
            "metric": [{"env": "prod", "name": CALLS, "values": [3.0, 0.5]}],
        }
    ]
    return {"Response": {"TimeUnit": times, "stats": {"data": data}, **more}}


@pytest.mark.parametrize(
    "answer",
    [PLAIN, optimized(MILLISECONDS), optimized([str(each) for each in MILLISECONDS])],
    ids=["plain", "optimized-edge", "optimized-x"],
)
def test_either_shape_is_the_same_series(answer: object) -> None:
    assert stats_from(answer, [CALLS]) == Stats((SERIES,))


def test_figures_of_the_whole_time_have_no_moment() -> None:
    metrics = [{"name": CALLS, "values": ["39.0"]}]
    dimensions = [{"name": "a,b", "individualNames": ["a", "b"], "metrics": metrics}]
    (series,) = stats_from({"environments": [{"dimensions": dimensions}]}, [CALLS]).series
    assert (series.values, series.points) == (("a", "b"), (Point(None, 39.0),))
    (series,) = stats_from(optimized([]), [CALLS]).series
    assert series.points == (Point(None, 3.0), Point(None, 0.5))


@pytest.mark.parametrize(
    "answer",
    [
        {"Response": {"TimeUnit": [], "metaData": {}}},
        {"Response": {"stats": {"data": []}}},
        {"environments": [{"name": "prod"}]},
        {},
    ],
)
def test_no_data_is_no_series(answer: object) -> None:
    assert stats_from(answer, [CALLS]) == Stats()


def test_an_answer_says_that_something_is_left_out() -> None:
    assert stats_from(optimized(MILLISECONDS, resultTruncated=True), [CALLS]).truncated


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_no_figure(value: str) -> None:
    metrics = [{"name": CALLS, "values": [value]}]
    dimensions = [{"name": "trip", "metrics": metrics}]
    (series,) = stats_from({"environments": [{"dimensions": dimensions}]}, [CALLS]).series
    assert series.points == (Point(None, 0.0),)


@pytest.mark.parametrize("value", [None, True, "many", {}, [[]], 10**400])
def test_a_figure_that_is_none_is_malformed(value: object) -> None:
    metrics = [{"name": CALLS, "values": [value]}]
    dimensions = [{"name": "trip", "metrics": metrics}]
    with pytest.raises((Malformed, ValueError)):
        stats_from({"environments": [{"dimensions": dimensions}]}, [CALLS])


def test_a_value_that_cannot_be_asked_for_is_kept_to_here() -> None:
    found = Stats(
        tuple(Series((name, email), CALLS, ()) for name in "ab" for email in ("o'neil", "dana"))
    )
    kept = narrowed(found, ("developer_app", "developer_email"), 1, {"developer_email": "o'neil"})
    assert [series.values for series in kept.series] == [("a",), ("b",)]
    assert narrowed(found, ("developer_app", "developer_email"), 2, {}) == found
