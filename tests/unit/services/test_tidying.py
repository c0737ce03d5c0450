"""What nobody needs any more is thrown away in time, and what is needed stays."""

from datetime import timedelta

import pytest

from app.domain.jobs import RECURRING, JobKind, JobState, NewJob
from app.domain.notes import Author, Note, NoteKind, Subject
from app.services.ports import SignedIn
from app.services.session_port import SessionLimits, SessionStart
from tests.unit.services.house import DANA, House, identity

MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def tidy(house: House, kind: JobKind) -> None:
    """Do a chore as the worker would."""
    house.portal.work.chores[kind].run(house.jobs.add(NewJob(kind, house.clock.now())))


def test_every_chore_is_planned_once_and_from_now_on(house: House) -> None:
    work = house.portal.work
    for _ in range(2):
        work.office.plan(work.chores)
    planned = house.jobs.page().jobs
    assert {job.kind for job in planned} == set(JobKind) - set(work.handlers)
    assert len(planned) == len(work.chores)
    assert {job.due_at for job in planned} == {house.clock.now()}


def test_every_kind_of_job_can_be_done(house: House) -> None:
    work = house.portal.work
    assert set(work.handlers) | set(work.chores) == set(JobKind)
    # Without a schedule nothing is synchronized or looked through on time.
    assert set(work.chores) == RECURRING - {JobKind.SYNC_ON_TIME, JobKind.SCAN_APPS}
    assert min(chore.every for chore in work.chores.values()) == timedelta(minutes=1)


def test_sessions_that_ended_are_deleted_and_live_ones_stay(house: House) -> None:
    account, sessions = house.account_of(), house.portal.sessions
    limits = SessionLimits(idle=60 * MINUTES, absolute=12 * HOURS)
    begun = []
    for _ in range(2):
        start = SessionStart(house.clock.now(), limits)
        begun.append(sessions.begin(account.account_id, SignedIn(identity(DANA), "token"), start))
        house.clock.pass_by(45 * 60)
    tidy(house, JobKind.TIDY_SESSIONS)
    live = [sessions.load(each, house.clock.now()) for each in begun]
    assert [each is not None for each in live] == [False, True]
    assert len(sessions.of_account(account.account_id, house.clock.now() - HOURS)) == 1


@pytest.mark.parametrize(("days", "left"), [(89, 1), (91, 0)])
def test_notes_are_kept_ninety_days_after_their_app_is_gone(
    house: House, days: int, left: int
) -> None:
    subject, then = Subject("app-1"), house.clock.now()
    house.notes.put(Note(NoteKind.LABEL, subject, "dev-1", Author.OWNER, 1, then))
    house.notes.put(Note(NoteKind.LABEL, Subject("app-2"), "dev-1", Author.OWNER, 1, then))
    house.notes.gone("app-1", then)
    house.clock.pass_by(days * 86_400)
    tidy(house, JobKind.TIDY_NOTES)
    assert len(house.notes.held) == 1 + left
    assert [note.subject.app_id for note in house.notes.of_developer("dev-1")] == ["app-2"]


@pytest.mark.parametrize(("days", "left"), [(29, True), (31, False)])
def test_jobs_and_requests_are_kept_thirty_days(house: House, days: int, left: bool) -> None:
    job = house.jobs.add(NewJob(JobKind.RETIRE_KEY, house.clock.now()))
    waiting = house.jobs.add(NewJob(JobKind.RETIRE_KEY, house.clock.now()))
    house.jobs.cancel(job.job_id)
    house.creations.begin("dev-1", "request-1", house.clock.now())
    house.clock.pass_by(days * 86_400)
    tidy(house, JobKind.TIDY_JOBS)
    tidy(house, JobKind.TIDY_CREATIONS)
    assert (job.job_id in house.jobs.held) is left
    assert house.jobs.get(waiting.job_id).state is JobState.WAITING
    assert house.creations.begin("dev-1", "request-1", house.clock.now()) is not left
