"""Apps and keys of AppGroups on X, whose calls differ from those of developers."""

import pytest

from emulator import Switches
from tests.emulator.conftest import Client, Json, Start, code

APPS = "/appgroups/team/apps"
MAPS = f"{APPS}/maps"
NEW = {"name": "maps", "apiProducts": ["weather-free", "payments"], "callbackUrl": "https://a.b"}
OWN = {"consumerKey": "own", "consumerSecret": "secret"}


def products(key: Json) -> dict[str, str]:
    return {each["apiproduct"]: each["status"] for each in key.get("apiProducts", [])}


def begin(start: Start, switches: Switches | None = None) -> Client:
    """X with the AppGroup `team`."""
    x = start(flavor="x", switches=switches or Switches())
    assert x.call("POST", "/appgroups", {"name": "team"}).ok
    return x


@pytest.fixture
def team(start: Start) -> Client:
    """X with the AppGroup `team` and its app `maps`."""
    x = begin(start)
    assert x.call("POST", APPS, NEW).status_code == 201
    return x


@pytest.fixture
def key(team: Client) -> str:
    """The address of the key of `maps`."""
    return f"{MAPS}/keys/{team.json(MAPS)['credentials'][0]['consumerKey']}"


def test_an_app_belongs_to_its_appgroup(team: Client) -> None:
    app = team.json(MAPS)
    assert (app["appGroup"], app["status"], app["callbackUrl"]) == (
        "team",
        "approved",
        "https://a.b",
    )
    assert "developerId" not in app
    [credential] = app["credentials"]
    assert products(credential) == {"weather-free": "approved", "payments": "pending"}
    again = team.call("POST", APPS, NEW)
    assert (again.status_code, code(again)) == (409, Switches().duplicate_app_code)
    assert team.get(f"{APPS}/none").status_code == 404


def test_the_name_of_an_app_is_free_in_other_appgroups(team: Client) -> None:
    team.call("POST", "/appgroups", {"name": "other"})
    assert team.call("POST", "/appgroups/other/apps", NEW).status_code == 201
    assert team.json("/appgroups/other/apps/maps")["appId"] != team.json(MAPS)["appId"]


def test_apps_are_listed_whole_and_in_pages_when_asked(start: Start) -> None:
    x = begin(start)
    assert x.json(APPS) == {}
    for name in ("c", "a", "b"):
        x.call("POST", APPS, {"name": name})
    listed = x.json(APPS)
    assert [each["name"] for each in listed["appGroupApps"]] == ["a", "b", "c"]
    assert all(each["credentials"] for each in listed["appGroupApps"])
    page = x.json(APPS, pageSize=2)
    rest = x.json(APPS, pageSize=2, pageToken=page["nextPageToken"])
    assert [each["name"] for each in rest["appGroupApps"]] == ["c"]
    assert "nextPageToken" not in rest


@pytest.mark.parametrize("unasked", [False, True])
def test_the_token_of_a_list_without_a_page_size_is_a_switch(
    start: Start, *, unasked: bool
) -> None:
    apps = [{"name": f"app{number:04}", "credentials": []} for number in range(1001)]
    seed = {"groups": [{"name": "team", "apps": apps}]}
    switches = Switches(group_apps_token_unasked=unasked)
    listed = start(flavor="x", seed=seed, switches=switches).json(APPS)
    assert len(listed["appGroupApps"]) == 1000
    assert ("nextPageToken" in listed) is unasked


def test_an_update_replaces_and_makes_a_key_when_products_are_named(team: Client) -> None:
    old = team.json(MAPS)
    plain = team.call("PUT", MAPS, {"attributes": [{"name": "a", "value": "b"}]}).json()
    assert "callbackUrl" not in plain
    assert plain["credentials"] == old["credentials"]
    more = team.call("PUT", MAPS, {"name": "maps", "apiProducts": ["payments"]}).json()
    assert [products(each) for each in more["credentials"]] == [
        {"payments": "pending"},
        products(old["credentials"][0]),
    ]
    assert team.call("PUT", MAPS, {"developerId": "x"}).status_code == 400


@pytest.mark.parametrize("status", [204, 200])
def test_the_status_of_an_app_is_set_with_put(start: Start, status: int) -> None:
    x = begin(start, Switches(group_action_status=204 if status == 204 else 200))
    x.call("POST", APPS, NEW)
    for action, word in (("revoke", "revoked"), ("approve", "approved")):
        answer = x.call("PUT", f"{MAPS}?action={action}")
        assert answer.status_code == status
        assert x.json(MAPS)["status"] == word
        assert status == 204 or answer.json() == x.json(MAPS)
    assert x.call("PUT", f"{MAPS}?action=inactive").status_code == 400
    assert x.call("POST", f"{MAPS}?action=revoke").status_code == 404


