"""Seeds: Apigee's own words, with a few short forms, and every mistake named."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from emulator.model import Flavor
from emulator.seed_rules import SeedError
from tests.emulator.conftest import SEED, Client, Json, Start

DAY = 86_400_000
DANA = {"email": "dana@example.com", "firstName": "Dana", "lastName": "Reyes"}


def with_app(**app: object) -> dict[str, object]:
    products = [{"name": "free"}, {"name": "paid", "approvalType": "manual"}]
    return {"apiProducts": products, "developers": [{**DANA, "apps": [{"name": "a", **app}]}]}


def app_of(client: Client) -> Json:
    return client.json("/developers/dana@example.com/apps/a")


def test_a_seed_may_be_a_file(start: Start, tmp_path: Path, flavor: Flavor) -> None:
    path = tmp_path / "seed.json"
    path.write_text(json.dumps(SEED))
    for seed in (path, str(path)):
        client = start(flavor=flavor, seed=seed)
        assert client.json("/developers/dana@example.com")["apps"] == ["trips"]


def test_an_app_without_credentials_gets_a_generated_pair_with_its_products(start: Start) -> None:
    [key] = app_of(start(seed=with_app(apiProducts=["free", "paid"])))["credentials"]
    assert len(key["consumerKey"]) == 32
    assert [each["status"] for each in key["apiProducts"]] == ["approved", "pending"]


def test_an_app_can_be_without_any_key(start: Start) -> None:
    assert "credentials" not in app_of(start(seed=with_app(credentials=[])))


def test_a_credential_is_taken_as_it_is_given(start: Start) -> None:
    credential = {
        "consumerKey": "k",
        "consumerSecret": "s",
        "status": "revoked",
        "issuedAt": "2026-01-01T00:00:00Z",
        "expiresAt": 1_900_000_000_000,
        "apiProducts": [{"apiproduct": "free", "status": "revoked"}, "paid"],
        "attributes": {"note": "mine"},
        "scopes": ["READ"],
    }
    [key] = app_of(start(seed=with_app(credentials=[credential])))["credentials"]
    issued = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
    assert key == {
        **credential,
        "issuedAt": str(issued),
        "expiresAt": "1900000000000",
        "apiProducts": [
            {"apiproduct": "free", "status": "revoked"},
            {"apiproduct": "paid", "status": "pending"},
        ],
        "attributes": [{"name": "note", "value": "mine"}],
    }


@pytest.mark.parametrize("days", [10, -1])
def test_times_can_be_days_from_the_start(start: Start, days: int) -> None:
    now = 1_800_000_000.0
    seed = with_app(credentials=[{"expiresAt": f"{days:+}d"}])
    client = start(seed=seed, clock=lambda: now)
    [key] = app_of(client)["credentials"]
    assert int(key["expiresAt"]) == now * 1000 + days * DAY


def test_ids_and_statuses_can_be_given(start: Start) -> None:
    app = {"name": "a", "appId": "the-app", "status": "revoked"}
    dana = {**DANA, "developerId": "the-developer", "status": "inactive", "apps": [app]}
    client = start(seed={"developers": [dana]})
    developer = client.json("/developers/the-developer")
    assert (developer["status"], developer["userName"]) == ("inactive", "dana")
    assert client.json("/apps/the-app")["status"] == "revoked"


def test_ids_that_are_not_given_are_the_same_after_a_reset(start: Start) -> None:
    client = start()
    before = client.json("/developers/dana@example.com")["developerId"]
    client.call("DELETE", "/developers/dana@example.com")
    client.local.reset()
    assert client.json("/developers/dana@example.com")["developerId"] == before


@pytest.mark.parametrize(
    ("seed", "said"),
    [
        ({"products": []}, "seed: unknown products"),
        ({"apiProducts": ["free"]}, "an object is expected"),
        ({"apiProducts": [{"name": "a/b"}]}, "product a/b: Invalid API product name"),
        ({"apiProducts": [{"name": "a", "approval": "auto"}]}, "product a: .*approval"),
        ({"apiProducts": [{"name": "a", "attributes": {"a": 1}}]}, "product a: Invalid value"),
        ({"developers": [{**DANA, "email": "dana"}]}, "developer dana: Invalid email"),
        ({"developers": [{**DANA, "mail": "x"}]}, "developer dana@example.com: unknown mail"),
        ({"developers": [{**DANA, "status": "on"}]}, "status on is none of"),
        ({"developers": [{**DANA, "createdAt": "soon"}]}, "soon is not a time"),
        ({"developers": [{**DANA, "createdAt": "2026-01-01"}]}, "lacks its time zone"),
        (with_app(name="/"), "app / of dana@example.com: Invalid app name"),
        (with_app(apiProducts=["none"]), "there is no product none"),
        (with_app(credentials=[{"consumerKey": "a b"}]), "a credential of app a"),
        (with_app(credentials=[{"consumerKey": "k"}, {"consumerKey": "k"}]), "key is used twice"),
        ({"developers": [DANA, DANA]}, "email is used twice"),
        ({"apiProducts": [{"name": "a"}, {"name": "a"}]}, "product is used twice"),
        ({"developers": {}}, "seed: developers is a list"),
        ({"environments": "prod"}, "seed: environments is a list"),
        ({"environments": [1]}, "seed: displayName, location and the names"),
        ({"location": 5}, "location and the names"),
        ({"developers": [{**DANA, "firstName": 5}]}, "developer dana@example.com: Invalid value"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_named_with_its_place(
    start: Start, seed: dict[str, object], said: str
) -> None:
    with pytest.raises(SeedError, match=said):
        start(seed=seed)


@pytest.mark.parametrize("content", ["{", "[]", None], ids=repr)
def test_a_file_that_is_no_seed_is_refused(
    start: Start, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "seed.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(SeedError, match=r"seed\.json"):
        start(seed=path)
