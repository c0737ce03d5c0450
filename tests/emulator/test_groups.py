"""What AppGroups and companies have in common: `/apps`, the gateway, seeds, the state."""

from pathlib import Path
from typing import Any

import pytest

from emulator.model import Flavor
from emulator.seed_rules import SeedError
from tests.emulator.conftest import SEED, Client, Json, Start

KEY = {"consumerKey": "team-key", "consumerSecret": "s", "apiProducts": ["weather-free"]}
TEAM: dict[str, Any] = {
    "name": "team",
    "displayName": "The Team",
    "attributes": {"city": "Bern"},
    "members": [{"email": "dana@example.com", "role": "admin"}],
    "apps": [{"name": "maps", "credentials": [KEY]}],
}
SEEDED = {**SEED, "groups": [TEAM]}


@pytest.fixture
def client(start: Start, flavor: Flavor) -> Client:
    """Either flavour with one group that owns one app."""
    return start(flavor=flavor, seed=SEEDED)


def root(client: Client) -> str:
    return "/appgroups" if client.flavor == "x" else "/companies"


def owner(client: Client) -> dict[str, str]:
    return {"appGroup" if client.flavor == "x" else "companyName": "team"}


def names(answer: Json) -> list[str]:
    return sorted(each["name"] for each in answer.get("app", []))


def test_a_seed_holds_groups_with_members_and_apps(client: Client) -> None:
    group = client.json(f"{root(client)}/team")
    attributes = {each["name"]: each["value"] for each in group["attributes"]}
    assert (group["displayName"], attributes["city"]) == ("The Team", "Bern")
    if client.flavor == "x":
        people = '[{"developer": "dana@example.com", "roles": ["admin"]}]'
        assert attributes["__apigee_reserved__developer_details"] == people
    else:
        assert client.json("/companies/team/developers")["developer"] == TEAM["members"]
    assert client.json(f"{root(client)}/team/apps/maps").items() >= owner(client).items()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"name": "a/b"}, "group a/b: Invalid name"),
        ({"name": "a", "colour": "red"}, "group a: unknown colour"),
        ({"name": "a", "status": "new"}, "group a: status new is none of"),
        ({"name": "a", "members": [{"mail": "x"}]}, "group a: unknown mail"),
        ({"name": "team"}, "the group is used twice"),
        ({"name": "a", "apps": [{"name": "m", "credentials": [KEY]}]}, "the key is used twice"),
    ],
)
def test_a_mistake_in_a_group_of_a_seed_is_named(
    start: Start, flavor: Flavor, broken: Json, said: str
) -> None:
    with pytest.raises(SeedError, match=said):
        start(flavor=flavor, seed={**SEED, "groups": [TEAM, broken]})


def test_a_company_of_a_seed_has_developers_as_members(start: Start) -> None:
    stranger = {**TEAM, "members": [{"email": "none@example.com"}]}
    with pytest.raises(SeedError, match=r"there is no developer none@example\.com"):
        start(flavor="edge", seed={**SEED, "groups": [stranger]})


def test_groups_survive_a_restart(start: Start, flavor: Flavor, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    first = start(flavor=flavor, state=state, seed=SEEDED)
    path = root(first)
    first.call("POST", path, {"name": "more"})
    first.call("DELETE", f"{path}/team/apps/maps")
    first.call("POST", f"{path}/more/apps", {"name": "new"})
    before = [first.json(f"{path}/team"), first.json(f"{path}/more/apps/new")]
    first.local.stop()
    again = start(flavor=flavor, state=state, seed=None)
    assert [again.json(f"{path}/team"), again.json(f"{path}/more/apps/new")] == before
    assert again.get(f"{path}/team/apps/maps").status_code == 404


def test_apps_of_groups_are_among_all_apps(client: Client) -> None:
    app = client.json(f"{root(client)}/team/apps/maps")
    assert names(client.json("/apps", expand="true")) == ["maps", "trips"]
    assert client.json(f"/apps/{app['appId']}") == app
    assert app.items() >= owner(client).items()


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("appType=AppGroup", ["maps"]),
        ("appType=Developer", ["trips"]),
        ("appGroup=team", ["maps"]),
        ("appGroup=none", []),
        ("consumerKey=team-key", ["maps"]),
        ("appName=maps", ["maps"]),
        ("apiProduct=weather-free", ["maps", "trips"]),
        ("developerEmail=dana@example.com", ["trips"]),
        ("status=approved", ["maps", "trips"]),
    ],
)
def test_x_filters_apps_by_their_owner(start: Start, expression: str, found: list[str]) -> None:
    x = start(flavor="x", seed=SEEDED)
    assert names(x.json("/apps", expand="true", filter=expression)) == found


def test_edge_filters_apps_by_their_type_and_x_passes_it_over(client: Client) -> None:
    for kind, found in (("developer", ["trips"]), ("company", ["maps"])):
        listed = names(client.json("/apps", expand="true", apptype=kind))
        assert listed == (found if client.flavor == "edge" else ["maps", "trips"])


def test_a_key_of_a_group_works_at_the_gateway_as_long_as_its_chain_holds(client: Client) -> None:
    group, app = f"{root(client)}/team", f"{root(client)}/team/apps/maps"
    put = "PUT" if client.flavor == "x" else "POST"
    key = {"x-apikey": "team-key"}
    assert client.gateway(**key).status_code == 200
    for method, path, off, on in (
        (put, group, "inactive", "active"),
        (put, app, "revoke", "approve"),
        ("POST", f"{app}/keys/team-key", "revoke", "approve"),
        ("POST", f"{app}/keys/team-key/apiproducts/weather-free", "revoke", "approve"),
    ):
        client.call(method, f"{path}?action={off}")
        assert client.gateway(**key).status_code == 401, path
        client.call(method, f"{path}?action={on}")
        assert client.gateway(**key).status_code == 200, path
    client.call(put, f"{group}?action=inactive")
    assert "CompanyStatusNotActive" in client.gateway(**key).text
    client.call("DELETE", group)
    assert client.gateway(**key).status_code == 401


def test_the_status_of_a_member_does_not_stop_the_groups_keys(client: Client) -> None:
    client.call("POST", "/developers/dana@example.com?action=inactive")
    assert client.gateway(**{"x-apikey": "team-key"}).status_code == 200
    assert client.gateway(**{"x-apikey": "dana-key"}).status_code == 401


def test_a_consumer_key_is_unique_among_developers_and_groups(client: Client) -> None:
    body = {"consumerKey": "team-key", "consumerSecret": "s"}
    path = "/developers/dana@example.com/apps/trips/keys/create"
    assert client.call("POST", path, body).status_code == 409
