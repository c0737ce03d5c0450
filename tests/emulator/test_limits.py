"""Apigee's limits hold where they are switched on, each by its own number."""

from typing import Any

import pytest
import requests

from emulator import Limits, Switches
from emulator.model import Flavor
from tests.emulator.conftest import WEATHER, Client, Start, code
from tests.emulator.test_auth import Clock

TRIPS = "/developers/dana@example.com/apps/trips"
RANGE = {"select": "sum(message_count)", "timeRange": "11/01/2023 00:00~11/02/2023 00:00"}
ON = Switches(enforce_limits=True)
PRODUCT = {**WEATHER, "name": "new", "attributes": []}


def limited(start: Start, flavor: Flavor = "x", switches: Switches = ON, **numbers: int) -> Client:
    return start(flavor=flavor, switches=switches, limits=Limits(**numbers))


def refused(answer: requests.Response) -> None:
    assert answer.status_code == 400, answer.text
    assert code(answer) == "keymanagement.service.limit_exceeded"


def operations(number: int) -> dict[str, Any]:
    each = {"resource": "/today", "methods": ["GET"]}
    config = {"apiSource": "weather", "operations": [each] * number}
    return {"apiResources": [], "operationGroup": {"operationConfigs": [config]}}


def test_too_many_calls_in_a_minute_are_refused_until_the_next(start: Start) -> None:
    clock = Clock()
    clock.now = 1_700_000_040.0
    x = start(clock=clock, switches=ON, limits=Limits(calls=2))
    assert [x.get("/developers").status_code for _ in range(3)] == [200, 200, 429]
    answer = x.get("")
    error = answer.json()["error"]
    assert error["status"] == "RESOURCE_EXHAUSTED"
    assert "Quota exceeded" in error["message"]
    assert error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
    assert "Retry-After" not in answer.headers
    clock.now += 60
    assert x.get("").status_code == 200


def test_a_refusal_may_say_when_to_come_again(start: Start, flavor: Flavor) -> None:
    switches = Switches(enforce_limits=True, rate_limit_retry_after=7)
    client = limited(start, flavor, switches, calls=0)
    answer = client.get("")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    if flavor == "edge":
        assert code(answer) == "policies.ratelimit.QuotaViolation"


def test_analytics_have_a_limit_of_their_own(start: Start, flavor: Flavor) -> None:
    client = limited(start, flavor, stats_calls=1, edge_stats_calls=2)
    where = "/environments/prod/stats/apps"
    answers = [client.get(where, **RANGE).status_code for _ in range(3)]
    assert answers == ([200, 429, 429] if flavor == "x" else [200, 200, 429])
    assert client.get("/developers").status_code == 200


def test_stats_of_x_span_so_many_days(start: Start, flavor: Flavor) -> None:
    client = limited(start, flavor, stats_days=1)
    where = "/environments/prod/stats/apps"
    assert client.get(where, **RANGE).status_code == 200
    longer = {**RANGE, "timeRange": "11/01/2023 00:00~11/02/2023 00:01"}
    assert client.get(where, **longer).status_code == (400 if flavor == "x" else 200)


def test_an_owner_has_so_many_apps(start: Start) -> None:
    x = limited(start, apps_per_developer=2, apps_per_group=1)
    where = "/developers/dana@example.com/apps"
    assert x.call("POST", where, {"name": "second"}).status_code == 201
    refused(x.call("POST", where, {"name": "third"}))
    assert x.call("PUT", TRIPS, {"attributes": []}).status_code == 200
    x.call("POST", "/appgroups", {"name": "g", "displayName": "G", "channelId": "c"})
    assert x.call("POST", "/appgroups/g/apps", {"name": "one"}).status_code == 201
    refused(x.call("POST", "/appgroups/g/apps", {"name": "two"}))


def test_a_key_and_an_app_hold_so_many_products(start: Start) -> None:
    x = limited(start, products_per_key=2, products_per_app=3)
    for name in ("a", "b"):
        assert x.call("POST", "/apiproducts", {**PRODUCT, "name": name}).status_code == 201
    refused(x.call("POST", f"{TRIPS}/keys/dana-key", {"apiProducts": ["a"]}))
    refused(x.call("PUT", TRIPS, {"apiProducts": ["a", "b"]}))
    assert x.call("PUT", TRIPS, {"apiProducts": ["a", "payments"]}).status_code == 200


