"""What a gateway really answered is what the app's usage shows, on both flavours."""

import csv
import io
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest
import requests

from emulator import PastCall
from emulator.faults import Fault
from tests.scenario.house import House, run_house
from tests.scenario.walker import Walker

USAGE = "/apps/dock-weather/usage"
DANA, FARID = "dana@example.com", "farid.haddad@example.com"
HOUR = 3_600_000


@dataclass
class Dana:
    """Dana with a new app that is named like one of Farid's."""

    house: House
    walker: Walker
    consumer_key: str = field(repr=False)

    def calls(self, key: str = "") -> int:
        """Call the sample API; return the gateway's status."""
        where = f"{self.house.apigee.root}/proxy/weather/today"
        headers = {"x-apikey": key or self.consumer_key}
        return requests.get(where, headers=headers, timeout=60).status_code

    def figures(self, query: str) -> list[dict[str, str]]:
        """Return the rows of the CSV file that are not empty."""
        file = self.walker.open(f"{USAGE}.csv?{query}").answer.content.decode("utf-8")
        return [row for row in csv.DictReader(io.StringIO(file)) if row["calls"] != "0"]

    def was_called(self, hours: int, times: int, app: str = "dock-weather", of: str = DANA) -> None:
        """Let an app have been called some hours ago."""
        at = int(time.time() * 1000) - hours * HOUR
        past = PastCall(time=at, times=times, developer=of, app=app, total_response_time=80.0)
        self.house.apigee.record_calls([past])


@pytest.fixture(params=["x", "edge"])
def dana(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dana]:
    """Dana in a house that keeps no figures."""
    folder = tmp_path_factory.mktemp("house")
    with (
        run_house(request.param, folder, PORTAL_CACHE__USAGE_SECONDS="0") as house,
        closing(Walker(house)) as walker,
    ):
        made = {"display_name": "Dock weather", "products": ["weather-free"]}
        created = walker.send(walker.arrive("dana", "/apps/new"), "/apps/new", made)
        yield Dana(house, walker, created.text("consumer-key"))


def test_real_calls_are_counted_for_their_own_app_only(dana: Dana) -> None:
    dana.was_called(1, 500, of=FARID)
    assert "No calls in the last 24 hours" in dana.walker.open(f"{USAGE}?range=24h").answer.text
    assert [dana.calls() for _ in range(3)] == [200, 200, 200]
    assert dana.calls("no-key-of-anybody") == 401
    rows = dana.figures("range=24h")
    assert sum(int(row["calls"]) for row in rows) == 3
    assert all(row["errors"] == "0" and float(row["longest_ms"]) > 0 for row in rows)
    assert "prod" in {row["environment"] for row in rows}
    assert dana.figures("range=24h&environment=test") == []


def test_days_without_calls_are_there_with_zeros(dana: Dana) -> None:
    for days, times in ((1, 20), (4, 7), (80, 2)):
        dana.was_called(24 * days, times)
    found = {row["from_utc"]: row["calls"] for row in dana.figures("range=90d")}
    assert sorted(found.values()) == ["2", "20", "7"]
    page = dana.walker.open(f"{USAGE}?range=90d").answer.text
    assert page.count('<th scope="row">') == 90
    assert sorted(row["calls"] for row in dana.figures("range=7d")) == ["20", "7"]


def test_whatever_analytics_answer_the_apps_page_is_as_ever(dana: Dana) -> None:
    faults = dana.house.apigee.faults
    for status, text in (
        (403, "The portal may not read how apps are used"),
        (400, "Apigee does not count this far back"),
        (429, "Apigee is counting for somebody else"),
        (500, "The figures cannot be read right now"),
    ):
        faults.add(Fault(path="/(stats|optimizedStats)/", status=status, body={}, times=0))
        assert text in dana.walker.open(USAGE).answer.text
        assert "Dock weather" in dana.walker.open("/apps/dock-weather").answer.text
        faults.clear()
