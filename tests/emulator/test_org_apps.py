"""The organisation's apps: `/apps` with filters and pages, `/apps/{appId}`."""

import time
from collections.abc import Iterator

import pytest
import requests

import emulator
from emulator import Switches
from tests.emulator.conftest import Client, Json, Start, code

TRIPS = "/developers/dana@example.com/apps/trips"


def names(answer: Json) -> list[str]:
    return sorted(each["name"] for each in answer.get("app", []))


@pytest.fixture
def filled(client: Client) -> Client:
    """Three apps: dana's trips, ravi's maps (revoked) and ravi's pay."""
    apps = "/developers/ravi@example.com/apps"
    client.call("POST", apps, {"name": "maps"})
    client.call("POST", f"{apps}/maps?action=revoke")
    client.call("POST", apps, {"name": "pay", "apiProducts": ["payments"]})
    return client


def test_one_app_is_read_by_its_id_with_its_keys(client: Client) -> None:
    app = client.json(TRIPS)
    assert client.json(f"/apps/{app['appId']}") == app
    answer = client.get("/apps/none")
    assert (answer.status_code, code(answer)) == (404, "keymanagement.service.app_doesnot_exist")


def test_the_list_has_the_ids(filled: Client) -> None:
    listed = filled.json("/apps")
    whole = filled.json("/apps", expand="true")["app"]
    ids = [each["appId"] for each in whole]
    assert ids == sorted(ids)
    assert listed == ({"app": [{"appId": each} for each in ids]} if filled.flavor == "x" else ids)


def test_keys_come_only_when_asked_for_unless_switched(client: Client, start: Start) -> None:
    def has_keys(each: Client, **query: str) -> bool:
        return "credentials" in each.json("/apps", expand="true", **query)["app"][0]

    assert not has_keys(client)
    assert not has_keys(client, includeCred="false")
    assert has_keys(client, includeCred="true")
    switched = start(flavor=client.flavor, switches=Switches(credentials_unasked=True))
    assert has_keys(switched)
    assert not has_keys(switched, includeCred="false")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["maps", "pay", "trips"]),
        ({"status": "approved"}, ["pay", "trips"]),
        ({"status": "revoked"}, ["maps"]),
        ({"keyStatus": "approved"}, ["maps", "pay", "trips"]),
        ({"keyStatus": "revoked"}, []),
        ({"keyStatus": "pending"}, ["pay", "trips"]),
        ({"apiProduct": "payments"}, ["pay", "trips"]),
        ({"apptype": "developer"}, ["maps", "pay", "trips"]),
        ({"apiProduct": "weather-free", "status": "approved"}, ["trips"]),
    ],
)
def test_the_list_is_filtered(filled: Client, query: dict[str, str], found: list[str]) -> None:
    assert names(filled.json("/apps", expand="true", **query)) == found


def test_apps_are_listed_by_their_ids(filled: Client) -> None:
    app_id = filled.json(TRIPS)["appId"]
    assert names(filled.json("/apps", expand="true", ids=f"{app_id},none")) == ["trips"]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("developerEmail=dana@example.com", ["trips"]),
        ("developerEmail=nobody@example.com", []),
        ("apiProduct=payments", ["trips"]),
        ("consumerKey=dana-key", ["trips"]),
        ("consumerKey=none", []),
        ("status=approved", ["trips"]),
        ("appName=trips", ["trips"]),
        ("appName=none", []),
        ("appType=Developer", ["trips"]),
        ("appType=AppGroup", []),
        ("appGroup=any", []),
    ],
)
def test_x_has_a_filter_of_one_field(x: Client, expression: str, found: list[str]) -> None:
    assert names(x.json("/apps", expand="true", filter=expression)) == found
    app_id = x.json(TRIPS)["appId"]
    assert names(x.json("/apps", expand="true", filter=f"appId={app_id}")) == ["trips"]


@pytest.mark.parametrize("expression", ["trips", "colour=blue"])
def test_a_filter_that_is_none_is_refused(x: Client, expression: str) -> None:
    assert x.get("/apps", filter=expression).status_code == 400


def test_edge_knows_app_families(edge: Client) -> None:
    assert names(edge.json("/apps", expand="true", appfamily="default")) == ["trips"]
    assert names(edge.json("/apps", expand="true", appfamily="other")) == []


def test_rows_and_start_key_page_by_id(filled: Client) -> None:
    ids = [each["appId"] for each in filled.json("/apps", expand="true")["app"]]
    page = filled.json("/apps", expand="true", rows=2, startKey=ids[1])["app"]
    assert [each["appId"] for each in page] == ids[1:]
    assert filled.get("/apps", startKey="none").status_code == 404


def walk(client: Client, size: int) -> Iterator[list[str]]:
    token = ""
    for _ in range(10):
        answer = client.json("/apps", pageSize=size, pageToken=token)
        assert answer["totalSize"] == 3
        yield [each["appId"] for each in answer["app"]]
        token = answer.get("nextPageToken", "")
        if not token:
            return
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("inclusive", [False, True])
def test_page_tokens_walk_through_everything(start: Start, *, inclusive: bool) -> None:
    x = start(flavor="x", switches=Switches(page_token_inclusive=inclusive))
    for name in ("a", "b"):
        x.call("POST", "/developers/ravi@example.com/apps", {"name": name})
    pages = list(walk(x, 2))
    assert (pages[1][0] == pages[0][-1]) is inclusive
    assert len({each for page in pages for each in page}) == 3


def test_a_page_token_that_is_none_is_refused(x: Client) -> None:
    assert x.get("/apps", pageToken="~").status_code == 400
    assert x.get("/apps", pageSize=0).status_code == 400


def test_no_apps_at_all_are_an_empty_object_on_x(start: Start) -> None:
    assert start(flavor="x", seed=None).json("/apps", pageSize=10) == {}
    assert start(flavor="edge", seed=None).json("/apps") == []


def test_a_thousand_expanded_apps_take_less_than_a_tenth_of_a_second() -> None:
    apps = [
        {
            "name": f"app-{number:04}",
            "attributes": {"DisplayName": f"App {number}", "Notes": "some words"},
            "credentials": [{"apiProducts": ["weather-free", "payments"]}],
        }
        for number in range(1000)
    ]
    developer = {"email": "dana@example.com", "firstName": "D", "lastName": "R", "apps": apps}
    products = [{"name": "weather-free"}, {"name": "payments", "approvalType": "manual"}]
    seed = {"apiProducts": products, "developers": [developer]}
    with emulator.run(flavor="x", seed=seed) as local, requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {local.bearer()}"
        url = f"{local.url}/organizations/demo/apps?expand=true&includeCred=true"
        local.journal.clear()
        assert len(session.get(url, timeout=20).json()["app"]) == 1000
        # The journal's time is the emulator's own, without the check the tests add to it.
        took = []
        for _ in range(3):
            time.sleep(0.01)
            session.get(url, timeout=20)
            took.append(local.journal.entries[-1].milliseconds)
        assert min(took) < 100
