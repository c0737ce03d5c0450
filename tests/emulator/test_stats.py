"""Stats in both forms and both flavours."""

import pytest

from emulator import Switches
from emulator.model import Flavor
from tests.emulator.conftest import Client, Start
from tests.emulator.stats_calls import DAY, NOON, RANGE, SUM, at, compact, stats, with_history


@pytest.fixture
def counted(start: Start, flavor: Flavor) -> Client:
    return with_history(start, flavor)


def test_the_verbose_form_has_texts_and_no_gaps_filled(counted: Client) -> None:
    answer = stats(counted, filter="(developer_app eq 'trips')", timeUnit="day")
    [environment] = answer["environments"]
    [group] = environment["dimensions"]
    assert (environment["name"], group["name"]) == ("prod", "trips")
    midnight = NOON - DAY // 2
    assert group["metrics"][0]["values"] == [
        {"timestamp": midnight, "value": "5.0"},
        {"timestamp": midnight - 2 * DAY, "value": "4.0"},
    ]
    ascending = stats(counted, timeUnit="day", tsAscending="true")
    values = ascending["environments"][0]["dimensions"][-1]["metrics"][0]["values"]
    assert [each["timestamp"] for each in values] == sorted(each["timestamp"] for each in values)


def test_the_compact_form_has_a_value_for_every_time(counted: Client) -> None:
    days = "11/12/2023 00:00~11/16/2023 00:00"
    response = compact(counted, timeUnit="day", timeRange=days, tsAscending="true")
    first = NOON - DAY // 2 - 3 * DAY
    expected = [first + day * DAY for day in range(4)]
    if counted.flavor == "x":
        assert response["TimeUnit"] == [str(each) for each in expected]
    else:
        assert response["TimeUnit"] == expected
        assert response["resultTruncated"] is False
    by_app = {each["identifier"]["values"][0]: each for each in response["stats"]["data"]}
    assert by_app["trips"]["identifier"]["names"] == ["developer_app"]
    assert by_app["trips"]["metric"] == [
        {"env": "prod", "name": SUM, "values": [0.0, 4.0, 0.0, 5.0]}
    ]
    assert by_app["(not set)"]["metric"][0]["values"] == [0.0, 0.0, 0.0, 2.0]


def test_times_can_be_those_with_data_only(start: Start, flavor: Flavor) -> None:
    switches = Switches(stats_time_units="with data")
    client = start(flavor=flavor, switches=switches, clock=lambda: NOON / 1000)
    client.local.record_calls([at(NOON - 2 * DAY), at(NOON)])
    assert len(compact(client, timeUnit="day")["TimeUnit"]) == 2


def test_averages_least_and_greatest_are_right_and_bring_the_overall_average(
    counted: Client,
) -> None:
    name = "total_response_time"
    select = f"avg({name}),min({name}),max({name}),sum({name})"
    [group] = stats(counted, select=select, filter="developer_app eq 'trips'")["environments"][0][
        "dimensions"
    ]
    found = {each["name"]: each["values"] for each in group["metrics"]}
    mean = str(round(160 / 9, 6))
    assert found == {
        f"avg({name})": [mean],
        f"global-avg-{name}": [mean],
        f"min({name})": ["10.0"],
        f"max({name})": ["30.0"],
        f"sum({name})": ["160.0"],
    }
    response = compact(counted, select=f"avg({name})", timeUnit="month")
    metric = response["stats"]["data"][-1]["metric"]
    assert [each["name"] for each in metric] == [f"avg({name})", f"global-avg-{name}"]
    assert metric[1]["values"] == [float(mean)]


def test_several_dimensions_make_one_group_each_combination(counted: Client) -> None:
    answer = stats(counted, "developer_app,response_status_code")
    groups = answer["environments"][0]["dimensions"]
    assert [each["name"] for each in groups] == ["(not set),401", "trips,200", "trips,500"]
    if counted.flavor == "x":
        assert groups[1]["individualNames"] == ["trips", "200"]
    else:
        assert "individualNames" not in groups[1]


def test_edge_has_totals_of_the_environment(start: Start) -> None:
    edge = start(flavor="edge", clock=lambda: NOON / 1000)
    edge.local.record_calls([at(NOON, 4), at(NOON - DAY, 5, developer="", app="", product="")])
    query = {"select": SUM, "timeRange": RANGE}
    answer = edge.json("/environments/prod/stats", **query)
    assert answer["environments"] == [
        {"name": "prod", "metrics": [{"name": SUM, "values": ["9.0"]}]}
    ]
    response = edge.json("/environments/prod/stats", **query, _optimize="js")["Response"]
    assert response["stats"]["data"] == [{"env": "prod", "name": SUM, "values": [9.0]}]


def test_x_has_no_totals_without_dimensions(x: Client) -> None:
    assert x.get("/environments/prod/stats", select=SUM).status_code == 404


def test_nothing_counted_is_said_in_the_way_chosen(start: Start, flavor: Flavor) -> None:
    silent = start(flavor=flavor)
    assert stats(silent)["environments"] == [{"name": "prod"}]
    assert "stats" not in compact(silent)
    writes = Switches(stats_without_data="empty", x_stats_write_empties=True)
    response = compact(start(flavor=flavor, switches=writes))
    assert response["stats"] == {"data": []}
    assert response["resultTruncated"] is False
    assert response["metaData"]["errors"] == []
