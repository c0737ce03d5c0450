"""The gateway checks the whole chain of a key and refuses with Apigee's own faults."""

from datetime import UTC, datetime

import pytest
import requests

from emulator import Switches
from emulator.matching import Target, covers, path_matches
from emulator.model import ApiProduct, Flavor, Stamp
from emulator.verifying import UNKNOWN, verify
from tests.emulator.conftest import PAYMENTS, SEED, WEATHER, Client, Start
from tests.emulator.test_auth import Clock

TRIPS = "/developers/dana@example.com/apps/trips"
KEY = f"{TRIPS}/keys/dana-key"
GOOD = {"x-apikey": "dana-key"}


def fault(answer: requests.Response, status: int = 401) -> str:
    """The code of a refusal, which must be a fault."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()["fault"]
    assert body["faultstring"]
    return str(body["detail"]["errorcode"])


def test_a_good_key_gets_the_weather(client: Client) -> None:
    body = client.gateway("/proxy/weather/today?city=Porto", **GOOD).json()
    assert body["city"] == "Porto"
    assert body["date"] == datetime.fromtimestamp(client.local.options.clock(), UTC).strftime(
        "%Y-%m-%d"
    )
    again = client.gateway("/proxy/weather/today?city=Porto&apikey=dana-key").json()
    assert again == body


def test_the_weather_is_that_of_the_city_and_the_day(start: Start) -> None:
    clock = Clock()
    x = start(clock=clock)
    forecast = x.gateway("/proxy/weather/forecast?city=Porto&days=2", **GOOD).json()
    today = x.gateway("/proxy/weather/today?city=Porto", **GOOD).json()
    assert forecast["days"][0] == {name: today[name] for name in today if name != "city"}
    clock.now += 86_400
    tomorrow = x.gateway("/proxy/weather/today?city=Porto", **GOOD).json()
    assert forecast["days"][1]["date"] == tomorrow["date"]
    assert tomorrow != today
    other = x.gateway("/proxy/weather/forecast?city=Faro&days=7", **GOOD).json()
    assert len(other["days"]) == 7
    assert len(x.gateway("/proxy/weather/forecast", **GOOD).json()["days"]) == 3


@pytest.mark.parametrize("days", ["0", "8", "many", "-1"])
def test_a_forecast_is_for_one_to_seven_days(x: Client, days: str) -> None:
    assert x.gateway(f"/proxy/weather/forecast?days={days}", **GOOD).status_code == 400


def test_the_sample_api_has_two_addresses_and_can_only_be_read(x: Client) -> None:
    assert x.gateway("/proxy/weather/none", **GOOD).status_code == 404
    answer = requests.post(f"{x.local.root}/proxy/weather/today", headers=GOOD, timeout=20)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")


def test_a_proxy_nobody_deployed_is_a_fault(x: Client) -> None:
    answer = x.gateway("/proxy/none/today", **GOOD)
    assert fault(answer, 404) == "messaging.adaptors.http.flow.ApplicationNotFound"


def test_a_call_without_a_key_is_refused(client: Client) -> None:
    assert fault(client.gateway()) == "steps.oauth.v2.FailedToResolveAPIKey"
    assert fault(client.gateway(**{"x-apikey": ""})) == "steps.oauth.v2.FailedToResolveAPIKey"


def test_an_unknown_key_is_refused(client: Client) -> None:
    assert fault(client.gateway(**{"x-apikey": "none"})) == "oauth.v2.InvalidApiKey"


@pytest.mark.parametrize(
    ("path", "off", "on", "expected"),
    [
        (
            "/developers/dana@example.com",
            "inactive",
            "active",
            "keymanagement.service.DeveloperStatusNotActive",
        ),
        (TRIPS, "revoke", "approve", "keymanagement.service.invalid_client-app_not_approved"),
        (KEY, "revoke", "approve", "oauth.v2.ApiKeyNotApproved"),
        (
            f"{KEY}/apiproducts/weather-free",
            "revoke",
            "approve",
            "oauth.v2.InvalidApiKeyForGivenResource",
        ),
    ],
)
def test_every_broken_link_of_the_chain_stops_the_key(
    client: Client, path: str, off: str, on: str, expected: str
) -> None:
    client.call("POST", f"{path}?action={off}")
    assert fault(client.gateway(**GOOD)) == expected
    client.call("POST", f"{path}?action={on}")
    assert client.gateway(**GOOD).status_code == 200


def test_of_several_broken_links_the_first_is_named(client: Client) -> None:
    client.call("POST", f"{KEY}?action=revoke")
    client.call("POST", f"{TRIPS}?action=revoke")
    assert fault(client.gateway(**GOOD)).endswith("app_not_approved")
    client.call("POST", "/developers/dana@example.com?action=inactive")
    assert fault(client.gateway(**GOOD)).endswith("DeveloperStatusNotActive")


def test_a_key_stops_when_it_expires(start: Start, flavor: Flavor) -> None:
    clock = Clock()
    client = start(flavor=flavor, clock=clock)
    body = {"apiProducts": ["weather-free"], "keyExpiresIn": "60000"}
    key = client.call("PUT", TRIPS, body).json()["credentials"][0]["consumerKey"]
    assert client.gateway(**{"x-apikey": key}).status_code == 200
    clock.now += 61
    answer = client.gateway(**{"x-apikey": key})
    assert fault(answer) == "keymanagement.service.consumer_key_expired"


def test_a_key_without_a_product_for_the_call_is_refused(client: Client) -> None:
    client.call("DELETE", f"{KEY}/apiproducts/weather-free")
    assert fault(client.gateway(**GOOD)) == "oauth.v2.InvalidApiKeyForGivenResource"
    client.call("POST", f"{KEY}/apiproducts/payments?action=approve")
    assert fault(client.gateway(**GOOD)) == "oauth.v2.InvalidApiKeyForGivenResource"


def test_a_pending_product_does_not_open_anything_until_it_is_approved(start: Start) -> None:
    manual = {**WEATHER, "approvalType": "manual"}
    x = start(seed={**SEED, "apiProducts": [manual, PAYMENTS]})
    assert fault(x.gateway(**GOOD)) == "oauth.v2.InvalidApiKeyForGivenResource"
    x.call("POST", f"{KEY}/apiproducts/weather-free?action=approve")
    assert x.gateway(**GOOD).status_code == 200


def test_the_gateway_can_remember_a_key_for_a_while(start: Start) -> None:
    clock = Clock()
    x = start(clock=clock, switches=Switches(runtime_cache_seconds=180))
    assert x.gateway(**GOOD).status_code == 200
    x.call("POST", f"{KEY}?action=revoke")
    clock.now += 179
    assert x.gateway(**GOOD).status_code == 200
    clock.now += 2
    assert x.gateway(**GOOD).status_code == 401
    x.local.reset()
    assert x.gateway(**GOOD).status_code == 200


def test_a_key_whose_developer_is_not_there_is_unknown(x: Client) -> None:
    store = x.local.site.store
    [app] = store.apps.values()
    del store.developers[app.developer_id]
    assert verify(x.local.site, "dana-key", TARGET).fault == UNKNOWN


STAMP = Stamp(created_at=0, created_by="", modified_at=0, modified_by="")
TARGET = Target("prod", "weather", "/today", "GET")
OPERATION = {"apiSource": "weather", "operations": [{"resource": "/today", "methods": ["GET"]}]}


@pytest.mark.parametrize(
    ("settings", "covered"),
    [
        ({}, True),
        ({"proxies": ["weather"]}, True),
        ({"proxies": ["other"]}, False),
        ({"environments": ["prod"]}, True),
        ({"environments": ["test"]}, False),
        ({"apiResources": ["/today"]}, True),
        ({"apiResources": ["/other", "/**"]}, True),
        ({"apiResources": ["/other"]}, False),
        ({"operationGroup": {"operationConfigs": [OPERATION]}}, True),
        ({"operationGroup": {"operationConfigs": [OPERATION]}, "environments": ["test"]}, False),
        ({"operationGroup": {"operationConfigs": [{**OPERATION, "apiSource": "x"}]}}, False),
        ({"operationGroup": {"operationConfigs": [{"apiSource": "weather"}]}}, False),
        ({"graphqlOperationGroup": {"operationConfigs": []}}, False),
    ],
)
def test_what_a_product_covers(settings: dict[str, object], *, covered: bool) -> None:
    product = ApiProduct(name="p", stamp=STAMP, settings=settings)
    assert covers(product, TARGET) is covered


@pytest.mark.parametrize(
    ("operation", "covered"),
    [
        ({"resource": "/today"}, True),
        ({"resource": "/today", "methods": ["POST"]}, False),
        ({"resource": "/*"}, True),
        ({}, True),
    ],
)
def test_an_operation_may_name_methods(operation: dict[str, object], *, covered: bool) -> None:
    group = {"operationConfigs": [{"apiSource": "weather", "operations": [operation]}]}
    product = ApiProduct(name="p", stamp=STAMP, settings={"operationGroup": group})
    assert covers(product, TARGET) is covered


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/", "/a/b", True),
        ("/**", "/a/b", True),
        ("/*", "/a", True),
        ("/*", "/a/b", False),
        ("/a/*/c", "/a/b/c", True),
        ("/a/{id}", "/a/7", True),
        ("/a/{id}", "/a/7/b", False),
        ("/a/**", "/a/b/c", True),
        ("/a/**", "/b", False),
        ("/a.b", "/axb", False),
    ],
)
def test_the_patterns_of_paths(pattern: str, path: str, *, matches: bool) -> None:
    assert path_matches(pattern, path) is matches
