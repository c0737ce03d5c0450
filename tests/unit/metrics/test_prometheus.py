"""What is counted, as Prometheus reads it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.values import close_all_multiprocess_files

from app.domain.audit import Action
from app.domain.jobs import JobKind, JobState
from app.metrics import catalogue, processes
from app.metrics.catalogue import Shape
from app.metrics.prometheus import PrometheusFigures
from app.services.figures.port import Answered, JobFigures, Moment, SiteFigures
from tests.figures import Read

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BUILD = ("1.0", "3.11", "x")
NOTHING = Moment(NOON, None, None)
ROOT = Path(__file__).parents[3]
SECONDS = 30


@pytest.fixture
def figures() -> PrometheusFigures:
    return PrometheusFigures(BUILD)


def test_an_answer_is_counted_by_template_method_and_status(figures: PrometheusFigures) -> None:
    for method in ("GET", "GET", "BREW"):
        figures.answered(Answered("/apps/<name>", method, 200, 0.03))
    read = Read(figures.told(NOTHING))
    name, here = "portal_http_request_duration_seconds", {"route": "/apps/<name>", "status": "200"}
    assert read.value(f"{name}_count", method="GET", **here) == 2
    assert read.value(f"{name}_bucket", method="GET", le="0.025", **here) == 0
    assert read.value(f"{name}_bucket", method="GET", le="0.05", **here) == 2
    assert read.value(f"{name}_sum", method="GET", **here) == pytest.approx(0.06)
    # What anybody may write into a request makes no series of its own.
    assert read.value(f"{name}_count", method="other", **here) == 1


def test_everything_that_is_counted_is_in_the_answer(figures: PrometheusFigures) -> None:
    figures.answered(Answered("/", "GET", 200, 0.1))
    figures.called("demo", "apps.list", 200, 0.1)
    figures.inside("demo", "reads", 1)
    figures.turned_away("demo", "reads")
    figures.breaker("demo", "reads", "open", 1)
    figures.refused(Action.ACCESS_REFUSED, "read_audit", "")
    figures.limited("write")
    figures.signed_in("corp", "done")
    figures.logged_out("corp", "expired")
    figures.looked_up("apps", "hit")
    figures.worked(JobKind.RETIRE_KEY, "done", 1.0)
    figures.unrecorded(Action.APP_CREATE)
    figures.connections(1)
    figures.unlogged("OSError")
    read = Read(figures.told(full()))
    ending = {Shape.HISTOGRAM: "_count", Shape.COUNTER: "", Shape.GAUGE: ""}
    missing = [
        each.name for each in catalogue.ALL if not read.has(f"{each.name}{ending[each.shape]}")
    ]
    assert missing == []
    told = {"action": "access.refused", "permission": "read_audit", "reason": ""}
    assert read.value("portal_refusals_total", guarantee="permission", **told) == 1


def full() -> Moment:
    """A moment of a portal with work to do."""
    due = NOON - timedelta(minutes=5)
    jobs = (
        JobFigures(JobKind.RETIRE_KEY, JobState.WAITING, 4, 2, 1, 1, due),
        JobFigures(JobKind.SEND_MAIL, JobState.FAILED, 1),
    )
    site = SiteFigures(jobs, {"waiting": 3}, 7, due, NOON - timedelta(hours=1), is_synced=True)
    return Moment(NOON, site, cache_answers=False)


def test_a_moment_of_the_site_is_told_by_kind_and_state(figures: PrometheusFigures) -> None:
    read = Read(figures.told(full()))
    assert read.value("portal_jobs", kind="key.retire", state="waiting") == 4
    assert read.value("portal_jobs", kind="mail.send", state="failed") == 1
    assert read.value("portal_jobs_due", kind="key.retire") == 2
    assert read.value("portal_jobs_late", kind="key.retire") == 1
    assert read.value("portal_jobs_retrying", kind="key.retire") == 1
    assert read.value("portal_jobs_oldest_due_age_seconds", kind="key.retire") == 300
    assert read.value("portal_audit_unsealed_rows") == 7
    assert read.value("portal_audit_unsealed_age_seconds") == 300
    assert read.value("portal_mails", state="waiting") == 3
    assert NOON.timestamp() - read.value("portal_sync_end_timestamp_seconds") == 3600
    assert read.value("portal_sync_success") == 1
    assert read.value("portal_database_up") == 1
    assert read.has("portal_shared_cache_up")
    assert read.value("portal_shared_cache_up") == 0
    assert read.value("portal_build_info", version="1.0", python="3.11", flavor="x") == 1


def test_without_its_database_the_rest_is_told(figures: PrometheusFigures) -> None:
    figures.limited("write")
    read = Read(figures.told(NOTHING))
    assert read.has("portal_database_up")
    assert read.value("portal_database_up") == 0
    assert not read.has("portal_jobs")
    assert not read.has("portal_shared_cache_up")
    assert read.value("portal_rate_limit_refusals_total", limit="write") == 1


COUNTING = """
import sys
from pathlib import Path
from app.metrics.prometheus import PrometheusFigures

