"""What the gateway answered is what is counted, and it outlives a restart."""

from pathlib import Path

import pytest
import requests

from emulator import Switches
from emulator.model import Flavor
from emulator.traffic import GatewayCall, Traffic
from emulator.traffic_file import TrafficFile
from tests.emulator.conftest import WEATHER, Client, Json, Start
from tests.emulator.stats_calls import (
    DANA,
    DAY,
    GOOD,
    NOON,
    RANGE,
    SUM,
    at,
    stats,
    totals,
)
from tests.emulator.test_auth import Clock


def test_calls_of_the_gateway_are_counted(start: Start, flavor: Flavor) -> None:
    client = start(flavor=flavor, clock=lambda: NOON / 1000)
    for _ in range(2):
        assert client.gateway(**GOOD).status_code == 200
    client.gateway("/proxy/weather/none", **GOOD)
    client.gateway(**{"x-apikey": "wrong"})
    wanted = f"{SUM},sum(is_error),sum(policy_error),max(total_response_time)"
    [environment] = stats(client, select=wanted)["environments"]
    groups = {
        each["name"]: {metric["name"]: metric["values"][0] for metric in each["metrics"]}
        for each in environment["dimensions"]
    }
    assert set(groups) == {"trips", "(not set)"}
    assert float(groups["trips"].pop("max(total_response_time)")) > 0
    assert groups["trips"] == {SUM: "3.0", "sum(is_error)": "1.0", "sum(policy_error)": "0.0"}
    assert groups["(not set)"]["sum(policy_error)"] == "1.0"


def test_every_dimension_names_what_it_should(start: Start) -> None:
    x = start(clock=lambda: NOON / 1000)
    x.gateway(**GOOD)
    person = x.json("/developers/dana@example.com")["developerId"]
    expected = {
        "apiproxy": "weather",
        "api_product": "weather-free",
        "apiproducts": "weather-free",
        "apps": "trips",
        "developer": f"demo@@@{person}",
        "developer_email": "dana@example.com",
        "environment": "prod",
        "response_status_code": "200",
        "request_verb": "GET",
    }
    assert {name: next(iter(totals(x, name))) for name in expected} == expected


def test_a_refused_key_has_no_app_unless_the_switch_says_so(start: Start) -> None:
    for attributed, name in ((False, "(not set)"), (True, "trips")):
        switches = Switches(attribute_refused_calls=attributed)
        x = start(clock=lambda: NOON / 1000, switches=switches)
        x.call("POST", "/developers/dana@example.com/apps/trips/keys/dana-key?action=revoke")
        assert x.gateway(**GOOD).status_code == 401
        assert totals(x) == {name: "1.0"}


@pytest.mark.parametrize("named", ["name", "id"])
def test_calls_of_a_groups_app_are_counted_as_the_groups(start: Start, named: str) -> None:
    switches = Switches(appgroup_in_stats=named)  # type: ignore[arg-type]  # one of the two
    x = start(clock=lambda: NOON / 1000, switches=switches)
    group = {"name": "acme", "displayName": "Acme", "channelId": "portal"}
    made = x.call("POST", "/appgroups", group).json()
    body = {"name": "fleet", "apiProducts": ["weather-free"]}
    app = x.call("POST", "/appgroups/acme/apps", body).json()
    key = app["credentials"][0]["consumerKey"]
    assert x.gateway(**{"x-apikey": key}).status_code == 200
    expected = "acme" if named == "name" else made["appGroupId"]
    assert totals(x, "developer,developer_email,developer_app") == {
        f"demo@@@{expected},(not set),fleet": "1.0"
    }


def test_another_environment_is_counted_apart_and_products_are_held_to_theirs(start: Start) -> None:
    x = start(clock=lambda: NOON / 1000)
    assert x.gateway("/proxy-prod/weather/today", **GOOD).status_code == 200
    assert x.gateway("/proxy-test/weather/today", **GOOD).status_code == 401
    assert x.gateway("/proxy-none/weather/today", **GOOD).status_code == 404
    x.call("PUT", "/apiproducts/weather-free", {**WEATHER, "environments": [], "attributes": []})
    assert x.gateway("/proxy-test/weather/today", **GOOD).status_code == 200
    whole = {"select": SUM, "timeRange": RANGE}
    answer = x.json("/environments/test/stats/apiproxy", **whole)
    assert answer["environments"][0]["dimensions"][0]["metrics"][0]["values"] == ["2.0"]


