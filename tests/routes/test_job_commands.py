"""``flask jobs …``: the worker, and what people may do with jobs from a shell."""

import json
import os
import signal
from datetime import timedelta
from threading import Timer

import pytest
from click.testing import Result

from app.domain.jobs import Job, JobKind, JobState, NewJob
from app.domain.keys import ApprovalStatus
from tests.routes.house import House

TIDYING = ("sessions", "notes", "jobs", "creations", "mails", "exports")
CHORES = {*(f"tidy.{what}" for what in TIDYING), "apps.scan", "audit.seal"}


def run(house: House, *words: str) -> Result:
    return house.flask.test_cli_runner().invoke(args=["jobs", *words])


def add(house: House, minutes: int = 0) -> Job:
    due_at = house.clock.now() + timedelta(minutes=minutes)
    return house.jobs.add(NewJob(JobKind.RETIRE_KEY, due_at, {"app_id": "gone"}))


def states(house: House) -> dict[str, str]:
    return {job.kind.value: job.state.value for job in house.jobs.held.values()}


def test_the_worker_does_what_is_due_and_plans_the_chores(house: House) -> None:
    house.developer("dana")
    keys = [house.apigee.new_key("weather-free") for _ in range(2)]
    app = house.apigee.add_app("dana@example.com", "trip", *keys)
    old, new = (key.key_id for key in keys)
    facts = {"app_id": app.app_id, "key_id": old, "new_key_id": new, "before": old}
    house.jobs.add(NewJob(JobKind.RETIRE_KEY, house.clock.now(), facts))
    assert run(house, "work", "--once").output == ""
    kept = house.apigee.by_app["dana@example.com", "trip"].keys
    assert [key.status for key in kept] == [ApprovalStatus.REVOKED, ApprovalStatus.APPROVED]
    assert states(house) == {"key.retire": "done", **dict.fromkeys(CHORES, "waiting")}
    planned = [job for job in house.jobs.held.values() if job.kind.value in CHORES]
    assert min(job.due_at for job in planned) == house.clock.now() + timedelta(minutes=1)
    assert house.told() == ["key.retire intent", "key.retire done"]


def test_starting_the_worker_again_plans_nothing_twice(house: House) -> None:
    for _ in range(2):
        assert run(house, "work", "--once").exit_code == 0
    assert len(house.jobs.held) == len(CHORES)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_stops_when_it_is_asked_to(house: House, number: signal.Signals) -> None:
    kept = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)}
    job = add(house)
    timer = Timer(0.5, os.kill, (os.getpid(), number))
    timer.start()
    try:
        result = run(house, "work")
    finally:
        timer.join()
        for each, handler in kept.items():
            signal.signal(each, handler)
    assert (result.exit_code, result.output) == (0, "The worker waits for jobs.\n")
    assert house.jobs.get(job.job_id).state is JobState.DONE


def test_the_list_is_for_people_or_for_programs(house: House) -> None:
    add(house, minutes=90)
    late = add(house)
    for _ in range(2):
        claimed = house.jobs.claim("one", timedelta(minutes=1))
        assert claimed is not None
        house.jobs.give_back(claimed, "one", "Apigee cannot be reached.", timedelta(0))
    assert run(house, "list").output == (
        "     2  waiting   key.retire               due 2026-03-01 12:00 UTC"
        "  tried 2 times: Apigee cannot be reached.\n"
        "     1  waiting   key.retire               due 2026-03-01 13:30 UTC\n"
    )
    lines = [json.loads(line) for line in run(house, "list", "--json").output.splitlines()]
    assert [(line["id"], line["attempts"]) for line in lines] == [(2, 2), (1, 0)]
    assert lines[0]["due_at"] == late.due_at.isoformat()
    assert run(house, "list", "--state", "done").output == ""
    assert run(house, "list", "--state", "waiting").output.count("\n") == 2
    assert run(house, "list", "--state", "nonsense").exit_code == 2


def test_the_columns_of_the_list_hold_every_kind_and_state(house: House) -> None:
    for kind in JobKind:
        house.jobs.add(NewJob(kind, house.clock.now(), {}))
    house.jobs.cancel(1)
    lines = run(house, "list").output.splitlines()
    assert {line.index("  due 2026") for line in lines} == {lines[0].index("  due 2026")}
    assert {line[18:].split()[0] for line in lines} == set(JobKind)


def test_the_list_holds_every_page(house: House) -> None:
    for _ in range(120):
        add(house)
    assert run(house, "list").output.count("\n") == 120


def test_a_job_is_hurried_and_canceled_on_the_record(house: House) -> None:
    job = add(house)
    house.clock.advance(60)
    assert run(house, "retry", str(job.job_id)).exit_code == 0
    assert house.jobs.get(job.job_id).run_at == house.clock.now()
    assert "canceled" in run(house, "cancel", str(job.job_id)).output
    assert house.jobs.get(job.job_id).state is JobState.CANCELED
    phases = ("intent", "done")
    assert house.told() == [
        f"job.{name} {phase}" for name in ("retry", "cancel") for phase in phases
    ]
    assert {entry.actor.name for entry in house.trail()} == {"system"}


def test_no_key_is_turned_off_before_its_owner_was_told(house: House) -> None:
    refused = run(house, "retry", str(add(house, minutes=90).job_id))
    assert refused.output == "Error: The key's owner was told that the old key works until then.\n"


@pytest.mark.parametrize("command", ["retry", "cancel"])
def test_what_cannot_be_changed_is_told(house: House, command: str) -> None:
    job = add(house)
    house.jobs.claim("one", timedelta(minutes=1))
    refused = run(house, command, str(job.job_id))
    assert refused.exit_code == 1
    assert refused.output == "Error: This job runs at this moment, or is over.\n"
    assert run(house, command, "77").output == "Error: There is no such job.\n"


@pytest.mark.parametrize("number", ["9" * 24, "9" * 5000, "0"])
@pytest.mark.parametrize("command", ["retry", "cancel"])
def test_a_number_that_no_job_can_have_is_told(house: House, command: str, number: str) -> None:
    result = run(house, command, number)
    assert result.exit_code == 2
    assert "Error: " in result.output
