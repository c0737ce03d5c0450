"""The audit log: rows are added and read, and the database itself refuses anything else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.audit import Action, Actor, AuditEntry, Phase
from app.store.base import Base, SessionFactory, transaction


class AuditRow(Base):
    """One row; it points at nothing, because it outlives what it tells of."""

    __tablename__ = "audit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[str] = mapped_column(index=True)
    phase: Mapped[str]
    at: Mapped[datetime]
    actor_account_id: Mapped[int | None]
    actor_name: Mapped[str]
    request_id: Mapped[str]
    address: Mapped[str]
    action: Mapped[str]
    target_kind: Mapped[str]
    target: Mapped[str] = mapped_column(index=True)
    on_behalf_of: Mapped[str]
    detail: Mapped[str]


class AuditStore:
    """``ports.AuditLog``."""

    def __init__(self, session: SessionFactory) -> None:
        self._shared = session

    def append(self, entry: AuditEntry) -> None:
        """Write one row and commit it; raise what the database raises when it cannot."""
        with transaction(self._own_session) as session:
            session.add(_row(entry))

    def recent(self, limit: int) -> Sequence[AuditEntry]:
        """Return the newest rows, newest first."""
        with transaction(self._own_session) as session:
            rows = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(limit))
            return tuple(_entry(row) for row in rows)

    def last_done(self, actions: Sequence[Action], target: str) -> AuditEntry | None:
        """Return the newest of these actions that was done to the target, or None."""
        newest = (
            select(AuditRow)
            .where(
                AuditRow.target == target,
                AuditRow.action.in_([action.value for action in actions]),
                AuditRow.phase == Phase.DONE.value,
            )
            .order_by(AuditRow.id.desc())
            .limit(1)
        )
        with transaction(self._own_session) as session:
            row = session.scalars(newest).one_or_none()
            return None if row is None else _entry(row)

    def _own_session(self) -> Session:
        # The shared session may hold work that its owner has not finished.
        return Session(self._shared().get_bind())


def _row(entry: AuditEntry) -> AuditRow:
    return AuditRow(
        action_id=entry.action_id,
        phase=entry.phase.value,
        at=entry.at,
        actor_account_id=entry.actor.account_id,
        actor_name=entry.actor.name,
        request_id=entry.actor.request_id,
        address=entry.actor.address,
        action=entry.action.value,
        target_kind=entry.target_kind,
        target=entry.target,
        on_behalf_of=entry.on_behalf_of,
        detail=entry.detail,
    )


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        action_id=row.action_id,
        phase=Phase(row.phase),
        at=row.at,
        actor=Actor(row.actor_account_id, row.actor_name, row.request_id, row.address),
        action=Action(row.action),
        target_kind=row.target_kind,
        target=row.target,
        on_behalf_of=row.on_behalf_of,
        detail=row.detail,
    )
