"""The sample calls: both flavours take them, and they are plausible."""

import time
from collections import Counter

import pytest

import emulator
from demo.history import DAYS, HOUR, record_history, sample_calls
from demo.plan import ROOT
from emulator.model import Flavor
from tests.scenario.house import HousePlan

SEED = ROOT / "demo" / "seed.json"
NOW = 1_770_000_000_000


def test_the_same_moment_has_the_same_calls_and_none_of_them_is_to_come() -> None:
    calls = sample_calls(NOW)
    assert calls == sample_calls(NOW)
    assert len(calls) < 10_000
    assert all(NOW - (DAYS + 1) * 24 * HOUR < call.time < NOW for call in calls)


def test_some_calls_fail_and_failing_ones_are_slower() -> None:
    calls = [call for call in sample_calls(NOW) if call.app == "checkout"]
    count = Counter[int]()
    for call in calls:
        count[call.status] += call.times
    assert 0.01 < count[503] / count.total() < 0.06


@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_the_local_apigee_counts_them_for_danas_apps(
    flavor: Flavor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with emulator.run(flavor=flavor, seed=SEED) as local:
        folder = tmp_path_factory.mktemp("demo")
        began = int(time.time() * 1000)
        record_history(HousePlan(0, flavor, folder, apigee=local.root))
        rows = local.site.traffic.rows()
    apps = {facts.developer_app for facts, _tally in rows}
    assert apps == {"weather-widget", "checkout", "route-planner"}
    assert sum(tally.count for _facts, tally in rows) == sum(
        call.times for call in sample_calls(began)
    )