figures = PrometheusFigures(("1.0", "3.11", "x"), Path(sys.argv[1]))
figures.limited("write")
figures.inside("demo", "reads", 1)
print("counted", flush=True)
sys.stdin.read()
"""


def counting(folder: Path) -> subprocess.Popen[str]:
    """Start another process that counts in the folder and then waits."""
    command = [sys.executable, "-c", COUNTING, str(folder)]
    process = subprocess.Popen(  # noqa: S603 - our own text
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "counted\n"
    return process


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to share; everything is as before afterwards."""
    monkeypatch.setenv(processes.VARIABLE, "")
    yield tmp_path / "figures"
    close_all_multiprocess_files()  # type: ignore[no-untyped-call] # the library's own
    processes.keep_apart()


def test_processes_of_one_folder_are_told_together_and_the_dead_hold_nothing(folder: Path) -> None:
    with counting(folder) as other, counting(folder) as third:
        own = PrometheusFigures(BUILD, folder)
        own.limited("write")
        read = Read(own.told(NOTHING))
        assert read.value("portal_rate_limit_refusals_total", limit="write") == 3
        assert read.value("portal_apigee_lane_requests", organization="demo", lane="reads") == 2
        other.kill()
        other.wait(SECONDS)
        read = Read(own.told(NOTHING))
        # A sum that shrank would look like a restart of everything.
        assert read.value("portal_rate_limit_refusals_total", limit="write") == 3
        assert read.value("portal_apigee_lane_requests", organization="demo", lane="reads") == 1
        third.kill()


def test_counts_begin_anew_once_all_processes_are_gone(folder: Path) -> None:
    with counting(folder) as former:
        former.kill()
        former.wait(SECONDS)
    assert list(folder.glob("*.db"))
    own = PrometheusFigures(BUILD, folder)
    own.limited("sign_in")
    read = Read(own.told(NOTHING))
    assert read.value("portal_rate_limit_refusals_total", limit="write") == 0
    assert read.value("portal_rate_limit_refusals_total", limit="sign_in") == 1
    assert {file.name for file in folder.glob("*.db")} == {f"counter_{os.getpid()}.db"}


def test_a_file_that_another_process_is_just_making_is_no_trouble(folder: Path) -> None:
    own = PrometheusFigures(BUILD, folder)
    own.limited("write")
    folder.joinpath(f"counter_{os.getppid()}.db").touch()
    read = Read(own.told(NOTHING))
    assert read.value("portal_rate_limit_refusals_total", limit="write") == 1


FORKED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from app.metrics.prometheus import PrometheusFigures
from app.services.figures.port import Moment

figures = PrometheusFigures(("1.0", "3.11", "x"), Path(sys.argv[1]))
figures.limited("write")
figures.connections(1)
figures.connections(-1)
children = []
for _ in range(2):
    child = os.fork()
    if not child:
        figures.limited("write")
        figures.connections(1)
        sys.stdin.read()
        os._exit(0)
    children.append(child)
print(figures.told(Moment(datetime.now(UTC), None, None)), flush=True)
"""


def test_a_server_that_loads_the_portal_before_it_forks_is_told_once(folder: Path) -> None:
    """As gunicorn does with ``--preload``: each process goes on from nothing."""
    command = [sys.executable, "-c", FORKED, str(folder)]
    with subprocess.Popen(  # noqa: S603 - our own text
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT
    ) as process:
        own = PrometheusFigures(BUILD, folder)
        name, begun = "portal_database_connections", time.monotonic()
        while Read(own.told(NOTHING)).value(name, state="in_use") < 2:
            assert time.monotonic() < begun + SECONDS
        read = Read(own.told(NOTHING))
        assert read.value("portal_rate_limit_refusals_total", limit="write") == 3
        assert process.stdin is not None
        process.stdin.close()
        process.wait(SECONDS)
