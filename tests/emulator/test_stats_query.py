"""What stats can be asked: filters, times, order; and what is refused."""

from datetime import UTC, datetime

import pytest

from emulator import Switches
from emulator.model import Flavor
from tests.emulator.conftest import Client, Start
from tests.emulator.stats_calls import (
    DAY,
    NOON,
    RANGE,
    SUM,
    at,
    compact,
    refused,
    stats,
    totals,
    with_history,
)


@pytest.fixture
def counted(start: Start, flavor: Flavor) -> Client:
    return with_history(start, flavor)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(developer_app eq 'trips')", {"trips": "9.0"}),
        ("(developer_app ne 'trips')", {"(not set)": "2.0"}),
        ("developer_app in 'trips','other'", {"trips": "9.0"}),
        ("(developer_app in ('trips', 'other'))", {"trips": "9.0"}),
        ("developer_app notin 'trips'", {"(not set)": "2.0"}),
        ("response_status_code ge 400", {"trips": "1.0", "(not set)": "2.0"}),
        ("response_status_code lt 400", {"trips": "8.0"}),
        ("response_status_code gt '500'", {}),
        ("response_status_code le 401", {"trips": "8.0", "(not set)": "2.0"}),
        ("(developer_email eq 'dana@example.com' and response_status_code eq 500)",
         {"trips": "1.0"}),
        ("response_status_code eq 500 or response_status_code eq 401 and developer_app eq 'x'",
         {"trips": "1.0"}),
        ("(response_status_code eq 500 or response_status_code eq 401) and apiproxy eq 'weather'",
         {"trips": "1.0", "(not set)": "2.0"}),
        ("developer_app like 'tr%'", {"trips": "9.0"}),
        ('developer_app not like "tr_ps"', {"(not set)": "2.0"}),
        ("", {"trips": "9.0", "(not set)": "2.0"}),
    ],
)  # fmt: skip
def test_a_filter_chooses_calls(counted: Client, text: str, expected: dict[str, str]) -> None:
    assert totals(counted, filter=text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "(", "developer_app", "developer_app eq", "developer_app eq trips", "apiproxy eq 'a' x",
        "(apiproxy eq 'a'", "apiproxy is 'a'", "colour eq 'red'", "apiproxy eq 'a",
        "apiproxy in ('a'",
        "(" * 60 + "apiproxy eq 'a'" + ")" * 60, "apiproxy eq '" + "a" * 10_000 + "'",
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_read_is_refused(client: Client, text: str) -> None:
    assert refused(client, filter=text) == 400


@pytest.mark.parametrize(
    "change",
    [
        {"select": "sum(colour)"}, {"select": "p95(total_response_time)"}, {"select": ""},
        {"timeRange": "yesterday"}, {"timeRange": "12/01/2023 00:00~11/01/2023 00:00"},
        {"timeRange": ""}, {"timeRange": "13/01/2023 00:00~14/01/2023 00:00"},
        {"timeRange": "01/01/1900 00:00~01/01/2023 00:00"}, {"timeUnit": "fortnight"},
        {"limit": "many"}, {"offset": "-1"}, {"topk": "x"}, {"sort": "up"}, {"sortby": "colour"},
        {"tzo": "900"}, {"tzo": "east"}, {"dimensions": "colour"},
    ],
)  # fmt: skip
def test_parameters_that_make_no_sense_are_refused(client: Client, change: dict[str, str]) -> None:
    assert refused(client, **change) == 400


def test_the_range_can_be_left_out_where_the_switch_allows_it(start: Start) -> None:
    switches = Switches(stats_without_time_range="last day")
    x = start(switches=switches, clock=lambda: NOON / 1000)
    x.local.record_calls([at(NOON, 2), at(NOON - 2 * DAY, 3)])
    answer = x.json("/environments/prod/stats/apps", select=SUM)
    assert answer["environments"][0]["dimensions"][0]["metrics"][0]["values"] == ["2.0"]


def test_an_environment_that_does_not_exist_has_no_stats(client: Client) -> None:
    answer = client.get("/environments/none/stats/apiproxy", select=SUM, timeRange=RANGE)
    assert answer.status_code == 404


def test_rows_are_sorted_cut_and_the_best_chosen(start: Start, flavor: Flavor) -> None:
    client = start(flavor=flavor, clock=lambda: NOON / 1000)
    client.local.record_calls(
        [at(NOON, times, status=status) for status, times in ((200, 5), (201, 9), (202, 7))]
    )
    dimension = "response_status_code"
    assert list(totals(client, dimension)) == ["200", "201", "202"]
    assert list(totals(client, dimension, sortby=SUM)) == ["201", "202", "200"]
    assert list(totals(client, dimension, sortby=SUM, sort="ASC")) == ["200", "202", "201"]
    assert list(totals(client, dimension, topk="2")) == ["201", "202"]
    assert list(totals(client, dimension, limit="1", offset="1")) == ["201"]
    assert compact(client, dimension, limit="2")["resultTruncated"] is True


@pytest.mark.parametrize(
    ("unit", "begin"),
    [
        ("second", "2023-11-15T12:34:00"), ("minute", "2023-11-15T12:34:00"),
        ("hour", "2023-11-15T12:00:00"), ("day", "2023-11-15T00:00:00"),
        ("week", "2023-11-13T00:00:00"), ("month", "2023-11-01T00:00:00"),
        ("quarter", "2023-10-01T00:00:00"), ("year", "2023-01-01T00:00:00"),
        ("decade", "2020-01-01T00:00:00"), ("century", "2001-01-01T00:00:00"),
        ("millennium", "2001-01-01T00:00:00"),
    ],
)  # fmt: skip
def test_units_of_time_begin_where_the_calendar_says(start: Start, unit: str, begin: str) -> None:
    moment = NOON + 34 * 60_000 + 56_000
    edge = start(flavor="edge", clock=lambda: moment / 1000)
    edge.local.record_calls([at(moment)])
    [group] = stats(edge, timeUnit=unit)["environments"][0]["dimensions"]
    [value] = group["metrics"][0]["values"]
    expected = datetime.fromisoformat(begin).replace(tzinfo=UTC).timestamp() * 1000
    assert value["timestamp"] == expected
    month = "11/15/2023 12:00~11/15/2023 13:00"
    assert len(compact(edge, timeUnit=unit, timeRange=month)["TimeUnit"]) in (1, 60, 3600)


def test_x_does_not_know_edges_longer_units_and_refuses_too_many(x: Client) -> None:
    assert refused(x, timeUnit="quarter") == 400
    query = {"select": SUM, "timeRange": RANGE, "timeUnit": "second"}
    assert x.get("/environments/prod/optimizedStats/apps", **query).status_code == 400


def test_days_can_begin_in_the_callers_time_zone(counted: Client) -> None:
    answer = stats(counted, filter="developer_app eq 'trips'", timeUnit="day", tzo="-300")
    values = answer["environments"][0]["dimensions"][0]["metrics"][0]["values"]
    assert values[0]["timestamp"] == NOON - 7 * 3_600_000
