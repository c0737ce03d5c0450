"""The job table: every claim and every end is one conditional statement, so that one wins."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    JSON,
    ColumnElement,
    Index,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.errors import NotFound
from app.domain.jobs import Job, JobKind, JobState, NewJob
from app.services.job_port import JobPage
from app.store.accounts import AccountRow
from app.store.base import Base, SessionFactory, reading, transaction, upsert_into
from app.store.moments import now_and

MAX_PAGE: Final = 200
OVER: Final = (JobState.DONE.value, JobState.FAILED.value, JobState.CANCELED.value)
UNFINISHED: Final = (JobState.WAITING.value, JobState.RUNNING.value)
IS_UNFINISHED: Final = text("unique_key <> '' AND state IN ('waiting', 'running')")


class JobRow(Base):
    """One job; ``worker`` holds it until ``leased_until``.

    ``due_at`` is what people were told, ``run_at`` when it is tried next.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_state_run_at", "state", "run_at"),
        Index("ix_jobs_organization_about", "organization", "about"),
        Index(
            "uq_jobs_organization_unique_key",
            "organization",
            "unique_key",
            unique=True,
            sqlite_where=IS_UNFINISHED,
            postgresql_where=IS_UNFINISHED,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    due_at: Mapped[datetime]
    run_at: Mapped[datetime]
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
    unique_key: Mapped[str]
    about: Mapped[str]
    attempts: Mapped[int]
    error: Mapped[str]
    worker: Mapped[str]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    tried_at: Mapped[datetime | None]


class JobStore:
    """``job_port.Jobs`` and ``job_port.JobQueue`` for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def add(self, new: NewJob) -> Job:
        """Keep a job, or return the unfinished one that has its ``unique_key``."""
        values = {
            "organization": self._organization,
            "kind": new.kind.value,
            "state": JobState.WAITING.value,
            "due_at": new.due_at,
            "run_at": new.due_at,
            "facts": dict(new.facts),
            "unique_key": new.unique_key,
            "about": new.about,
            "attempts": 0,
            "error": "",
            "worker": "",
            "created_at": now_and(),
        }
        while True:
            with transaction(self._session) as session:
                insert = upsert_into(session, JobRow).values(values).on_conflict_do_nothing()
                row = session.scalars(insert.returning(JobRow)).one_or_none()
                if row is None:
                    same = JobRow.unique_key == new.unique_key
                    row = session.scalars(self._own().where(same, _UNFINISHED)).one_or_none()
                # The one that was in the way may have ended in between.
                if row is not None:
                    return _job(row)

    def get(self, job_id: int) -> Job:
        """Return one job; raise ``NotFound``."""
        with transaction(self._session) as session:
            row = session.scalars(self._own().where(JobRow.id == job_id)).one_or_none()
            if row is None:
                raise NotFound("There is no such job.")
            return _job(row)

    def about(self, what: str) -> Sequence[Job]:
        """Return the unfinished jobs about something, the first due first."""
        own = {"organization": self._organization, "about": what}
        with reading(self._session) as connection:
            return tuple(map(_job, connection.execute(_ABOUT, own)))

    def page(
        self, state: JobState | None = None, before: int | None = None, size: int = 50
    ) -> JobPage:
        """Return one page, newest first."""
        size = max(1, min(size, MAX_PAGE))
        wanted = self._own().order_by(JobRow.id.desc()).limit(size + 1)
        if state is not None:
            wanted = wanted.where(JobRow.state == state.value)
        if before is not None:
            wanted = wanted.where(JobRow.id < before)
        with transaction(self._session) as session:
            jobs = tuple(_job(row) for row in session.scalars(wanted))
        return JobPage(jobs[:size], jobs[size - 1].job_id if len(jobs) > size else None)

    def move(self, job_id: int, due_at: datetime) -> bool:
        """Give a waiting job another time; False when it does not wait any more."""
        return self._changed(job_id, (JobState.WAITING,), due_at=due_at, run_at=due_at)

    def cancel(self, job_id: int) -> bool:
        """Cancel a job that waits or failed; False when it runs or is over."""
        return self._changed(job_id, _IDLE, state=JobState.CANCELED.value)

    def hasten(self, job_id: int) -> bool:
        """Let a job that waits or failed run now; False when it runs or is over."""
        return self._changed(
            job_id, _IDLE, state=JobState.WAITING.value, run_at=now_and(), attempts=0
        )

    def forget(self, over_before: datetime) -> int:
        """Delete what is over and was tried last, or was to be tried, before; say how many."""
        over = JobRow.state.in_(OVER)
        ended_at = func.coalesce(JobRow.tried_at, JobRow.run_at)
        own = JobRow.organization == self._organization
        statement = delete(JobRow).where(own, over, ended_at < over_before)
        with transaction(self._session) as session:
            return len(session.scalars(statement.returning(JobRow.id)).all())

    def claim(self, worker: str, lease: timedelta) -> Job | None:
        """Take the first job that is due, or whose worker has gone silent; None without one."""
        free = or_(
            and_(JobRow.state == JobState.WAITING.value, JobRow.run_at <= now_and()),
            and_(JobRow.state == JobState.RUNNING.value, JobRow.leased_until < now_and()),
        )
        first = (
            select(JobRow.id)
            .where(JobRow.organization == self._organization, free)
            .order_by(JobRow.run_at, JobRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        taken = (
            update(JobRow)
            .where(JobRow.id == first, free)
            .values(
                state=JobState.RUNNING.value,
                worker=worker,
                leased_until=now_and(lease),
                attempts=JobRow.attempts + 1,
                tried_at=now_and(),
            )
            .returning(JobRow)
        )
        with transaction(self._session) as session:
            row = session.scalars(taken).one_or_none()
            return None if row is None else _job(row)

    def keep(self, job: Job, worker: str, lease: timedelta) -> bool:
        """Say that the job is still worked on; False when another worker has it."""
        return self._ended(job, worker, leased_until=now_and(lease))

    def finish(self, job: Job, worker: str) -> bool:
        """Note that the job is done; False when another worker has it."""
        return self._ended(job, worker, state=JobState.DONE.value, error="")

    def give_back(self, job: Job, worker: str, error: str, after: timedelta) -> bool:
        """Let the job be tried again after some time; False when another worker has it."""
        waiting = JobState.WAITING.value
        return self._ended(job, worker, state=waiting, error=error, run_at=now_and(after))

    def repeat(self, job: Job, worker: str, after: timedelta) -> bool:
        """Note that the job is done and due again after some time; False as above."""
        waiting, then = JobState.WAITING.value, now_and(after)
        return self._ended(
            job, worker, state=waiting, error="", attempts=0, due_at=then, run_at=then
        )

    def give_up(self, job: Job, worker: str, error: str) -> bool:
        """Note that the job failed for good; False when another worker has it."""
        return self._ended(job, worker, state=JobState.FAILED.value, error=error)

    def _own(self) -> Select[JobRow]:
        return select(JobRow).where(JobRow.organization == self._organization)

    def _changed(self, job_id: int, states: Sequence[JobState], **values: object) -> bool:
        named = [state.value for state in states]
        return self._update(and_(JobRow.id == job_id, JobRow.state.in_(named)), **values)

    def _ended(self, job: Job, worker: str, **values: object) -> bool:
        held = and_(
            JobRow.id == job.job_id,
            JobRow.state == JobState.RUNNING.value,
            JobRow.worker == worker,
            JobRow.attempts == job.attempts,
        )
        return self._update(held, **values)

    def _update(self, which: ColumnElement[bool], **values: object) -> bool:
        own = JobRow.organization == self._organization
        statement = update(JobRow).where(own, which).values(**values).returning(JobRow.id)
        with transaction(self._session) as session:
            return session.scalars(statement).one_or_none() is not None


# Equalities: for an IN the statement would be written anew each time it runs.
_UNFINISHED: Final = or_(*(JobRow.state == state for state in UNFINISHED))
# Built once: composing it costs as much as running it, and every list of apps runs it.
_ABOUT: Final = (
    select(JobRow)
    .where(
        JobRow.organization == bindparam("organization"),
        JobRow.about == bindparam("about"),
        _UNFINISHED,
    )
    .order_by(JobRow.due_at, JobRow.id)
)
# Whether an unfinished job is about the developer of an account.
ABOUT_DEVELOPER: Final = (
    exists()
    .where(
        JobRow.organization == bindparam("organization"),
        JobRow.about == AccountRow.developer_id,
        _UNFINISHED,
    )
    .correlate(AccountRow)
)
_IDLE: Final = (JobState.WAITING, JobState.FAILED)


def _job(row: JobRow | Row[Any]) -> Job:
    return Job(
        job_id=row.id,
        kind=JobKind(row.kind),
        state=JobState(row.state),
        due_at=row.due_at,
        run_at=row.run_at,
        facts=dict(row.facts),
        about=row.about,
        attempts=row.attempts,
        error=row.error,
        created_at=row.created_at,
        tried_at=row.tried_at,
    )
