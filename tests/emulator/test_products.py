"""API products of the local Apigee, in both flavours."""

import pytest

from emulator import Switches
from emulator.model import Flavor
from tests.emulator.conftest import SEED, Client, Start, code, segment

GOLD = {
    "name": "gold",
    "displayName": "Gold",
    "description": "The best",
    "approvalType": "manual",
    "attributes": [{"name": "access", "value": "private"}],
    "environments": ["prod"],
    "proxies": ["weather"],
    "apiResources": ["/**"],
    "quota": "1000",
    "quotaInterval": "1",
    "quotaTimeUnit": "day",
    "scopes": ["READ"],
}
OPERATIONS = {
    "operationConfigType": "proxy",
    "operationConfigs": [
        {
            "apiSource": "weather",
            "operations": [{"resource": "/today", "methods": ["GET"]}],
            "quota": {"limit": "10", "interval": "1", "timeUnit": "minute"},
        }
    ],
}


def test_a_created_product_can_be_read_back(client: Client) -> None:
    answer = client.call("POST", "/apiproducts", GOLD)
    assert answer.status_code == 201
    product = answer.json()
    assert GOLD.items() <= product.items()
    assert client.milliseconds(product["createdAt"]) > 0
    assert client.json("/apiproducts/gold") == product


def test_what_is_empty_is_left_out_of_a_product_on_x_and_written_on_edge(client: Client) -> None:
    product = client.json("/apiproducts/payments")
    lists = {"apiResources", "environments", "scopes", "attributes"}
    if client.flavor == "x":
        assert not lists & set(product)
    else:
        assert all(product[name] == [] for name in lists)
        assert product["createdBy"] == "ops@example.com"


def test_a_second_product_of_the_same_name_is_a_conflict(client: Client, start: Start) -> None:
    client.call("POST", "/apiproducts", GOLD)
    again = client.call("POST", "/apiproducts", GOLD)
    assert (again.status_code, code(again)) == (
        409,
        "keymanagement.service.apiproduct_already_exists",
    )
    other = start(flavor=client.flavor, switches=Switches(duplicate_product_code="other.code"))
    other.call("POST", "/apiproducts", GOLD)
    assert code(other.call("POST", "/apiproducts", GOLD)) == "other.code"


@pytest.mark.parametrize("name", ["", " a", "a ", "a/b", "é"])
def test_bad_product_names_are_refused(x: Client, name: str) -> None:
    refused = x.call("POST", "/apiproducts", {**GOLD, "name": name})
    assert (refused.status_code, code(refused)) == (
        400,
        "keymanagement.service.apiproduct_name_invalid",
    )


def test_x_needs_a_name_only(start: Start) -> None:
    x = start(flavor="x")
    product = x.call("POST", "/apiproducts", {"name": "50% #1"}).json()
    assert product["approvalType"] == "auto"
    assert x.json(f"/apiproducts/{segment('50% #1')}") == product
    manual = start(flavor="x", switches=Switches(default_approval_type="manual"))
    product = manual.call("POST", "/apiproducts", {"name": "gold"}).json()
    assert product["approvalType"] == "manual"


def test_edge_makes_the_name_from_the_display_name(edge: Client) -> None:
    body = {"displayName": "My Gold!", "approvalType": "auto"}
    assert edge.call("POST", "/apiproducts", body).json()["name"] == "My-Gold"
    refused = edge.call("POST", "/apiproducts", {"name": "a", "approvalType": "auto"})
    assert code(refused) == "keymanagement.service.apiproduct_invalid_displayname"
    assert edge.call("POST", "/apiproducts", {"displayName": "A"}).status_code == 400


@pytest.mark.parametrize(
    "bad",
    [
        {"approvalType": "perhaps"},
        {"quotaTimeUnit": "week"},
        {"quotaCounterScope": "ALL"},
        {"apiResources": "/"},
        {"operationGroup": OPERATIONS},
        {"operationGroup": "text", "apiResources": []},
        {"operationGroup": {"operationConfigs": {}}, "apiResources": []},
    ],
)
def test_products_that_make_no_sense_are_refused(client: Client, bad: dict[str, object]) -> None:
    assert client.call("POST", "/apiproducts", {**GOLD, **bad}).status_code == 400


def test_a_quota_may_come_as_a_number_on_edge_only(client: Client) -> None:
    answer = client.call("POST", "/apiproducts", {**GOLD, "quota": 1000})
    if client.flavor == "x":
        assert answer.status_code == 400
    else:
        assert answer.json()["quota"] == "1000"


def test_operation_groups_are_kept(client: Client) -> None:
    body = {**GOLD, "apiResources": [], "proxies": [], "operationGroup": OPERATIONS}
    assert client.call("POST", "/apiproducts", body).json()["operationGroup"] == OPERATIONS


def test_an_update_replaces_the_whole_product(client: Client) -> None:
    client.call("POST", "/apiproducts", GOLD)
    body = {"name": "gold", "displayName": "Golden", "approvalType": "auto"}
    answer = client.call("PUT", "/apiproducts/gold", body)
    assert answer.status_code == 200
    product = answer.json()
    assert product["displayName"] == "Golden"
    assert "description" not in product
    assert not product.get("attributes")


