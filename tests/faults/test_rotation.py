"""A key that was replaced works until its moment, and is then turned off once, whatever happens."""

import json
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.jobs import JobState
from app.domain.notes import Author, Note, NoteKind, Subject
from app.domain.rotation import Overlap
from emulator.faults import fault
from emulator.model import Flavor
from tests.faults.workshop import APPS, DANA, Workshop, until, workshop
from tests.store.databases import PostgresServer, run_postgres

PAYMENTS = {
    "name": "payments",
    "displayName": "Payments API",
    "approvalType": "manual",
    "attributes": [{"name": "access", "value": "public"}],
}
CHANGING = {"credentials", "lastModifiedAt", "lastModifiedBy"}


@pytest.fixture(params=["x", "edge"])
def flavor(request: pytest.FixtureRequest) -> Flavor:
    found: Flavor = request.param
    return found


@pytest.fixture
def shop(flavor: Flavor, tmp_path: Path) -> Iterator[Workshop]:
    with workshop(flavor, tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with run_postgres() as server:
        yield server


def old_key(shop: Workshop, name: str = "app-0") -> str:
    return str(shop.app(name)["credentials"][0]["consumerKey"])


def lasting(app: dict[str, Any]) -> str:
    """Return what no rotation may change, as Apigee spells it."""
    return json.dumps({name: value for name, value in app.items() if name not in CHANGING})


def by_key(app: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["consumerKey"]: each for each in app["credentials"]}


def test_both_keys_work_until_the_moment_and_then_only_the_new_one(shop: Workshop) -> None:
    old = old_key(shop)
    assert (shop.call(old), shop.call("made-up")) == (200, 401)
    new = shop.rotate().pair.consumer_key.reveal()
    shop.work_here()
    assert (shop.call(old), shop.call(new)) == (200, 200)
    assert shop.revoked() == []
    shop.make_due()
    assert (shop.call(old), shop.call(new)) == (200, 200)
    shop.work_once()
    assert (shop.call(old), shop.call(new)) == (401, 200)
    assert shop.job().state is JobState.DONE


def test_without_an_overlap_the_old_key_stops_with_the_rotation(shop: Workshop) -> None:
    old = old_key(shop)
    new = shop.rotate(overlap=Overlap.NONE).pair.consumer_key.reveal()
    assert (shop.call(old), shop.call(new)) == (401, 200)
    shop.work_here()
    assert len(shop.revoked()) == 1


def test_a_key_with_an_end_is_followed_by_one_that_lives_as_long(shop: Workshop) -> None:
    old, days = old_key(shop), timedelta(days=30)
    first = shop.rotate(days=30).pair.consumer_key.reveal()
    second = shop.rotate().pair.consumer_key.reveal()
    with shop.flask.app_context():
        rows = shop.portal.apps.get(shop.owner, "app-0").keys
    lives = [row.key.lifetime_seconds(shop.portal.clock.now()) for row in rows]
    assert lives == [days.total_seconds(), days.total_seconds(), None]
    shop.make_due()
    shop.work_here()
    assert [shop.call(key) for key in (old, first, second)] == [401, 401, 200]


def test_the_app_and_what_is_remembered_of_it_stay_as_they_were(shop: Workshop) -> None:
    before, owner = shop.app(), shop.owner
    with shop.flask.app_context():
        [row] = shop.portal.apps.get(owner, "app-0").keys
        subject = Subject(before["appId"], row.key.key_id)
        at = shop.portal.clock.now()
        note = Note(NoteKind.LABEL, subject, owner.developer_id, Author.OWNER, None, at, "Dock 4")
        shop.portal.rotation.ledger.notes.put(note)
    shop.rotate()
    shop.make_due()
    shop.work_here()
    after = shop.app()
    assert lasting(after) == lasting(before)
    [old], after_by_key = before["credentials"], by_key(after)
    assert after_by_key.pop(old["consumerKey"]) == {**old, "status": "revoked"}
    [new] = after_by_key.values()
    assert new["apiProducts"] == old["apiProducts"]
    with shop.flask.app_context():
        memory = shop.portal.doctor.reads.memories.of_app(owner.developer_id, before["appId"])
    assert memory[subject.key_id].label == "Dock 4"


@pytest.mark.parametrize(
    ("kind", "method", "path"),
    [("hang", "GET", "/apps/"), ("lost_in_hang", "POST", "/keys/")],
    ids=["before Apigee knew", "after Apigee had done it"],
)
def test_what_a_killed_worker_held_is_done_once(
    shop: Workshop, kind: str, method: str, path: str
) -> None:
    """Abuse case 39."""
    old = old_key(shop)
    new = shop.rotate().pair.consumer_key.reveal()
    shop.make_due()
    shop.local.faults.add(fault(kind, method=method, path=path))
    with shop.working() as process:
        until(lambda: shop.job().state is JobState.RUNNING)
        if kind == "lost_in_hang":
            until(lambda: by_key(shop.app())[old]["status"] == "revoked")
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert shop.job().state is JobState.RUNNING
    shop.local.faults.clear()
    shop.work_here()
    assert shop.job().state is JobState.RUNNING  # the lease of the dead one lasts
    shop.pass_over("leased_until")
    shop.work_here()
    assert (shop.job().state, shop.job().attempts) == (JobState.DONE, 2)
    assert len(shop.revoked()) == 1
    assert (shop.call(old), shop.call(new)) == (401, 200)


def test_while_apigee_is_down_the_job_is_late_and_says_why(shop: Workshop) -> None:
    old = old_key(shop)
    new = shop.rotate().pair.consumer_key.reveal()
    due_at = shop.make_due()
    shop.local.faults.add(fault("closed", times=0, path="/v1/"))
    for _ in range(3):
        shop.pass_over("run_at")
        shop.work_here()
    late = shop.job()
    assert (late.state, late.attempts) == (JobState.WAITING, 3)
    assert late.due_at == due_at
    assert late.is_late(shop.portal.clock.now())
    assert "Apigee" in late.error
    listed = shop.flask.test_cli_runner().invoke(args=["jobs", "list", "--state", "waiting"])
    told = f"due {due_at:%Y-%m-%d %H:%M} UTC  tried 3 times: {late.error}"
    assert told in listed.output
    assert (shop.call(old), shop.call(new)) == (200, 200)
    shop.local.faults.clear()
    shop.pass_over("run_at")
    shop.work_once()
    assert (shop.job().state, shop.job().error) == (JobState.DONE, "")
    assert (shop.call(old), shop.call(new)) == (401, 200)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_racing_workers_turn_each_key_off_once(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if database == "sqlite":
        with workshop("x", tmp_path) as shop:
            race(shop)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with (
        server.make_database() as url,
        workshop("x", tmp_path, url.render_as_string(hide_password=False)) as shop,
    ):
        race(shop)


def race(shop: Workshop) -> None:
    names = [f"app-{number}" for number in range(APPS)]
    old = [old_key(shop, name) for name in names]
    new = [shop.rotate(name).pair.consumer_key.reveal() for name in names]
    # Slow enough that neither worker is done before the other looks: each does every 2 seconds.
    shop.local.faults.add(fault("slow", times=0, path="/keys/", delay_milliseconds=300))
    with shop.working(), shop.working():
        until(lambda: shop.log().count("The worker waits for jobs.") == 2)
        shop.make_due()
        until(shop.ended)
    shop.local.faults.clear()
    calls = Counter(entry.path for entry in shop.revoked())
    assert (len(calls), set(calls.values())) == (APPS, {1})
    assert {job.attempts for job in shop.jobs()} == {1}
    assert len(set(shop.rows("SELECT worker FROM jobs WHERE kind = 'key.retire'"))) == 2
    assert {shop.call(key) for key in old} == {401}
    assert {shop.call(key) for key in new} == {200}
    told = Counter(shop.rows("SELECT phase FROM audit WHERE action = 'key.retire'"))
    assert told == {("intent",): APPS, ("done",): APPS}


def test_a_product_that_waits_on_the_new_key_keeps_the_old_one_on(shop: Workshop) -> None:
    shop.administer("POST", "apiproducts", json=PAYMENTS)
    old = old_key(shop)
    place = f"developers/{DANA}/apps/app-0/keys/{old}"
    shop.administer("POST", place, json={"apiProducts": ["payments"]})
    shop.administer("POST", f"{place}/apiproducts/payments", params={"action": "approve"})
    new = shop.rotate().pair.consumer_key.reveal()
    shop.make_due()
    shop.work_here()
    assert (shop.call(old), shop.revoked()) == (200, [])
    assert "Payments API waits for approval" in shop.job().error
    approved = f"developers/{DANA}/apps/app-0/keys/{new}/apiproducts/payments"
    shop.administer("POST", approved, params={"action": "approve"})
    shop.pass_over("run_at")
    shop.work_here()
    assert (shop.call(old), shop.call(new)) == (401, 200)
    assert shop.job().state is JobState.DONE
