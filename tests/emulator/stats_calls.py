"""Calls for the tests of stats: history of one app, and reading stats in both forms."""

from emulator import PastCall
from emulator.model import Flavor
from tests.emulator.conftest import Client, Json, Start

DAY = 86_400_000
# Wednesday, 15 November 2023, 12:00 UTC.
NOON = 1_700_049_600_000
RANGE = "11/01/2023 00:00~12/01/2023 00:00"
GOOD = {"x-apikey": "dana-key"}
DANA = {"developer": "dana@example.com", "app": "trips", "product": "weather-free"}
SUM = "sum(message_count)"


def at(time: int, times: int = 1, **more: object) -> PastCall:
    return PastCall(**{"time": time, "times": times, **DANA, **more})  # type: ignore[arg-type]  # test data


def with_history(start: Start, flavor: Flavor) -> Client:
    """Three days of calls of one app, some failed, and calls without a key."""
    client = start(flavor=flavor, clock=lambda: (NOON + DAY) / 1000)
    client.local.record_calls(
        [
            at(NOON - 2 * DAY, 3, total_response_time=10.0, target_response_time=4.0),
            at(NOON - 2 * DAY, 1, total_response_time=30.0, status=500),
            at(NOON, 5, total_response_time=20.0),
            at(NOON + 1, 2, developer="", app="", product="", status=401),
            at(NOON, 7, environment="test"),
        ]
    )
    return client


def stats(client: Client, dimensions: str = "developer_app", **query: str) -> Json:
    query = {"select": SUM, "timeRange": RANGE, **query}
    return client.json(f"/environments/prod/stats/{dimensions}", **query)


def compact(client: Client, dimensions: str = "developer_app", **query: str) -> Json:
    query = {"select": SUM, "timeRange": RANGE, **query}
    place = "optimizedStats" if client.flavor == "x" else "stats"
    if client.flavor == "edge":
        query["_optimized"] = "js"
    return client.json(f"/environments/prod/{place}/{dimensions}", **query)["Response"]


def totals(client: Client, dimensions: str = "developer_app", **query: str) -> dict[str, str]:
    """The first metric of every group by the group's name."""
    [environment] = stats(client, dimensions, **query)["environments"]
    groups = environment.get("dimensions", [])
    return {each["name"]: each["metrics"][0]["values"][0] for each in groups}


def refused(client: Client, dimensions: str = "apiproxy", **query: str) -> int:
    query = {"select": SUM, "timeRange": RANGE, **query}
    return client.get(f"/environments/prod/stats/{dimensions}", **query).status_code
