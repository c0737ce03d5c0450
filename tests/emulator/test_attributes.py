"""The attributes sub-resource under developers, apps, products and (Edge) keys."""

import pytest

from tests.emulator.conftest import NEW_DEVELOPER, Client

OWNERS = [
    "/developers/ravi@example.com",
    "/developers/dana@example.com/apps/trips",
    "/apiproducts/payments",
]


@pytest.mark.parametrize("owner", OWNERS)
def test_attributes_are_written_read_and_removed_one_by_one(client: Client, owner: str) -> None:
    one = f"{owner}/attributes/colour"
    written = client.call("POST", one, {"name": "colour", "value": "blue"})
    assert (written.status_code, written.json()) == (200, {"name": "colour", "value": "blue"})
    assert client.call("POST", one, {"value": "red"}).json()["value"] == "red"
    assert client.json(one) == {"name": "colour", "value": "red"}
    assert {"name": "colour", "value": "red"} in client.json(owner)["attributes"]
    removed = client.call("DELETE", one)
    assert (removed.status_code, removed.json()) == (200, {"name": "colour", "value": "red"})
    assert client.get(one).status_code == 404
    assert client.call("DELETE", one).status_code == 404


@pytest.mark.parametrize("owner", OWNERS)
def test_posting_attributes_replaces_them_all(client: Client, owner: str) -> None:
    client.call("POST", f"{owner}/attributes/old", {"value": "1"})
    wanted = {"attribute": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]}
    answer = client.call("POST", f"{owner}/attributes", wanted)
    assert (answer.status_code, answer.json()) == (200, wanted)
    assert client.json(f"{owner}/attributes") == wanted
    client.call("POST", f"{owner}/attributes", {"attribute": []})
    left = client.json(f"{owner}/attributes")
    assert left == ({} if client.flavor == "x" else {"attribute": []})


def test_attributes_of_a_key_are_for_edge_only(client: Client) -> None:
    one = "/developers/dana@example.com/apps/trips/keys/dana-key/attributes/note"
    answer = client.call("POST", one, {"value": "mine"})
    assert answer.status_code == (404 if client.flavor == "x" else 200)
    if client.flavor == "edge":
        assert client.json(one) == {"name": "note", "value": "mine"}
        key = client.json("/developers/dana@example.com/apps/trips/keys/dana-key")
        assert key["attributes"] == [{"name": "note", "value": "mine"}]


def test_a_nineteenth_attribute_is_refused_on_x(client: Client) -> None:
    many = [{"name": f"a{number}", "value": "1"} for number in range(18)]
    path = "/developers/ravi@example.com/attributes"
    assert client.call("POST", path, {"attribute": many}).status_code == 200
    expected = 400 if client.flavor == "x" else 200
    assert client.call("POST", f"{path}/more", {"value": "1"}).status_code == expected
    body = {**NEW_DEVELOPER, "attributes": [*many, {"name": "more", "value": "1"}]}
    answer = client.call("POST", "/developers", body)
    assert answer.status_code == (400 if client.flavor == "x" else 201)


@pytest.mark.parametrize(
    "bad",
    [
        {"name": "n" * 1025, "value": "1"},
        {"name": "n", "value": "é" * 1025},
        {"name": "", "value": "1"},
        {"value": "1"},
        "text",
    ],
)
def test_bad_attributes_are_refused(client: Client, bad: object) -> None:
    path = "/developers/ravi@example.com/attributes"
    assert client.call("POST", path, {"attribute": [bad]}).status_code == 400
    assert client.call("POST", path, {"attribute": bad}).status_code == 400


def test_an_empty_value_is_left_out_on_x(x: Client) -> None:
    path = "/developers/ravi@example.com/attributes/empty"
    assert x.call("POST", path, {"value": ""}).json() == {"name": "empty"}
    pairs = x.json("/developers/ravi@example.com")["attributes"]
    assert [each["name"] for each in pairs] == ["empty"]
