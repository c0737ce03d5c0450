"""How pages write times."""

from datetime import UTC, datetime, timedelta

import pytest

from app.web.templating import ago, day, hour, moment

NOW = datetime(2026, 3, 14, 10, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("difference", "told"),
    [
        (timedelta(seconds=0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=-59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=31), "1 month ago"),
        (timedelta(days=800), "2 years ago"),
        (timedelta(days=-9), "in 9 days"),
        (timedelta(hours=-1), "in 1 hour"),
        (timedelta(days=-3, seconds=40), "in 3 days"),
        (timedelta(days=-2, hours=-11), "in 2 days"),
        (timedelta(days=-31), "in 1 month"),
    ],
)
def test_a_distance_in_time_is_told_in_its_largest_unit(difference: timedelta, told: str) -> None:
    assert ago(NOW - difference, NOW) == told


def test_a_moment_is_written_in_full_or_in_part() -> None:
    assert day(datetime(2026, 3, 4, tzinfo=UTC)) == "4 Mar 2026"
    assert moment(NOW) == "14 Mar 2026, 10:02 UTC"
    assert hour(NOW) == "10:02 UTC"