@pytest.mark.parametrize(("unit", "life"), [("seconds", 60_000), ("milliseconds", 60)])
def test_the_life_of_a_new_key_is_in_seconds_unless_switched(
    start: Start, unit: str, life: int
) -> None:
    switch = Switches(group_key_expires_in="seconds" if unit == "seconds" else "milliseconds")
    x = begin(start, switch)
    [key] = x.call("POST", APPS, {**NEW, "keyExpiresIn": "60"}).json()["credentials"]
    assert int(key["expiresAt"]) - int(key["issuedAt"]) == life
    path = "/developers/dana@example.com/apps"
    [key] = x.call("POST", path, {"name": "b", "keyExpiresIn": "60"}).json()["credentials"]
    assert int(key["expiresAt"]) - int(key["issuedAt"]) == 60


def test_a_deleted_app_is_answered_once_more(team: Client) -> None:
    app = team.json(MAPS)
    answer = team.call("DELETE", MAPS)
    assert (answer.status_code, answer.json()) == (200, app)
    assert team.get(MAPS).status_code == 404


def test_a_key_of_ones_own_is_added_and_removed(team: Client) -> None:
    body = {**OWN, "expiresInSeconds": "60"}
    made = team.call("POST", f"{MAPS}/keys", body)
    assert made.status_code == 201
    own = f"{MAPS}/keys/own"
    assert team.json(own) == made.json()
    assert int(made.json()["expiresAt"]) - int(made.json()["issuedAt"]) == 60_000
    assert team.call("POST", f"{MAPS}/keys", OWN).status_code == 409
    assert team.call("DELETE", own).json() == made.json()
    gone = team.get(own)
    assert (gone.status_code, code(gone)) == (
        404,
        "keymanagement.service.InvalidClientIdForGivenApp",
    )


def test_products_scopes_and_attributes_of_a_key_are_changed(team: Client) -> None:
    team.call("POST", f"{MAPS}/keys", OWN)
    pair = {"name": "a", "value": "b"}
    inner = {"attributes": [pair], "scopes": ["READ"]}
    body = {"apiProducts": ["weather-free"], "appGroupAppKey": inner}
    answer = team.call("POST", f"{MAPS}/keys/own", body)
    assert answer.status_code == 200
    assert products(answer.json()) == {"weather-free": "approved"}
    assert (answer.json()["attributes"], answer.json()["scopes"]) == ([pair], ["READ"])
    more = team.call("POST", f"{MAPS}/keys/own", {"apiProducts": ["payments"]}).json()
    assert products(more) == {"weather-free": "approved", "payments": "pending"}
    assert more["attributes"] == [pair]
    for bad in ({"scopes": ["READ"]}, {"apiProducts": ["none"]}, {"appGroupAppKey": "x"}):
        assert team.call("POST", f"{MAPS}/keys/own", bad).status_code == 400


def test_the_status_of_a_key_is_set_in_the_body_or_the_address(team: Client, key: str) -> None:
    answer = team.call("POST", key, {"action": "revoke"})
    assert (answer.status_code, answer.json()["status"]) == (200, "revoked")
    assert team.call("POST", f"{key}?action=approve").status_code == 204
    assert team.json(key)["status"] == "approved"
    assert team.call("POST", key, {"action": "remove"}).status_code == 400


def test_a_product_of_a_key_is_approved_and_taken_off(team: Client, key: str) -> None:
    one = f"{key}/apiproducts/payments"
    assert team.call("POST", f"{one}?action=approve").status_code == 204
    assert products(team.json(key))["payments"] == "approved"
    answer = team.call("DELETE", one)
    assert answer.json() == team.json(key)
    assert products(answer.json()) == {"weather-free": "approved"}
    assert team.call("DELETE", one).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", f"{MAPS}/keys/own"),
        ("POST", f"{MAPS}/keys/create"),
        ("GET", f"{MAPS}/attributes"),
        ("GET", f"{MAPS}/keys/own/attributes"),
        ("GET", "/appgroups/team/attributes"),
    ],
)
def test_calls_that_only_developers_apps_have_are_not_there(
    team: Client, method: str, path: str
) -> None:
    team.call("POST", f"{MAPS}/keys", OWN)
    assert team.call(method, path, {} if method != "GET" else None).status_code == 404
