"""What the database says about the portal when somebody asks."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.domain.audit import SYSTEM, Action, AuditEntry, Phase
from app.domain.jobs import JobKind, JobState, NewJob
from app.domain.mail import Letter, MailKind, Recipient
from app.domain.sync import Choices, RunState
from app.services.figures.port import JobFigures, SiteFigures
from app.store.audit import AuditStore
from app.store.audit_keeping import AuditKeepingStore
from app.store.cipher import Cipher
from app.store.jobs import JobStore
from app.store.mails import MailStore
from app.store.site_figures import SiteStore
from app.store.sync_runs import SyncRunStore
from tests.store.conftest import NOON, ORGANIZATION, SECRET_KEY

# A claim is made at the time of the database's own clock.
PAST, FUTURE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
LEASE = timedelta(minutes=1)


@pytest.fixture
def site(session: sessionmaker[Session]) -> SiteStore:
    return SiteStore(session, ORGANIZATION)


@pytest.fixture
def jobs(session: sessionmaker[Session]) -> JobStore:
    return JobStore(session, ORGANIZATION)


def test_of_an_empty_portal_there_is_nothing_to_tell(site: SiteStore) -> None:
    assert site.read(NOON) == SiteFigures()


def test_jobs_are_counted_by_kind_and_state_with_what_is_due_and_late(
    site: SiteStore, jobs: JobStore
) -> None:
    moments = [NOON - timedelta(hours=1), NOON - timedelta(seconds=30), NOON, FUTURE]
    for due_at in moments:
        jobs.add(NewJob(JobKind.RETIRE_KEY, due_at))
    (found,) = site.read(NOON).jobs
    waiting = JobFigures(JobKind.RETIRE_KEY, JobState.WAITING, 4, 3, 1, 0, moments[0])
    assert found == waiting


def test_a_job_that_failed_once_is_retried_and_one_that_is_done_is_gone(
    site: SiteStore, jobs: JobStore
) -> None:
    for _ in range(3):
        jobs.add(NewJob(JobKind.SEND_MAIL, PAST))
    held = [jobs.claim("one", LEASE) for _ in range(3)]
    assert held[0]
    assert held[1]
    assert held[2]
    jobs.finish(held[0], "one")
    jobs.give_up(held[1], "one", "no")
    jobs.give_back(held[2], "one", "not yet", timedelta(hours=1))
    failed, waiting = site.read(NOON).jobs
    assert (failed.state, failed.count, failed.due, failed.late) == (JobState.FAILED, 1, 0, 0)
    assert (waiting.state, waiting.count, waiting.tried) == (JobState.WAITING, 1, 1)


def test_jobs_mails_and_runs_of_another_organization_are_not_counted(
    session: sessionmaker[Session], site: SiteStore
) -> None:
    JobStore(session, "another").add(NewJob(JobKind.SEND_MAIL, PAST))
    SyncRunStore(session, "another").begin(Choices(), (None, "system"), NOON)
    MailStore(session, Cipher(SECRET_KEY), "another").add(letter("1"), NOON)
    assert site.read(NOON) == SiteFigures()


def letter(reference: str) -> Letter:
    return Letter(MailKind.REGISTRATION_REFUSED, Recipient("r@example.com", "R"), reference, {})


def test_mails_are_counted_until_they_are_sent(
    session: sessionmaker[Session], site: SiteStore
) -> None:
    mails = MailStore(session, Cipher(SECRET_KEY), ORGANIZATION)
    numbers = [mails.add(letter(str(each)), NOON) for each in range(3)]
    assert numbers[0]
    assert numbers[1]
    mails.sent(numbers[0], NOON)
    mails.refused(numbers[1], NOON)
    assert site.read(NOON).mails == {"begun": 1, "refused": 1}


def test_rows_of_the_audit_log_count_until_they_are_sealed(
    session: sessionmaker[Session], site: SiteStore
) -> None:
    entry = AuditEntry(uuid4().hex, Phase.DONE, NOON, SYSTEM, Action.SIGN_IN)
    AuditStore(session).append(entry)
    before = site.read(NOON)
    assert (before.unsealed, before.unsealed_since) == (1, NOON)
    AuditKeepingStore(session).seal()
    after = site.read(NOON)
    assert (after.unsealed, after.unsealed_since) == (0, None)


@pytest.mark.parametrize(("state", "is_synced"), [(RunState.DONE, True), (RunState.FAILED, False)])
def test_the_last_run_that_ended_is_told(
    session: sessionmaker[Session], site: SiteStore, state: RunState, *, is_synced: bool
) -> None:
    runs = SyncRunStore(session, ORGANIZATION)
    held = runs.take(runs.begin(Choices(), (None, "system"), NOON).number, NOON)
    assert held is not None
    assert site.read(NOON).synced_at is None
    later = NOON + timedelta(hours=1)
    runs.end(held, state, "", later)
    runs.begin(Choices(), (None, "system"), later)
    found = site.read(later)
    assert (found.synced_at, found.is_synced) == (later, is_synced)
