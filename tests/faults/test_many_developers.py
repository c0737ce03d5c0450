"""What is done to many developers, or read of many apps, outlives the worker that does it."""

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.audit import SYSTEM
from app.domain.developers import DeveloperStatus
from app.domain.people import Identity
from app.services.developer_office.bulk_port import Bulk, ItemState
from app.services.developer_port import DeveloperFilter, DeveloperSearch
from app.web import extensions
from emulator.faults import fault
from emulator.model import Flavor
from emulator.seed import generated
from tests.faults.workshop import Workshop, soon_slow, until, workshop

MANY = 40
NUMBER_IN_HAND = 20
IN_HAND = f"d{NUMBER_IN_HAND}@example.com"
GONE = ("d05@example.com", "d10@example.com", "d30@example.com")
APPS = 3_000
ADA = Identity("demo", "https://idp.example.com", "ada", "ada@example.com", email_verified=True)


@pytest.fixture(params=["x", "edge"])
def flavor(request: pytest.FixtureRequest) -> Flavor:
    found: Flavor = request.param
    return found


@pytest.fixture
def crowd(flavor: Flavor, tmp_path: Path) -> Iterator[Workshop]:
    people = [
        {"email": f"d{number:02}@example.com", "firstName": f"D{number:02}", "lastName": "Crowd"}
        for number in range(MANY)
    ]
    with workshop(flavor, tmp_path, seed={"developers": people}) as running:
        with running.flask.app_context():
            running.portal.sync.run()
        for email in GONE:
            running.administer("DELETE", f"developers/{email}")
        yield running


def begun(crowd: Workshop) -> int:
    """Let everybody be deactivated by a job; return the change's number."""
    with crowd.flask.app_context():
        bulk, index = crowd.portal.developer_office.bulk, crowd.portal.developers.index
        everybody = [row.public_id for row in index.every(DeveloperSearch())]
        return bulk.begin(SYSTEM, bulk.plan(DeveloperStatus.INACTIVE, everybody)).number


def report(crowd: Workshop, number: int) -> Bulk:
    with crowd.flask.app_context():
        return crowd.portal.developer_office.bulk.get(number)


def reasons(bulk: Bulk) -> dict[str, str]:
    return {item.email: item.reason for item in bulk.failed}


def changes(crowd: Workshop) -> Counter[str]:
    """Count how often each developer's status was set, as Apigee's journal has it."""
    entries = crowd.local.journal.entries
    set_to = (entry.path for entry in entries if "action=inactive" in entry.query)
    return Counter(path.rpartition("/")[2].replace("%40", "@") for path in set_to)


def recorded(crowd: Workshop) -> Counter[object]:
    """Count what the audit log has of deactivations, by phase."""
    rows = crowd.rows("SELECT phase FROM audit WHERE action = 'developer.deactivate'")
    return Counter(phase for (phase,) in rows)


def let_turns_end(crowd: Workshop) -> None:
    """Let the time pass after which a process that has something in hand is taken for dead."""
    then = "UPDATE creations SET begun_at = '2020-01-01 00:00:00.000000'"
    with crowd.flask.app_context(), extensions.db.engine.begin() as connection:
        connection.execute(text(then))


def kill_a_worker(crowd: Workshop, kind: str) -> None:
    """Let a worker begin, and kill it while it waits for Apigee's answer about one developer."""
    crowd.local.faults.add(fault(kind, method="POST", path="/developers/d20"))
    with crowd.working() as worker:
        until(lambda: recorded(crowd)["intent"] > NUMBER_IN_HAND)
        if kind == "lost_in_hang":
            until(lambda: crowd.raw(f"developers/{IN_HAND}")["status"] == "inactive")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    crowd.local.faults.clear()


@pytest.mark.parametrize(
    "kind", ["hang", "lost_in_hang"], ids=["before Apigee knew", "after Apigee had done it"]
)
def test_a_change_of_many_whose_worker_is_killed_is_ended_by_another(
    crowd: Workshop, kind: str
) -> None:
    number = begun(crowd)
    kill_a_worker(crowd, kind)
    stopped = report(crowd, number)
    assert (stopped.is_running, stopped.done) == (True, 18)
    assert sorted(reasons(stopped)) == [*GONE[:2]]
    crowd.pass_over("leased_until")
    crowd.work_once()
    # Nobody knows yet whether the process that has the last one in hand is dead.
    assert [one.email for one in report(crowd, number).of(ItemState.WAITING)] == [IN_HAND]
    let_turns_end(crowd)
    crowd.pass_over("run_at")
    crowd.work_once()
    ended = report(crowd, number)
    assert (ended.is_running, ended.done) == (False, MANY - len(GONE))
    assert sorted(reasons(ended)) == [*GONE]
    assert reasons(stopped).items() <= reasons(ended).items()
    # Whether Apigee did the one in hand nobody knows, so that one is asked for again.
    assert changes(crowd) == {f"d{one:02}@example.com": 1 for one in range(MANY)} | {IN_HAND: 2}
    listed: Any = crowd.raw("developers?expand=true")
    assert {person["status"] for person in listed["developer"]} == {"inactive"}
    done = MANY - len(GONE)
    assert recorded(crowd) == {"intent": MANY + 1, "done": done, "failed": len(GONE)}


def asked(crowd: Workshop) -> tuple[int, str]:
    """Ask for the table of everybody's apps; return whose it is and its name."""
    with crowd.flask.app_context():
        portal = crowd.portal
        account = portal.registration.accounts.signed_in(ADA, portal.clock.now())
        table = portal.exports.apps.begin(SYSTEM, account.account_id, DeveloperFilter())
    return account.account_id, table.public_id


def read(crowd: Workshop, name: str) -> int:
    """Return how many apps a table was made of so far."""
    with crowd.flask.app_context():
        return crowd.portal.exports.apps.files.get(name).apps


def test_a_table_of_apps_whose_worker_is_killed_is_gone_on_with_where_it_was(
    flavor: Flavor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Looking for what waits reads the same list.
    monkeypatch.setenv("PORTAL_APPROVALS__SCAN_MINUTES", "0")
    seed = generated(developers=APPS, apps=1)
    with workshop(flavor, tmp_path, seed=seed) as crowd:
        account_id, name = asked(crowd)
        soon_slow(crowd, "/apps$", after=2)
        with crowd.working() as worker:
            until(lambda: read(crowd, name) >= 1_000)
            worker.kill()
            worker.wait()
        assert read(crowd, name) < APPS
        crowd.local.faults.clear()
        crowd.pass_over("leased_until")
        crowd.work_once()
        assert read(crowd, name) == APPS
        with crowd.flask.app_context():
            found = list(crowd.portal.exports.apps.rows(SYSTEM, account_id, name))
        assert len(found) == len(set(found)) == APPS
        assert crowd.rows("SELECT state FROM jobs WHERE kind = 'export.apps'") == [("done",)]
        calls = [each for each in crowd.local.journal.entries if each.path.endswith("/apps")]
        # Page by page, the page in hand when it was killed, and one more after that.
        assert len(calls) <= APPS // 999 + 3
