"""Very many developers are synchronized: few calls, little memory, and killed half-way."""

import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.domain.audit import SYSTEM
from app.domain.sync import Choices, FindingKind, Run, RunState
from app.web import extensions
from emulator.model import Flavor
from emulator.seed import generated
from tests.faults.workshop import Workshop, soon_slow, until, workshop

MEGABYTE = 1024 * 1024


@pytest.fixture
def crowd(flavor: Flavor, many: int, tmp_path: Path) -> Iterator[Workshop]:
    """An organization of so many developers; each test names the flavours and how many."""
    with workshop(flavor, tmp_path, seed=generated(developers=many, apps=1)) as running:
        yield running


def most_calls(many: int) -> int:
    """Return how many pages hold so many: each but the first begins with the last one's end."""
    return -(-(many - 1) // 999) + 1


def lists(crowd: Workshop) -> int:
    """Return how often Apigee was asked for its list, as its journal has it."""
    return sum(entry.path.endswith("/developers") for entry in crowd.local.journal.entries)


def synchronize(crowd: Workshop, *words: str) -> dict[str, object]:
    """Run the command, and return what it says of the run."""
    arguments = ["developers", "sync", "--json", *words]
    done = crowd.flask.test_cli_runner().invoke(args=arguments)
    assert done.exit_code == 0, done.output
    told: dict[str, object] = json.loads(done.output.splitlines()[-1])
    return told


def run_of(crowd: Workshop, number: int) -> Run:
    with crowd.flask.app_context():
        return crowd.portal.sync.get(number)


def let_leases_end(crowd: Workshop) -> None:
    """Let the time pass after which nobody waits for a worker that has died."""
    then = "leased_until = '2020-01-01 00:00:00.000000'"
    with crowd.flask.app_context(), extensions.db.engine.begin() as connection:
        for table in ("jobs", "sync_runs"):
            statement = f"UPDATE {table} SET {then} WHERE state = 'running'"  # noqa: S608 - ours
            connection.execute(text(statement))


@pytest.mark.parametrize(("flavor", "many"), [("x", 20_000), ("edge", 5_000)])
def test_the_second_time_costs_as_few_calls_and_writes_nothing(crowd: Workshop, many: int) -> None:
    first = synchronize(crowd)
    assert (first["read"], first["changed"]) == (many, many)
    assert lists(crowd) <= most_calls(many)
    rows = crowd.rows("SELECT * FROM developers ORDER BY id")
    second = synchronize(crowd)
    assert (second["read"], second["changed"], second["found"]) == (many, 0, {})
    assert lists(crowd) <= 2 * most_calls(many)
    assert crowd.rows("SELECT * FROM developers ORDER BY id") == rows
    assert {entry.method for entry in crowd.local.journal.entries} == {"GET"}


@pytest.mark.usefixtures("garbage_goes_at_once")
def test_what_is_in_memory_does_not_grow_with_the_organization(tmp_path: Path) -> None:
    peaks = []
    for size in (2_000, 5_000):
        seed = generated(developers=size, apps=0)
        folder = tmp_path / str(size)
        with workshop("x", folder, seed=seed) as running, running.flask.app_context():
            tracemalloc.start()
            running.portal.sync.run(Choices(apply=False))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    # A page is a thousand developers, so the larger one holds two pages and a half more.
    assert peaks[1] < peaks[0] + MEGABYTE


@pytest.mark.parametrize(("flavor", "many"), [("x", 8_000), ("edge", 8_000)])
def test_a_run_whose_worker_is_killed_is_gone_on_with_where_it_was(
    crowd: Workshop, many: int
) -> None:
    soon_slow(crowd, "/developers$", after=5)
    with crowd.flask.app_context():
        run = crowd.portal.sync.compare(SYSTEM, Choices(apply=False))
    with crowd.working() as worker:
        until(lambda: run_of(crowd, run.number).counts.pages >= 5)
        worker.kill()
        worker.wait()
    stopped = run_of(crowd, run.number)
    assert 4_000 < stopped.counts.read < many
    assert stopped.state is RunState.RUNNING
    crowd.local.faults.clear()
    let_leases_end(crowd)
    crowd.work_once()
    ended = run_of(crowd, run.number)
    assert (ended.state, ended.counts.read) == (RunState.DONE, many)
    assert ended.counts.found == {FindingKind.ONLY_THERE.value: many}
    found = "SELECT count(*), count(DISTINCT email) FROM sync_findings"
    assert crowd.rows(found) == [(many, many)]
    # The page in hand when it was killed, and the start key's own page after that.
    assert lists(crowd) <= most_calls(many) + 2
