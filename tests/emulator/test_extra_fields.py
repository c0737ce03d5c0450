"""Fields the emulator does not know itself are kept, answered, and replaced like all others."""

from pathlib import Path
from typing import Any

import pytest

from emulator.model import Flavor
from tests.emulator.conftest import SEED, Client, Json, Start

# The check of every answer lets names through that begin with "invented".
EXTRA = {"inventedTier": {"level": 3, "tags": ["a", "b"]}, "inventedNote": "kept"}
KEY = {"consumerKey": "k", "consumerSecret": "s", "extra": EXTRA}
APP = {"name": "maps", "credentials": [KEY], "extra": EXTRA}
SEEDED: dict[str, Any] = {
    **SEED,
    "apiProducts": [*SEED["apiProducts"], {"name": "gold", "displayName": "Gold", "extra": EXTRA}],
    "developers": [
        {"email": "eve@example.com", "firstName": "E", "lastName": "V", "apps": [APP]}
        | {"extra": EXTRA}
    ],
    "groups": [{"name": "team", "extra": EXTRA}],
}
DEVELOPER = "/developers/eve@example.com"
MAPS = f"{DEVELOPER}/apps/maps"
PRODUCT = "/apiproducts/gold"


@pytest.fixture
def client(start: Start, flavor: Flavor) -> Client:
    return start(flavor=flavor, seed=SEEDED)


def group(client: Client) -> str:
    return "/appgroups/team" if client.flavor == "x" else "/companies/team"


def extra_of(answer: Json) -> dict[str, object]:
    return {name: value for name, value in answer.items() if name in EXTRA}


def whole(client: Client) -> list[str]:
    return [DEVELOPER, MAPS, f"{MAPS}/keys/k", PRODUCT, group(client)]


def test_what_is_not_known_is_answered_wherever_the_entity_is(client: Client) -> None:
    for path in whole(client):
        assert extra_of(client.json(path)) == EXTRA, path
    [key] = client.json(MAPS)["credentials"]
    assert extra_of(key) == EXTRA
    listed = client.json("/apps", expand="true", includeCred="true")["app"]
    assert extra_of(next(each for each in listed if each["name"] == "maps")) == EXTRA


def test_a_read_modified_and_written_back_keeps_what_is_not_known(client: Client) -> None:
    for path in (DEVELOPER, MAPS, PRODUCT, group(client)):
        entity = client.json(path)
        # The document has these as output only.
        output = ("credentials", "createdAt", "lastModifiedAt", "organizationName", "appGroupId")
        body = {name: value for name, value in entity.items() if name not in output}
        answer = client.call("PUT", path, {**body, "inventedNote": "new"})
        assert answer.status_code == 200, answer.text
        assert extra_of(client.json(path)) == {**EXTRA, "inventedNote": "new"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (DEVELOPER, {"email": "eve@example.com", "firstName": "E", "lastName": "V"}),
        (MAPS, {"name": "maps"}),
        (PRODUCT, {"name": "gold", "displayName": "Gold", "approvalType": "auto"}),
    ],
)
def test_what_a_replacement_leaves_out_is_lost(
    client: Client, path: str, body: dict[str, str]
) -> None:
    sent = {**body, "inventedNote": "only"}
    if path == DEVELOPER:
        sent["userName"] = "eve"
    assert client.call("PUT", path, sent).status_code == 200
    assert extra_of(client.json(path)) == {"inventedNote": "only"}


def test_a_group_loses_what_a_replacement_leaves_out(client: Client) -> None:
    client.call("PUT", group(client), {"name": "team"})
    assert extra_of(client.json(group(client))) == {}


def test_a_key_keeps_what_a_change_does_not_name(client: Client) -> None:
    key = f"{MAPS}/keys/k"
    client.call("PUT", key, {"attributes": [{"name": "a", "value": "b"}]})
    assert extra_of(client.json(key)) == EXTRA
    client.call("PUT", key, {"inventedNote": "new"})
    assert extra_of(client.json(key)) == {**EXTRA, "inventedNote": "new"}
    client.call("POST", f"{MAPS}", {"name": "maps", "apiProducts": []})
    assert extra_of(client.json(key)) == {**EXTRA, "inventedNote": "new"}


def test_x_refuses_what_the_entity_does_not_hold(start: Start) -> None:
    x = start(flavor="x", seed=SEEDED)
    assert x.call("PUT", MAPS, {"name": "maps", "inventedOther": 1}).status_code == 400
    new = {"name": "other", "inventedNote": "x"}
    assert x.call("POST", f"{DEVELOPER}/apps", new).status_code == 400
    assert x.call("PUT", f"{MAPS}/keys/k", {"inventedOther": 1}).status_code == 400


def test_edge_passes_over_what_the_entity_does_not_hold(start: Start) -> None:
    edge = start(flavor="edge", seed=SEEDED)
    body = {"name": "maps", "inventedOther": 1, "inventedNote": "x"}
    answer = edge.call("PUT", MAPS, body)
    assert (answer.status_code, extra_of(answer.json())) == (200, {"inventedNote": "x"})
    assert "inventedOther" not in answer.json()


def test_the_family_of_an_app_is_kept_on_both_flavours(client: Client) -> None:
    body = {"name": "other", "appFamily": "mobile"}
    path = f"{DEVELOPER}/apps/other"
    client.call("POST", f"{DEVELOPER}/apps", body)
    assert client.json(path)["appFamily"] == "mobile"
    client.call("PUT", path, {"name": "other"})
    usual = "default" if client.flavor == "edge" else None
    assert client.json(path).get("appFamily") == usual


def test_extra_fields_survive_a_restart(start: Start, flavor: Flavor, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    first = start(flavor=flavor, seed=SEEDED, state=state)
    before = [first.json(path) for path in whole(first)]
    first.local.stop()
    second = start(flavor=flavor, seed=None, state=state)
    assert [second.json(path) for path in whole(second)] == before
