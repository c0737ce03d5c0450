"""Twenty thousand apps are looked at: little memory, and killed half-way it goes on there."""

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast

import pytest
from sqlalchemy import text

from app.domain.approvals import ScanPlace, Wait
from app.domain.apps import OrganizationApp
from app.domain.audit import SYSTEM
from app.services.approvals.port import AccessQueue
from app.web import extensions
from emulator.seed import generated
from tests.faults.workshop import DANA, Workshop, soon_slow, until, workshop

MANY, WAITING = 20_000, 30
PAGES = -(-(MANY + WAITING - 1) // 999)
BY_HAND = {"name": "payments", "approvalType": "manual", "attributes": {"access": "public"}}
# Their ids are spread over all pages.
ASKED: Any = [{"name": f"asked-{each}", "apiProducts": ["payments"]} for each in range(WAITING)]


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    dana = {"email": DANA, "firstName": "Dana", "lastName": "Novak", "apps": ASKED}
    own = {"apiProducts": [BY_HAND], "developers": [dana]}
    seed = {**generated(developers=MANY, apps=1), **own}
    with workshop("x", tmp_path_factory.mktemp("crowd"), seed=seed) as running:
        yield running


def lists(crowd: Workshop) -> int:
    """Return how often Apigee was asked for its list, as its journal has it."""
    return sum(entry.path.endswith("/apps") for entry in crowd.local.journal.entries)


def read(crowd: Workshop) -> int:
    """Return how many apps the scan under way has seen."""
    [(found,)] = crowd.rows("SELECT coalesce(max(read), 0) FROM app_scans")
    return int(str(found))


@dataclass
class Counting:
    """A queue that counts the apps that are in memory whenever something is kept."""

    queue: AccessQueue
    held: list[int] = field(default_factory=list)

    def keep_scan(self, place: ScanPlace, waits: Sequence[Wait]) -> bool:
        self.held.append(sum(isinstance(each, OrganizationApp) for each in gc.get_objects()))
        return self.queue.keep_scan(place, waits)

    def __getattr__(self, name: str) -> object:
        return getattr(self.queue, name)


@dataclass(frozen=True)
class StillClock:
    """A clock that stands."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@pytest.mark.usefixtures("garbage_goes_at_once")
def test_a_scan_holds_a_few_pages_in_memory(crowd: Workshop) -> None:
    scan = crowd.portal.approvals.scan
    counting = Counting(scan.queue)
    with crowd.flask.app_context():
        # By this clock no time goes by, so on no machine does it pause for other jobs.
        still = StillClock(scan.clock.now())
        replace(scan, queue=cast(AccessQueue, counting), clock=still).run(None)  # type: ignore[arg-type] # the job is not looked at
    assert len(counting.held) > PAGES
    assert max(counting.held) <= 3 * 1_000
    assert crowd.rows("SELECT apps, running_since FROM app_scans") == [(MANY + WAITING, None)]
    assert crowd.rows("SELECT count(*) FROM access_waits") == [(WAITING,)]


def test_a_scan_whose_worker_is_killed_is_gone_on_with_where_it_was(crowd: Workshop) -> None:
    with crowd.flask.app_context(), extensions.db.engine.begin() as connection:
        for table in ("app_scans", "access_waits"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - ours
    before = lists(crowd)
    soon_slow(crowd, "/apps$", after=6)
    with crowd.flask.app_context():
        crowd.portal.approvals.desk.scan_now(SYSTEM)
    with crowd.working() as worker:
        until(lambda: read(crowd) >= MANY // 4)
        worker.kill()
        worker.wait()
    crowd.local.faults.clear()
    stopped = read(crowd)
    assert stopped < MANY
    crowd.pass_over("leased_until")
    mark = lists(crowd)
    crowd.work_once()
    assert crowd.rows("SELECT apps, running_since FROM app_scans") == [(MANY + WAITING, None)]
    waits = "SELECT count(*), count(DISTINCT app_id) FROM access_waits"
    assert crowd.rows(waits) == [(WAITING, WAITING)]
    assert lists(crowd) - mark <= PAGES - stopped // 999 + 1
    # The page in hand when it was killed is read once more.
    assert lists(crowd) - before <= PAGES + 2