def test_a_product_cannot_be_renamed(client: Client) -> None:
    answer = client.call("PUT", "/apiproducts/payments", GOLD)
    if client.flavor == "x":
        assert code(answer) == "rest.interceptor.name_mismatch"
    else:
        assert answer.json()["name"] == "payments"


def test_edge_takes_post_for_an_update(client: Client) -> None:
    answer = client.call("POST", "/apiproducts/payments", {**GOLD, "name": "payments"})
    assert answer.status_code == (404 if client.flavor == "x" else 200)


def test_an_unknown_product_is_not_found(client: Client) -> None:
    for method in ("GET", "PUT", "DELETE"):
        answer = client.call(method, "/apiproducts/none", GOLD)
        assert (answer.status_code, code(answer)) == (
            404,
            "keymanagement.service.apiproduct_doesnot_exist",
        )


def test_a_deleted_product_is_gone_and_keys_that_name_it_fail(client: Client) -> None:
    assert client.gateway(**{"x-apikey": "dana-key"}).status_code == 200
    deleted = client.call("DELETE", "/apiproducts/weather-free")
    assert (deleted.status_code, deleted.json()["name"]) == (200, "weather-free")
    assert client.get("/apiproducts/weather-free").status_code == 404
    assert client.gateway(**{"x-apikey": "dana-key"}).status_code == 401
    key = client.json("/developers/dana@example.com/apps/trips")["credentials"][0]
    assert key["apiProducts"][0]["apiproduct"] == "weather-free"


def test_deleting_a_product_in_use_can_be_refused(start: Start, flavor: Flavor) -> None:
    client = start(flavor=flavor, switches=Switches(product_in_use="refuse"))
    refused = client.call("DELETE", "/apiproducts/payments")
    assert (refused.status_code, code(refused)) == (400, "mint.stillReferenced")
    client.call("POST", "/apiproducts", GOLD)
    assert client.call("DELETE", "/apiproducts/gold").status_code == 200


def test_the_list_of_products_has_stubs_on_x_and_names_on_edge(client: Client) -> None:
    names = ["payments", "weather-free"]
    listed = client.json("/apiproducts")
    if client.flavor == "x":
        assert listed == {"apiProduct": [{"name": name} for name in names]}
    else:
        assert listed == names
    whole = client.json("/apiproducts", expand="true")["apiProduct"]
    assert whole == [client.json(f"/apiproducts/{name}") for name in names]


def test_products_are_found_by_an_attribute(client: Client) -> None:
    def found(value: str) -> list[str]:
        query = {"attributename": "access", "attributevalue": value, "expand": "true"}
        listed = client.json("/apiproducts", **query)
        return [each["name"] for each in listed.get("apiProduct", [])]

    assert found("public") == ["weather-free"]
    assert found("private") == []


def test_products_are_found_by_their_space(x: Client) -> None:
    x.call("POST", "/apiproducts", {**GOLD, "space": "north"})
    assert x.json("/apiproducts", space="north") == {"apiProduct": [{"name": "gold"}]}


def test_the_list_of_products_is_paged(client: Client) -> None:
    client.call("POST", "/apiproducts", GOLD)
    page = client.json("/apiproducts", expand="true", count=2, startKey="payments")["apiProduct"]
    assert [each["name"] for each in page] == ["payments", "weather-free"]
    refused = client.get("/apiproducts", startKey="none")
    assert code(refused) == "keymanagement.service.apiproduct_doesnot_exist"


@pytest.mark.parametrize(
    ("entity", "found"),
    [
        ("keys", ["dana-key", "team-key"]),
        ("apps", ["maps", "trips"]),
        ("developers", ["dana@example.com"]),
        ("companies", ["team"]),
    ],
)
def test_edge_counts_and_lists_what_uses_a_product(
    start: Start, entity: str, found: list[str]
) -> None:
    key = {"consumerKey": "team-key", "consumerSecret": "s", "apiProducts": ["payments"]}
    team = {"name": "team", "apps": [{"name": "maps", "credentials": [key]}]}
    edge = start(flavor="edge", seed={**SEED, "groups": [team]})
    path = "/apiproducts/payments"
    assert edge.json(path, query="list", entity=entity) == found
    assert edge.json(path, query="count", entity=entity) == {"value": len(found)}
    assert edge.get(path, query="sum", entity=entity).status_code == 400
    assert edge.get(path, query="count", entity="proxies").status_code == 400


def test_x_moves_a_product_to_another_space(x: Client) -> None:
    answer = x.call("POST", "/apiproducts/payments:move", {"space": "shop"})
    assert (answer.status_code, answer.json()["space"]) == (200, "shop")
    assert x.json("/apiproducts/payments") == answer.json()
    assert x.json("/apiproducts", space="shop") == {"apiProduct": [{"name": "payments"}]}
    assert x.call("POST", "/apiproducts/none:move", {"space": "shop"}).status_code == 404
    assert x.call("POST", "/apiproducts/payments:move", {"place": "shop"}).status_code == 400


def test_edge_moves_nothing(edge: Client) -> None:
    assert edge.call("POST", "/apiproducts/payments:move", {}).status_code == 404
