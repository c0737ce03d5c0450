"""Refusals that repeat: the first is a row at once, those after it are counted into one more."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.audit import AuditEntry
from app.domain.neighbors import network_of
from app.store.audit_rows import AuditRow, entries, keep
from app.store.base import Base, SessionFactory, transaction, upsert_into


class RepeatRow(Base):
    """How often the refusal of the row ``row_id`` came again, without a row of its own yet.

    ``about`` is a hash of what they were about, empty once it was not the same.
    """

    __tablename__ = "audit_repeats"

    source: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[int]
    about: Mapped[str]
    count: Mapped[int]
    first_at: Mapped[datetime] = mapped_column(index=True)
    last_at: Mapped[datetime]


def write_or_count(
    open_session: SessionFactory, entry: AuditEntry, times: int = 1
) -> tuple[AuditEntry | None, int]:
    """Return the row of a first refusal once it is kept, or None, and the repeats so far."""
    while True:
        with transaction(open_session) as session:
            count = _count(session, entry, times)
            if count is not None:
                return None, count
            kept = keep(session, entry)
            if _is_first(session, kept, times):
                return kept, 0
            # Another process was first in between, so this one is a repeat after all.
            session.rollback()


def fold(session: Session, before: datetime) -> list[AuditEntry]:
    """Write one row for the repeats of each source that began before, and return them."""
    ended = delete(RepeatRow).where(RepeatRow.first_at < before).returning(RepeatRow)
    repeats = [row for row in session.scalars(ended).all() if row.count]
    return [keep(session, _folded(session, row)) for row in repeats]


def source_of(entry: AuditEntry) -> str:
    """Name who is refused what for which reason, whatever it is about.

    Who is not signed in is their network: of IPv6 one machine has more addresses than a log rows.
    """
    actor = entry.actor
    who = network_of(actor.address) if actor.account_id is None else actor.account_id
    return _mark(json.dumps([who, entry.action.value, entry.target_kind, entry.detail]))


def _count(session: Session, entry: AuditEntry, times: int) -> int | None:
    """Count a refusal beside its first; return None when it is the first."""
    about = _about(entry)
    one_more = (
        update(RepeatRow)
        .where(RepeatRow.source == source_of(entry))
        .values(
            count=RepeatRow.count + times,
            last_at=entry.at,
            about=case((RepeatRow.about == about, about), else_=""),
        )
        .returning(RepeatRow.count)
    )
    return session.scalars(one_more).one_or_none()


def _is_first(session: Session, kept: AuditEntry, times: int) -> bool:
    values = {
        "source": source_of(kept),
        "row_id": kept.number,
        "about": _about(kept),
        "count": times - 1,
        "first_at": kept.at,
        "last_at": kept.at,
    }
    insert = upsert_into(session, RepeatRow).values(values).on_conflict_do_nothing()
    return session.scalars(insert.returning(RepeatRow.source)).one_or_none() is not None


def _folded(session: Session, row: RepeatRow) -> AuditEntry:
    (first,) = entries(session, select(AuditRow).where(AuditRow.id == row.row_id))
    return replace(
        first,
        at=row.last_at,
        actor=replace(first.actor, request_id=""),
        target=first.target if row.about else "",
        target_account_id=first.target_account_id if row.about else None,
        count=row.count,
    )


def _about(entry: AuditEntry) -> str:
    return _mark(json.dumps([entry.target, entry.target_account_id]))


def _mark(told: str) -> str:
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()
