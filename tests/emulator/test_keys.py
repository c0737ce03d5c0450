"""Credentials of an app, in both flavours."""

import pytest

from emulator import Switches
from tests.emulator.conftest import Client, Json, Start, code

APP = "/developers/dana@example.com/apps/trips"
KEYS = f"{APP}/keys"
KEY = f"{KEYS}/dana-key"
OWN = {"consumerKey": "own-key_1", "consumerSecret": "own-secret"}


def products(key: Json) -> dict[str, str]:
    return {each["apiproduct"]: each["status"] for each in key.get("apiProducts", [])}


def test_a_key_is_read(client: Client) -> None:
    key = client.json(KEY)
    assert client.json(APP)["credentials"] == [key]
    assert (key["consumerKey"], key["consumerSecret"]) == ("dana-key", "dana-secret")
    assert products(key) == {"weather-free": "approved", "payments": "pending"}


def test_a_key_of_ones_own_joins_without_products(client: Client) -> None:
    body = {**OWN, "apiProducts": ["weather-free"], "status": "revoked"}
    answer = client.call("POST", f"{KEYS}/create", body)
    assert answer.status_code == 201
    key = answer.json()
    assert (key["consumerKey"], key["status"]) == ("own-key_1", "approved")
    assert not key.get("apiProducts")
    assert ("expiresAt" in key) is (client.flavor == "x")
    newest, *_ = client.json(APP)["credentials"]
    assert newest["consumerKey"] == "own-key_1"
    assert client.milliseconds(newest["expiresAt"]) == -1


def test_x_takes_a_key_of_ones_own_at_two_addresses_and_edge_at_one(client: Client) -> None:
    answer = client.call("POST", KEYS, OWN)
    assert answer.status_code == (201 if client.flavor == "x" else 404)


@pytest.mark.parametrize("seconds", [60, "60"], ids=["number", "text"])
def test_the_life_of_a_key_of_ones_own_is_in_seconds(client: Client, seconds: int | str) -> None:
    client.call("POST", f"{KEYS}/create", {**OWN, "expiresInSeconds": seconds})
    key = client.json(f"{KEYS}/own-key_1")
    lived = client.milliseconds(key["expiresAt"]) - client.milliseconds(key["issuedAt"])
    assert lived == 60_000


def test_a_consumer_key_is_unique_in_the_organisation(client: Client) -> None:
    client.call("POST", "/developers/ravi@example.com/apps", {"name": "maps"})
    path = "/developers/ravi@example.com/apps/maps/keys/create"
    refused = client.call("POST", path, {**OWN, "consumerKey": "dana-key"})
    assert refused.status_code == 409
    assert code(refused) == "keymanagement.service.ConsumerKeyAlreadyExists"
    if client.flavor == "x":
        assert refused.json()["error"]["status"] == "ABORTED"


@pytest.mark.parametrize("bad", ["", "a b", "a/b", "é", "k" * 2049])
@pytest.mark.parametrize("field", ["consumerKey", "consumerSecret"])
def test_a_bad_key_or_secret_is_refused(client: Client, field: str, bad: str) -> None:
    assert client.call("POST", f"{KEYS}/create", {**OWN, field: bad}).status_code == 400


def test_an_unknown_key_is_not_found(client: Client) -> None:
    for method, path in (
        ("GET", ""),
        ("POST", ""),
        ("PUT", ""),
        ("DELETE", ""),
        ("POST", "?action=revoke"),
        ("DELETE", "/apiproducts/weather-free"),
    ):
        answer = client.call(method, f"{KEYS}/none{path}")
        assert answer.status_code == 404
        assert code(answer) == "keymanagement.service.InvalidClientIdForGivenApp"


def test_a_key_of_another_app_is_not_found(client: Client) -> None:
    client.call("POST", "/developers/ravi@example.com/apps", {"name": "maps"})
    path = "/developers/ravi@example.com/apps/maps/keys/dana-key"
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_products_are_added_and_those_there_stay(client: Client, method: str) -> None:
    client.call(
        "POST", "/apiproducts", {"name": "more", "displayName": "More", "approvalType": "auto"}
    )
    client.call("POST", f"{KEY}/apiproducts/payments?action=approve")
    answer = client.call(method, KEY, {"apiProducts": ["more", "payments"]})
    assert answer.status_code == 200
    assert products(answer.json()) == {
        "weather-free": "approved",
        "payments": "approved",
        "more": "approved",
    }


