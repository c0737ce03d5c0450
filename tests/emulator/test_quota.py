"""The quota of an API product holds at the gateway, per app and window of time."""

from collections.abc import Mapping

import pytest

from emulator import Switches
from emulator.quota import Quota
from tests.emulator.conftest import PAYMENTS, SEED, WEATHER, Client, Start
from tests.emulator.test_auth import Clock
from tests.emulator.test_gateway import GOOD, fault

# 15 November 2023, 12:00 UTC.
NOON = 1_700_049_600.0
PER_MINUTE = {"quota": "2", "quotaInterval": "1", "quotaTimeUnit": "minute"}


def limited(start: Start, settings: Mapping[str, object], clock: Clock, **more: object) -> Client:
    """An emulator whose product has these settings."""
    clock.now = NOON
    seed = {**SEED, "apiProducts": [{**WEATHER, **settings}, PAYMENTS]}
    return start(seed=seed, clock=clock, switches=Switches(**more))  # type: ignore[arg-type]  # test data


def test_a_used_up_quota_is_a_fault_until_the_next_window(start: Start) -> None:
    clock = Clock()
    x = limited(start, PER_MINUTE, clock)
    assert [x.gateway(**GOOD).status_code for _ in range(3)] == [200, 200, 429]
    assert fault(x.gateway(**GOOD), 429) == "policies.ratelimit.QuotaViolation"
    clock.now += 60
    assert x.gateway(**GOOD).status_code == 200


def test_old_edge_says_500_for_a_used_up_quota(start: Start) -> None:
    x = limited(start, {**PER_MINUTE, "quota": "0"}, Clock(), quota_fault_status=500)
    assert fault(x.gateway(**GOOD), 500) == "policies.ratelimit.QuotaViolation"


def test_each_app_has_its_own_count_and_all_keys_of_it_share(start: Start) -> None:
    x = limited(start, PER_MINUTE, Clock())
    body = {"name": "other", "apiProducts": ["weather-free"]}
    other = x.call("POST", "/developers/ravi@example.com/apps", body).json()
    trips = "/developers/dana@example.com/apps/trips"
    second = x.call("PUT", trips, {"apiProducts": ["weather-free"]}).json()
    keys = [each["credentials"][0]["consumerKey"] for each in (other, second)]
    assert [x.gateway(**GOOD).status_code for _ in range(3)] == [200, 200, 429]
    assert x.gateway(**{"x-apikey": keys[0]}).status_code == 200
    assert x.gateway(**{"x-apikey": keys[1]}).status_code == 429


def test_an_operation_may_have_a_quota_of_its_own(start: Start) -> None:
    operation = {
        "apiSource": "weather",
        "operations": [{"resource": "/today"}],
        "quota": {"limit": "1", "interval": "1", "timeUnit": "hour"},
    }
    group = {"operationGroup": {"operationConfigs": [operation]}, "apiResources": []}
    x = limited(start, {**PER_MINUTE, **group}, Clock())
    assert [x.gateway(**GOOD).status_code for _ in range(2)] == [200, 429]


def test_a_reset_begins_the_counts_anew_and_refusals_are_counted_as_errors(start: Start) -> None:
    x = limited(start, PER_MINUTE, Clock())
    for _ in range(3):
        x.gateway(**GOOD)
    query = {"select": "sum(policy_error)", "timeRange": "11/15/2023 00:00~11/16/2023 00:00"}
    answer = x.json("/environments/prod/stats/developer_app", **query)
    [group] = answer["environments"][0]["dimensions"]
    assert (group["name"], group["metrics"][0]["values"]) == ("trips", ["1.0"])
    x.local.reset()
    assert x.gateway(**GOOD).status_code == 200


@pytest.mark.parametrize(
    "settings",
    [{}, {**PER_MINUTE, "quota": "many"}, {**PER_MINUTE, "quotaInterval": "0"}, {"quota": "1"}],
)
def test_without_a_whole_quota_there_is_none(start: Start, settings: dict[str, str]) -> None:
    x = limited(start, settings, Clock())
    assert [x.gateway(**GOOD).status_code for _ in range(3)] == [200] * 3


def test_windows_follow_the_clock() -> None:
    assert Quota(1, 2, "hour", "").window(NOON) == Quota(1, 2, "hour", "").window(NOON + 7199)
    assert Quota(1, 2, "hour", "").window(NOON) != Quota(1, 2, "hour", "").window(NOON + 7200)
    month = Quota(1, 1, "month", "")
    assert month.window(NOON + 15 * 86_400) == month.window(NOON)
    assert month.window(NOON + 16 * 86_400) == month.window(NOON) + 1
