"""Apigee's slowness by the clock: deletions that end later, and readers who see the past."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from emulator import Switches, generated
from emulator.model import Flavor
from tests.emulator.conftest import NEW_DEVELOPER, Client, Start
from tests.emulator.test_generated import first_app

KEY = {"x-apikey": "dana-key"}
DANA = "/developers/dana@example.com"
NEW = "/developers/new@example.com"
SECONDS = 30


@dataclass
class Clock:
    """A time that moves when it is told to."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slow(start: Start, flavor: Flavor, clock: Clock) -> Client:
    """Apps and keys outlive their deletion by half a minute."""
    return start(flavor=flavor, clock=clock, switches=Switches(deletion_seconds=SECONDS))


@pytest.fixture
def late(start: Start, flavor: Flavor, clock: Clock) -> Client:
    """Readers are half a minute behind."""
    return start(flavor=flavor, clock=clock, switches=Switches(replica_lag_seconds=SECONDS))


def app_ids(client: Client) -> list[str]:
    listed = client.json("/apps")
    rows = listed if isinstance(listed, list) else listed.get("app", [])
    return [each if isinstance(each, str) else each["appId"] for each in rows]


@pytest.mark.parametrize("path", [DANA, f"{DANA}/apps/trips"])
def test_apps_and_keys_outlive_a_deletion_until_its_end(
    slow: Client, clock: Clock, path: str
) -> None:
    app = slow.json(f"{DANA}/apps/trips")
    assert slow.call("DELETE", path).status_code == 200
    for method in ("GET", "DELETE"):
        assert slow.call(method, path).status_code == 404
    assert slow.get(f"{DANA}/apps/trips/keys/dana-key").status_code == 404
    clock.wait(SECONDS - 1)
    assert slow.json(f"/apps/{app['appId']}")["name"] == "trips"
    assert app_ids(slow) == [app["appId"]]
    assert slow.gateway(**KEY).status_code == 200
    clock.wait(1)
    assert slow.gateway(**KEY).status_code == 401
    assert slow.get(f"/apps/{app['appId']}").status_code == 404
    assert app_ids(slow) == []


def test_a_name_is_free_again_while_the_deletion_goes_on(slow: Client, clock: Clock) -> None:
    old = slow.json(f"{DANA}/apps/trips")["appId"]
    slow.call("DELETE", f"{DANA}/apps/trips")
    made = slow.call("POST", f"{DANA}/apps", {"name": "trips"})
    assert made.status_code == 201
    path = f"{DANA}/apps/trips/keys/create"
    taken = {"consumerKey": "dana-key", "consumerSecret": "s"}
    assert slow.call("POST", path, taken).status_code == 409
    assert set(app_ids(slow)) == {old, made.json()["appId"]}
    clock.wait(SECONDS)
    assert app_ids(slow) == [made.json()["appId"]]
    assert slow.json(DANA)["apps"] == ["trips"]
    assert slow.call("POST", path, taken).status_code == 201


def test_generated_apps_outlive_their_developer_too(start: Start, clock: Clock) -> None:
    switches = Switches(deletion_seconds=SECONDS)
    many = start(seed=generated(developers=1000, apps=2), clock=clock, switches=switches)
    app = first_app(many)
    key = {"x-apikey": app["credentials"][0]["consumerKey"]}
    owner = f"/developers/{app['developerId']}"
    many.call("DELETE", f"{owner}/apps/{app['name']}")
    assert many.get(f"{owner}/apps/{app['name']}").status_code == 404
    assert app["name"] not in many.json(owner)["apps"]
    many.call("DELETE", owner)
    assert many.gateway(**key).status_code == 200
    clock.wait(SECONDS)
    assert many.gateway(**key).status_code == 401
    assert len(many.local.site.store.apps) == 1998


