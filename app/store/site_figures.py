"""What the database says about the whole portal, in five statements, whenever somebody asks."""

from datetime import datetime
from typing import Final

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from app.domain.jobs import PUNCTUAL, JobKind, JobState
from app.domain.sync import RunState
from app.services.figures.port import JobFigures, SiteFigures
from app.store.audit_keeping import AuditKeepingStore
from app.store.base import SessionFactory, transaction
from app.store.jobs import JobRow
from app.store.mails import SENT, MailRow
from app.store.sync_rows import SyncRunRow

UNDONE: Final = (JobState.WAITING.value, JobState.RUNNING.value, JobState.FAILED.value)
ENDED: Final = (RunState.DONE.value, RunState.FAILED.value, RunState.CANCELED.value)


class SiteStore:
    """Reads the figures of one organization; the audit log is that of all."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization
        self._audit = AuditKeepingStore(session)

    def read(self, now: datetime) -> SiteFigures:
        """Return the figures of this moment."""
        unsealed = self._audit.unsealed()
        with transaction(self._session) as session:
            synced_at, state = self._last_run(session)
            return SiteFigures(
                jobs=self._jobs(session, now),
                mails=self._mails(session),
                unsealed=unsealed.count,
                unsealed_since=unsealed.since,
                synced_at=synced_at,
                is_synced=state == RunState.DONE,
            )

    def _jobs(self, session: Session, now: datetime) -> tuple[JobFigures, ...]:
        waits = JobRow.state == JobState.WAITING.value
        counted = (
            func.count(),
            *(
                func.sum(case((and_(waits, that), 1), else_=0))
                for that in (
                    JobRow.run_at <= now,
                    JobRow.due_at < now - PUNCTUAL,
                    JobRow.attempts > 0,
                )
            ),
            func.min(JobRow.due_at),
        )
        statement = (
            select(JobRow.kind, JobRow.state, *counted)
            .where(JobRow.organization == self._organization, JobRow.state.in_(UNDONE))
            .group_by(JobRow.kind, JobRow.state)
            .order_by(JobRow.kind, JobRow.state)
        )
        rows = session.execute(statement).all()
        return tuple(JobFigures(JobKind(row[0]), JobState(row[1]), *row[2:]) for row in rows)

    def _mails(self, session: Session) -> dict[str, int]:
        own = MailRow.organization == self._organization
        counts = select(MailRow.state, func.count()).where(own, MailRow.state != SENT)
        rows = session.execute(counts.group_by(MailRow.state))
        return {row[0]: row[1] for row in rows}

    def _last_run(self, session: Session) -> tuple[datetime | None, str]:
        own = SyncRunRow.organization == self._organization
        runs = select(SyncRunRow.ended_at, SyncRunRow.state).order_by(SyncRunRow.id.desc())
        ended = runs.where(own, SyncRunRow.state.in_(ENDED)).limit(1)
        last = session.execute(ended).one_or_none()
        return (last[0], last[1]) if last else (None, "")