def test_a_product_added_again_can_start_anew(start: Start) -> None:
    x = start(flavor="x", switches=Switches(readded_product="restart"))
    x.call("POST", f"{KEY}/apiproducts/payments?action=approve")
    key = x.call("POST", KEY, {"apiProducts": ["payments"]}).json()
    assert products(key) == {"weather-free": "approved", "payments": "pending"}


def test_an_unknown_product_cannot_be_added(client: Client) -> None:
    refused = client.call("POST", KEY, {"apiProducts": ["none"]})
    assert (refused.status_code, code(refused)) == (400, "cps.kms.ApiProductDoesNotExist")


def test_attributes_and_scopes_are_replaced_when_given(client: Client) -> None:
    pair = {"name": "note", "value": "mine"}
    key = client.call("POST", KEY, {"attributes": [pair], "scopes": ["READ"]}).json()
    assert (key["attributes"], key["scopes"]) == ([pair], ["READ"])
    key = client.call("PUT", KEY, {"scopes": ["WRITE"]}).json()
    assert (key["attributes"], key["scopes"]) == ([pair], ["WRITE"])
    key = client.call("PUT", KEY, {"attributes": [], "scopes": []}).json()
    assert not key.get("attributes")
    assert not key.get("scopes")
    assert client.call("PUT", KEY, {"scopes": ["ADMIN"]}).status_code == 400


def test_a_key_is_revoked_and_approved_by_an_action(client: Client) -> None:
    for action, status in (("revoke", "revoked"), ("approve", "approved")):
        answer = client.call("POST", f"{KEY}?action={action}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert client.json(KEY)["status"] == status
    assert client.call("POST", f"{KEY}?action=delete").status_code == 400


def test_an_action_on_a_key_may_come_with_an_empty_object(client: Client) -> None:
    assert client.call("POST", f"{KEY}?action=revoke", {}).status_code == 204


def test_a_product_of_a_key_is_approved_and_revoked(client: Client) -> None:
    one = f"{KEY}/apiproducts/payments"
    for action, status in (("approve", "approved"), ("revoke", "revoked")):
        answer = client.call("POST", f"{one}?action={action}")
        assert (answer.status_code, answer.content) == (204, b"")
        assert products(client.json(KEY)) == {"weather-free": "approved", "payments": status}
    assert client.call("POST", f"{one}?action=no").status_code == 400


def test_the_approval_of_a_product_can_answer_with_an_empty_object(start: Start) -> None:
    x = start(flavor="x", switches=Switches(product_action_status=200))
    answer = x.call("POST", f"{KEY}/apiproducts/payments?action=approve")
    assert (answer.status_code, answer.json()) == (200, {})


def test_a_product_is_taken_off_and_the_key_is_answered(client: Client) -> None:
    answer = client.call("DELETE", f"{KEY}/apiproducts/payments")
    assert answer.status_code == 200
    assert answer.json() == client.json(KEY)
    assert products(answer.json()) == {"weather-free": "approved"}


def test_a_product_that_is_not_on_the_key_is_a_refusal_of_its_own(client: Client) -> None:
    for method, query in (("DELETE", ""), ("POST", "?action=approve")):
        answer = client.call(method, f"{KEY}/apiproducts/none{query}")
        assert answer.status_code == (400 if client.flavor == "x" else 500)
        assert "APIProduct is not associated with consumer key" in answer.text


def test_a_deleted_key_is_answered_once_more_and_its_name_is_free_again(client: Client) -> None:
    key = client.json(KEY)
    deleted = client.call("DELETE", KEY)
    assert (deleted.status_code, deleted.json()) == (200, key)
    assert client.get(KEY).status_code == 404
    assert not client.json(APP).get("credentials")
    assert client.call("POST", f"{KEYS}/create", {**OWN, "consumerKey": "dana-key"}).ok