def test_a_restart_ends_the_deletions_under_way(start: Start, clock: Clock, tmp_path: Path) -> None:
    state, switches = tmp_path / "state.json", Switches(deletion_seconds=SECONDS)
    seed = generated(developers=10, apps=1)
    for again in range(2):
        first = start(state=state, seed=seed, clock=clock, switches=switches)
        assert len(app_ids(first)) == 10 - again
        app = first_app(first)
        first.call("DELETE", f"/developers/{app['developerId']}")
        file = first.local._state
        if again and file:
            # The log is folded into the snapshot while the deletion is under way.
            file.start(first.local.site.store)
        first.local.stop()
    assert len(app_ids(start(state=state, seed=None))) == 8


def test_readers_do_not_see_at_once_what_was_created(late: Client, clock: Clock) -> None:
    assert late.call("POST", "/developers", NEW_DEVELOPER).status_code == 201
    before = late.json("/developers")
    assert late.get(NEW).status_code == 404
    assert late.call("POST", "/developers", NEW_DEVELOPER).status_code == 409
    clock.wait(SECONDS - 1)
    assert late.get(NEW).status_code == 404
    assert late.json("/developers") == before
    clock.wait(1)
    assert late.json(NEW)["firstName"] == "New"
    assert late.json("/developers") != before


def test_readers_see_changes_late_and_writers_do_not(late: Client, clock: Clock) -> None:
    assert late.call("POST", f"{DANA}?action=inactive").status_code == 204
    assert late.json(DANA)["status"] == "active"
    assert late.gateway(**KEY).status_code == 401
    created = late.call("POST", f"{DANA}/apps", {"name": "new"})
    assert created.status_code == 201
    key = created.json()["credentials"][0]["consumerKey"]
    path = f"{DANA}/apps/new/keys/{key}"
    assert late.get(path).status_code == 404
    assert late.call("POST", path, {"apiProducts": ["payments"]}).status_code == 200
    clock.wait(SECONDS)
    assert late.json(path)["apiProducts"][0]["apiproduct"] == "payments"
    assert late.json(DANA)["status"] == "inactive"


def test_what_was_deleted_is_gone_for_readers_while_its_name_is_taken(
    late: Client, clock: Clock
) -> None:
    product = {"name": "new", "displayName": "new", "approvalType": "auto"}
    rows: list[tuple[str, str, dict[str, str]]] = [
        ("/developers", "new@example.com", NEW_DEVELOPER),
        (f"{DANA}/apps", "new", {"name": "new"}),
        ("/apiproducts", "new", product),
    ]
    for where, name, body in rows:
        assert late.call("POST", where, body).status_code == 201
        assert late.call("DELETE", f"{where}/{name}").status_code == 200
        assert late.get(f"{where}/{name}").status_code == 404
        assert late.call("DELETE", f"{where}/{name}").status_code == 404
        assert late.call("POST", where, body).status_code == 409
    clock.wait(SECONDS)
    for where, name, body in rows:
        assert late.get(f"{where}/{name}").status_code == 404
        assert late.call("POST", where, body).status_code == 201


def test_a_reset_forgets_what_readers_were_to_see(late: Client, clock: Clock) -> None:
    late.call("POST", "/developers", NEW_DEVELOPER)
    late.call("DELETE", DANA)
    late.local.reset()
    assert late.get(DANA).status_code == 200
    clock.wait(SECONDS)
    assert late.get(NEW).status_code == 404
    assert late.call("POST", "/developers", NEW_DEVELOPER).status_code == 201


def test_a_late_reader_and_a_late_deletion_go_together(start: Start, clock: Clock) -> None:
    switches = Switches(deletion_seconds=SECONDS, replica_lag_seconds=SECONDS)
    x = start(clock=clock, switches=switches)
    app = x.json(f"{DANA}/apps/trips")
    fresh = x.call("POST", f"{DANA}/apps", {"name": "fresh"}).json()
    x.call("DELETE", DANA)
    assert x.get(f"/apps/{fresh['appId']}").status_code == 404
    assert x.get(f"/apps/{app['appId']}").status_code == 200
    clock.wait(SECONDS)
    assert app_ids(x) == []
    assert x.get(f"/apps/{app['appId']}").status_code == 404
