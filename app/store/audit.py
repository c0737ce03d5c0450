"""The audit log: rows are added and read, and the database itself refuses anything else."""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, Select, select

from app.domain.audit import Action, AuditEntry, AuditQuery, Concerned, Phase
from app.services.audit_port import EVERYTHING, nothing
from app.store import audit_names, audit_repeats
from app.store.audit_bursts import Bursts
from app.store.audit_rows import (
    AuditRow,
    conditions,
    entries,
    keep,
    kept_or_refused,
    newest_concerning,
)
from app.store.base import SessionFactory, reading, together, transaction


class AuditStore:
    """``audit_port.AuditLog``; ``stream`` learns of every row once it is kept."""

    def __init__(
        self, session: SessionFactory, stream: Callable[[AuditEntry], None] = lambda _entry: None
    ) -> None:
        self._session = session
        self._stream = stream
        self._bursts = Bursts()

    def append(self, entry: AuditEntry, beside: Callable[[], None] = nothing) -> None:
        """Write one row with what goes beside it, and commit; raise ``NotRecorded`` if it fails."""
        with kept_or_refused(), together(self._session) as session:
            beside()
            kept = keep(session, entry)
        self._stream(kept)

    def refused(self, entry: AuditEntry) -> None:
        """Write the first refusal of its kind and source, and count those that follow."""
        source = audit_repeats.source_of(entry)
        due = self._bursts.due(source, entry.at)
        if not due:
            return
        with kept_or_refused():
            kept, count = audit_repeats.write_or_count(self._session, entry, due)
        self._bursts.written(source, entry.at, count)
        if kept is not None:
            self._stream(kept)

    def recent(self, limit: int, query: AuditQuery = EVERYTHING) -> Sequence[AuditEntry]:
        """Return the newest rows that are wanted, newest first."""
        with transaction(self._session) as session:
            wanted = select(AuditRow).where(*conditions(session, query))
            return entries(session, wanted.order_by(AuditRow.id.desc()).limit(limit))

    def last_done(self, actions: Sequence[Action], target: str) -> AuditEntry | None:
        """Return the newest of these actions that was done to the target, or None."""
        with reading(self._session) as connection:
            names = {target, audit_names.code_of(connection, target)}
            found = connection.scalar(_newest_done(actions, AuditRow.target.in_(names)))
        return self._entry(found)

    def last_about(self, actions: Sequence[Action], account_id: int) -> AuditEntry | None:
        """Return the newest of these actions that was done to the account, or None."""
        with reading(self._session) as connection:
            about = AuditRow.target_account_id == account_id
            found = connection.scalar(_newest_done(actions, about))
        return self._entry(found)

    def concerning(self, who: Concerned, limit: int) -> Sequence[AuditEntry]:
        """Return the newest outcomes about, for or by a developer or their account."""
        with transaction(self._session) as session:
            numbers = newest_concerning(session, who, limit)
            wanted = select(AuditRow).where(AuditRow.id.in_(numbers))
            return entries(session, wanted.order_by(AuditRow.id.desc()))

    def page(self, query: AuditQuery) -> Sequence[AuditEntry]:
        """Return the rows after the query's, oldest first."""
        with transaction(self._session) as session:
            wanted = select(AuditRow).where(*conditions(session, query))
            return entries(session, wanted.order_by(AuditRow.id).limit(query.size))

    def _entry(self, number: int | None) -> AuditEntry | None:
        """Return the row of a number; most people were never switched, and have none."""
        if number is None:
            return None
        with transaction(self._session) as session:
            return next(iter(entries(session, select(AuditRow).where(AuditRow.id == number))), None)


def _newest_done(actions: Sequence[Action], about: ColumnElement[bool]) -> Select[int]:
    """Return the statement for the number of the newest of these actions that was done."""
    is_one = AuditRow.action.in_([action.value for action in actions])
    done = select(AuditRow.id).where(about, is_one, AuditRow.phase == Phase.DONE.value)
    return done.order_by(AuditRow.id.desc()).limit(1)
