"""Developer apps of the local Apigee, in both flavours."""

import pytest

from emulator import Switches
from emulator.model import Flavor
from tests.emulator.conftest import Client, Json, Start, code, segment

APPS = "/developers/ravi@example.com/apps"
TRIPS = "/developers/dana@example.com/apps/trips"


def create(client: Client, name: str = "maps", **body: object) -> Json:
    """Create one of Ravi's apps, which must work."""
    answer = client.call("POST", APPS, {"name": name, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_new_app_comes_with_one_key_and_can_be_read_back(client: Client) -> None:
    app = create(client, apiProducts=["weather-free"], callbackUrl="https://example.com/back")
    assert app["status"] == "approved"
    assert app["callbackUrl"] == "https://example.com/back"
    [key] = app["credentials"]
    assert (len(key["consumerKey"]), len(key["consumerSecret"])) == (32, 16)
    assert key["apiProducts"] == [{"apiproduct": "weather-free", "status": "approved"}]
    assert client.milliseconds(key["expiresAt"]) == -1
    assert client.json(f"{APPS}/maps") == app
    assert client.json("/developers/ravi@example.com")["apps"] == ["maps"]


def test_what_is_empty_is_left_out_of_an_app_on_x_and_written_on_edge(client: Client) -> None:
    app = create(client)
    [key] = app["credentials"]
    if client.flavor == "x":
        assert not {"attributes", "scopes", "callbackUrl", "createdBy", "appFamily"} & set(app)
        assert not {"apiProducts", "attributes", "scopes"} & set(key)
    else:
        assert (app["attributes"], app["scopes"], app["callbackUrl"]) == ([], [], "")
        assert (app["appFamily"], app["createdBy"]) == ("default", "ops@example.com")
        assert (key["apiProducts"], key["attributes"], key["scopes"]) == ([], [], [])


def test_an_app_without_products_has_a_key_all_the_same(client: Client) -> None:
    [key] = create(client)["credentials"]
    assert not key.get("apiProducts")


def test_a_product_that_needs_approval_joins_as_pending_on_an_approved_key(client: Client) -> None:
    [key] = create(client, apiProducts=["payments", "weather-free"])["credentials"]
    assert key["status"] == "approved"
    assert key["apiProducts"] == [
        {"apiproduct": "payments", "status": "pending"},
        {"apiproduct": "weather-free", "status": "approved"},
    ]


@pytest.mark.parametrize("life", [60_000, "60000"], ids=["number", "text"])
def test_the_life_of_a_key_is_given_in_milliseconds(client: Client, life: int | str) -> None:
    [key] = create(client, keyExpiresIn=life)["credentials"]
    lived = client.milliseconds(key["expiresAt"]) - client.milliseconds(key["issuedAt"])
    assert lived == 60_000


@pytest.mark.parametrize("life", [-1, "-1", 0, None], ids=repr)
def test_a_key_without_a_life_never_expires(client: Client, life: int | str | None) -> None:
    [key] = create(client, keyExpiresIn=life)["credentials"]
    assert client.milliseconds(key["expiresAt"]) == -1


def test_an_empty_life_is_refused_on_x_and_passed_over_on_edge(client: Client) -> None:
    answer = client.call("POST", APPS, {"name": "maps", "keyExpiresIn": ""})
    assert answer.status_code == (400 if client.flavor == "x" else 201)


@pytest.mark.parametrize("life", ["soon", 1.5, True, []])
def test_a_life_that_is_no_number_is_refused(client: Client, life: object) -> None:
    assert client.call("POST", APPS, {"name": "maps", "keyExpiresIn": life}).status_code == 400


def test_a_name_is_unique_for_its_developer_only(client: Client, start: Start) -> None:
    create(client, "trips")
    again = client.call("POST", APPS, {"name": "trips"})
    assert (again.status_code, code(again)) == (409, "developer.service.AppAlreadyExists")
    create(client, "Trips")
    other = start(flavor=client.flavor, switches=Switches(duplicate_app_code="other.code"))
    create(other)
    assert code(other.call("POST", APPS, {"name": "maps"})) == "other.code"


@pytest.mark.parametrize("name", ["50% #1", "a", "A.b-c_d$e%f#g 1", "7up", "n" * 255])
def test_unusual_names_work_in_addresses(client: Client, name: str) -> None:
    create(client, name)
    assert client.json(f"{APPS}/{segment(name)}")["name"] == name
    assert client.call("DELETE", f"{APPS}/{segment(name)}").status_code == 200


@pytest.mark.parametrize("name", ["", " a", "a ", "-a", "a/b", "a&b", "é", "n" * 256, "a\n", "_a"])
def test_bad_names_are_refused(client: Client, name: str) -> None:
    refused = client.call("POST", APPS, {"name": name})
    assert (refused.status_code, code(refused)) == (400, "keymanagement.service.app_invalid_name")


def test_an_unknown_product_is_refused_and_nothing_is_made(client: Client, start: Start) -> None:
    body = {"name": "maps", "apiProducts": ["weather-free", "none"]}
    refused = client.call("POST", APPS, body)
    assert (refused.status_code, code(refused)) == (400, "cps.kms.ApiProductDoesNotExist")
    assert client.get(f"{APPS}/maps").status_code == 404
    other = start(flavor=client.flavor, switches=Switches(unknown_product_status=404))
    assert other.call("POST", APPS, body).status_code == 404


def test_scopes_must_be_those_of_the_products(client: Client) -> None:
    app = create(client, apiProducts=["weather-free"], scopes=["READ"])
    assert app["scopes"] == app["credentials"][0]["scopes"] == ["READ"]
    body = {"name": "other", "apiProducts": ["weather-free"], "scopes": ["ADMIN"]}
    assert client.call("POST", APPS, body).status_code == 400


@pytest.mark.parametrize(
    "bad",
    [
        {"name": 7.5, "apiProducts": "weather-free"},
        {"name": "maps", "apiProducts": [1]},
        {"name": "maps", "attributes": {}},
        {"name": ["maps"]},
    ],
)
def test_bodies_of_the_wrong_types_are_refused(client: Client, bad: object) -> None:
    assert client.call("POST", APPS, bad).status_code == 400


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff"])
def test_bodies_that_are_no_objects_are_refused(client: Client, body: bytes) -> None:
    url = f"{client.local.url}/organizations/demo{APPS}"
    answer = client.session.post(
        url, data=body, headers={"Content-Type": "application/json"}, timeout=20
    )
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/json")


def test_words_the_api_does_not_know_are_refused_on_x_only(client: Client) -> None:
    expected = 400 if client.flavor == "x" else 201
    body = {"name": "maps", "createdBy": "somebody"}
    assert client.call("POST", APPS, body).status_code == expected


def test_an_app_of_an_unknown_developer_cannot_be_made(client: Client) -> None:
    refused = client.call("POST", "/developers/nobody@example.com/apps", {"name": "maps"})
    assert (refused.status_code, code(refused)) == (
        404,
        "developer.service.DeveloperIdDoesNotExist",
    )


def test_an_unknown_app_is_not_found(client: Client) -> None:
    for method in ("GET", "DELETE", "PUT", "POST"):
        answer = client.call(method, f"{APPS}/trips", {})
        assert (answer.status_code, code(answer)) == (404, "developer.service.AppDoesNotExist")


def test_an_update_replaces_attributes_and_callback_and_leaves_the_keys(client: Client) -> None:
    notes = [{"name": "Notes", "value": "n"}]
    url = "https://a.example"
    old = create(client, apiProducts=["weather-free"], attributes=notes, callbackUrl=url)
    new = client.call("PUT", f"{APPS}/maps", {"name": "maps"}).json()
    assert not new.get("attributes")
    assert not new.get("callbackUrl")
    assert new["credentials"] == old["credentials"]
    assert new["appId"] == old["appId"]


def test_naming_products_in_an_update_makes_a_new_key_and_puts_it_first(client: Client) -> None:
    [old] = create(client, apiProducts=["weather-free"])["credentials"]
    body = {"apiProducts": ["payments"], "keyExpiresIn": "1000"}
    new, kept = client.call("PUT", f"{APPS}/maps", body).json()["credentials"]
    assert kept == old
    assert new["apiProducts"] == [{"apiproduct": "payments", "status": "pending"}]
    life = client.milliseconds(new["expiresAt"]) - client.milliseconds(new["issuedAt"])
    assert life == 1000


def test_posting_to_an_app_makes_a_new_key_pair(client: Client) -> None:
    create(client)
    answer = client.call("POST", f"{APPS}/maps", {"apiProducts": ["weather-free"]})
    assert answer.status_code == 200
    assert len(answer.json()["credentials"]) == 2


def test_another_name_in_the_body_is_refused_on_x_and_passed_over_on_edge(client: Client) -> None:
    answer = client.call("PUT", TRIPS, {"name": "other"})
    if client.flavor == "x":
        assert (answer.status_code, code(answer)) == (400, "rest.interceptor.name_mismatch")
    else:
        assert (answer.status_code, answer.json()["name"]) == (200, "trips")


def test_an_app_is_revoked_and_approved_by_an_action(client: Client) -> None:
    for action, status in (("revoke", "revoked"), ("approve", "approved")):
        answer = client.call("POST", f"{TRIPS}?action={action}")
        assert (answer.status_code, answer.content) == (204, b"")
        app = client.json(TRIPS)
        assert app["status"] == status
        assert app["credentials"][0]["status"] == "approved"
    assert client.call("POST", f"{TRIPS}?action=active").status_code == 400


def test_a_deleted_app_is_answered_once_more_and_gone(client: Client) -> None:
    app = client.json(TRIPS)
    deleted = client.call("DELETE", TRIPS)
    assert (deleted.status_code, deleted.json()) == (200, app)
    assert client.get(TRIPS).status_code == 404
    assert not client.json("/developers/dana@example.com").get("apps")


def test_the_list_of_apps_has_stubs_on_x_and_names_on_edge(client: Client) -> None:
    app = create(client)
    listed = client.json(APPS)
    if client.flavor == "x":
        assert listed == {"app": [{"name": "maps", "appId": app["appId"]}]}
        assert next(iter(listed["app"][0])) == "name"
    else:
        assert listed == ["maps"]


def test_the_stubs_of_x_can_be_others(start: Start) -> None:
    x = start(flavor="x", switches=Switches(app_stub_fields=("appId",)))
    app = create(x)
    assert x.json(APPS) == {"app": [{"appId": app["appId"]}]}


def test_an_expanded_list_has_the_keys_and_so_has_a_shallow_one(client: Client) -> None:
    app = create(client)
    for query in ({"expand": "true"}, {"shallowExpand": "true"}):
        assert client.json(APPS, **query) == {"app": [app]}


def test_a_shallow_list_can_be_without_keys(start: Start, flavor: Flavor) -> None:
    client = start(flavor=flavor, switches=Switches(shallow_has_credentials=False))
    create(client)
    assert "credentials" not in client.json(APPS, shallowExpand="true")["app"][0]


def test_a_developer_without_apps_has_an_empty_list(client: Client) -> None:
    assert client.json(APPS) == ({} if client.flavor == "x" else [])
    assert client.json(APPS, expand="true") == ({} if client.flavor == "x" else {"app": []})


def test_the_list_of_apps_is_paged_by_name(client: Client) -> None:
    for name in ("b", "a", "c", "B"):
        create(client, name)
    first = client.json(APPS, expand="true", count=2)["app"]
    assert [each["name"] for each in first] == ["B", "a"]
    second = client.json(APPS, expand="true", count=3, startKey="a")["app"]
    assert [each["name"] for each in second] == ["a", "b", "c"]
    refused = client.get(APPS, startKey="none", count=3)
    assert code(refused) == "keymanagement.service.app_doesnot_exist"


def test_a_page_of_one_developers_apps_holds_a_hundred(client: Client, start: Start) -> None:
    switched = start(flavor=client.flavor, switches=Switches(developer_apps_page=1000))
    for each in (client, switched):
        for number in range(101):
            create(each, f"app-{number:03}")
    assert len(client.json(APPS, expand="true", count=500)["app"]) == 100
    assert len(switched.json(APPS, expand="true")["app"]) == 101