def test_calls_are_seen_after_the_delay(start: Start) -> None:
    clock = Clock()
    clock.now = NOON / 1000
    x = start(clock=clock, switches=Switches(stats_delay_seconds=600))
    x.gateway(**GOOD)
    assert totals(x) == {}
    clock.now += 601
    assert totals(x) == {"trips": "1.0"}


def test_the_runtime_cache_does_not_keep_calls_from_being_counted(start: Start) -> None:
    x = start(clock=lambda: NOON / 1000, switches=Switches(runtime_cache_seconds=180))
    for _ in range(3):
        x.gateway(**GOOD)
    assert totals(x) == {"trips": "3.0"}


def test_the_control_counts_past_calls_or_none(client: Client) -> None:
    where = f"{client.local.root}/_emulator/calls"
    good = {"time": NOON, "times": 3, **DANA}
    answer = requests.post(where, json={"calls": [good]}, timeout=20)
    assert (answer.status_code, answer.json()) == (201, {"calls": 3})
    wrong: list[Json] = [
        {"time": "x"}, {}, {"time": NOON, "colour": 1}, {"time": NOON, "times": 0},
        {"time": NOON, "developer": "no@example.com", "app": "trips"},
        {"time": NOON, "app": "trips"},
        {"time": NOON, "environment": "none"}, {"time": NOON, "product": "none"}, 7,
        {"time": NOON, "status": True}, {"time": 99_999_999_999_999},
    ]  # fmt: skip
    for each in wrong:
        body = {"calls": [good, each]}
        assert requests.post(where, json=body, timeout=20).status_code == 400
    for text in (b"[]", b'{"calls": {}}', b'{"calls": [], "more": 1}', b"{"):
        assert requests.post(where, data=text, timeout=20).status_code == 400
    assert totals(client) == {"trips": "3.0"}


def test_counts_survive_a_restart_and_go_with_a_reset(start: Start, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    first = start(state=state, clock=lambda: NOON / 1000)
    first.gateway(**GOOD)
    first.local.record_calls([at(NOON - DAY, 4, total_response_time=7.5)])
    first.local.stop()
    second = start(state=state, clock=lambda: NOON / 1000)
    second.gateway(**GOOD)
    assert totals(second) == {"trips": "6.0"}
    assert totals(second, select="min(total_response_time)") != {"trips": "7.5"}
    second.local.reset()
    assert totals(second) == {}
    second.gateway(**GOOD)
    second.local.stop()
    assert totals(start(state=state, clock=lambda: NOON / 1000)) == {"trips": "1.0"}


def test_the_file_of_counts_is_for_its_owner_and_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    traffic, file = Traffic(), TrafficFile(path, floor=2000)
    file.start(traffic)
    for _ in range(200):
        traffic.record(GatewayCall(time=NOON, environment="prod", status=200))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_size < 4000
    while_open = Traffic()
    TrafficFile(path).load(while_open)
    assert [tally.count for _, tally in while_open.rows()] == [200]
    file.close()
    with path.open("ab") as torn:
        torn.write(b'[["cut sho')
    again = Traffic()
    TrafficFile(path).load(again)
    assert [tally.count for _, tally in again.rows()] == [200]
    with pytest.raises(OSError, match="closed"):
        traffic.record(GatewayCall(time=NOON, environment="prod", status=200))


def test_the_oldest_counts_are_forgotten_when_there_are_too_many() -> None:
    traffic = Traffic(kept=20)
    for minute in range(30):
        traffic.record(GatewayCall(time=minute * 60_000, environment="prod", status=200))
    minutes = [facts.minute // 60_000 for facts, _ in traffic.rows()]
    assert len(minutes) <= 20
    assert (min(minutes), max(minutes)) == (10, 29)