def test_an_entity_that_is_over_a_limit_may_change_but_not_grow(start: Start) -> None:
    x = limited(start, products_per_key=1)
    key = f"{TRIPS}/keys/dana-key"
    assert x.call("POST", f"{key}?action=revoke").status_code == 204
    assert x.call("DELETE", f"{key}/apiproducts/payments").status_code == 200
    refused(x.call("POST", key, {"apiProducts": ["payments"]}))


def test_planned_limits_have_a_switch_of_their_own(start: Start) -> None:
    body = {"apiProducts": ["weather-free"]}
    assert limited(start, keys_per_app=1).call("PUT", TRIPS, body).status_code == 200
    x = limited(start, switches=Switches(enforce_planned_limits=True), keys_per_app=1)
    refused(x.call("PUT", TRIPS, body))
    pair = {"consumerKey": "own", "consumerSecret": "own"}
    refused(x.call("POST", f"{TRIPS}/keys", pair))
    x.call("DELETE", f"{TRIPS}/keys/dana-key")
    assert x.call("POST", f"{TRIPS}/keys", pair).status_code == 201


def test_an_organisation_has_so_many_products(start: Start) -> None:
    x = limited(start, products_per_organization=3)
    assert x.call("POST", "/apiproducts", PRODUCT).status_code == 201
    refused(x.call("POST", "/apiproducts", {**PRODUCT, "name": "another"}))
    assert x.call("PUT", "/apiproducts/new", PRODUCT).status_code == 200


@pytest.mark.parametrize(
    ("number", "change"),
    [
        ("attributes", {"attributes": [{"name": "a", "value": "b"}] }),
        ("proxies_per_product", {}),
        ("resources_per_product", {}),
    ],
)  # fmt: skip
def test_a_product_has_so_much(start: Start, number: str, change: dict[str, Any]) -> None:
    x = start(switches=ON, limits=Limits(**{number: 0}))
    refused(x.call("POST", "/apiproducts", {**PRODUCT, **change}))


def test_attributes_and_keys_are_so_long(start: Start) -> None:
    x = limited(start, attribute_name_bytes=11, attribute_value_bytes=5, key_bytes=32)
    where = f"{TRIPS}/attributes"
    assert x.call("POST", f"{where}/DisplayName", {"value": "Trip!"}).status_code == 200
    refused(x.call("POST", f"{where}/DisplayName", {"value": "Tripsy"}))
    refused(x.call("POST", f"{where}/DisplayNames", {"value": "Trips"}))
    pair = {"consumerKey": "own", "consumerSecret": "s" * 33}
    refused(x.call("POST", f"{TRIPS}/keys", pair))
    assert x.call("POST", f"{TRIPS}/keys", {**pair, "consumerSecret": "s"}).status_code == 201


def test_operations_are_limited_on_x_without_a_switch(start: Start, flavor: Flavor) -> None:
    client = start(flavor=flavor)
    assert client.call("POST", "/apiproducts", {**PRODUCT, **operations(50)}).status_code == 201
    answer = client.call("PUT", "/apiproducts/new", {**PRODUCT, **operations(51)})
    assert answer.status_code == (400 if flavor == "x" else 200)


def test_nothing_else_is_limited_by_default(start: Start) -> None:
    x = limited(start, switches=Switches(), calls=0, apps_per_developer=0, products_per_key=0)
    assert x.call("POST", f"{TRIPS}/keys/dana-key", {"apiProducts": ["payments"]}).ok
    assert x.call("POST", "/developers/dana@example.com/apps", {"name": "b"}).status_code == 201


def test_status_and_code_of_a_refusal_can_be_chosen(start: Start) -> None:
    switches = Switches(enforce_limits=True, limit_status=429, limit_code="some.code")
    answer = limited(start, switches=switches, apps_per_developer=0).call(
        "POST", "/developers/dana@example.com/apps", {"name": "b"}
    )
    assert (answer.status_code, code(answer)) == (429, "some.code")
