"""What becomes of audit rows later: repeats are folded, missing outcomes supplied, all sealed."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.audit import AuditEntry, Phase
from app.domain.audit_chain import BEGINNING, Break, Head, Link, Verdict, seal, verify
from app.services.audit_port import Unsealed
from app.store import audit_names, audit_repeats
from app.store.audit_rows import AuditRow, entries, keep, kept_or_refused, sealable
from app.store.base import Base, SessionFactory, transaction, upsert_into

BATCH: Final = 1000
SETTLED: Final = "settled"
NOT_RECORDED: Final = "the outcome was not recorded"
# Waits for the writers under way: whatever has a lower number is committed then, or never.
LOCK: Final = text("SELECT set_config('lock_timeout', '5s', true), pg_advisory_xact_lock(7217462)")


class LinkRow(Base):
    """The seal of one row of the log."""

    __tablename__ = "audit_chain"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row_id: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[str]


class MarkRow(Base):
    """How far down the log some work has come."""

    __tablename__ = "audit_marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[int]


class AuditKeepingStore:
    """``audit_port.AuditKeeper``; ``stream`` learns of every row once it is kept."""

    def __init__(
        self, session: SessionFactory, stream: Callable[[AuditEntry], None] = lambda _entry: None
    ) -> None:
        self._session = session
        self._stream = stream

    def fold(self, before: datetime) -> int:
        """Write one row for the repeats of each source that began before; return how many."""
        with kept_or_refused(), transaction(self._session) as session:
            folded = audit_repeats.fold(session, before)
        self._tell(folded)
        return len(folded)

    def settle(self, before: datetime, at: datetime) -> int:
        """Note as unknown what was begun before and has no outcome; return how many."""
        settled, is_more = 0, True
        while is_more:
            with kept_or_refused(), transaction(self._session) as session:
                due = _next_due(session, before)
                kept = [
                    keep(session, replace(entry, phase=Phase.UNKNOWN, at=at, detail=NOT_RECORDED))
                    for entry in _without_outcome(session, due)
                ]
                if due:
                    _remember(session, due[-1][0])
            self._tell(kept)
            settled, is_more = settled + len(kept), len(due) == BATCH
        return settled

    def seal(self) -> Head:
        """Seal every row that is not sealed yet; return the chain's head."""
        last = self._last_committed()
        while True:
            with transaction(self._session) as session:
                head, reached = _reached(session)
                links = list(seal(head, sealable(session, reached, last, BATCH)))
                if not _are_kept(session, links):
                    return head
            if len(links) < BATCH:
                return Head(links[-1].position, links[-1].hash) if links else head

    def unsealed(self) -> Unsealed:
        """Return how many rows wait for the seal, and since when."""
        with transaction(self._session) as session:
            _, reached = _reached(session)
            waiting = select(func.count(), func.min(AuditRow.at)).where(AuditRow.id > reached)
            count, since = session.execute(waiting).one()
            return Unsealed(count, since)

    def verify(self, published: Mapping[int, str], start: Head = BEGINNING) -> Verdict:
        """Follow the chain from a head on; ``published`` are hashes by their position."""
        with transaction(self._session) as session:
            begin = session.scalar(select(LinkRow.row_id).where(_is_at(start))) or 0
            _, reached = _reached(session)
            rows = sealable(session, begin, reached)
            verdict = verify(_links(session, start), rows, published, start)
            code = None if verdict.broken else audit_names.changed(session)
            return replace(verdict, broken=_renamed(session, code)) if code else verdict

    def forget_names(self, account_id: int, others: Collection[str]) -> None:
        """Replace a person's names in every row by a code that nobody can resolve.

        ``others`` are the e-mail addresses that rows about the person hold.
        """
        with kept_or_refused(), transaction(self._session) as session:
            audit_names.forget(session, account_id, others)

    def _last_committed(self) -> int:
        with transaction(self._session) as session:
            if session.get_bind().dialect.name == "postgresql":
                session.execute(LOCK)
            return session.scalar(select(func.max(AuditRow.id))) or 0

    def _tell(self, kept: Sequence[AuditEntry]) -> None:
        for entry in kept:
            self._stream(entry)


def _reached(session: Session) -> tuple[Head, int]:
    """Return the head of the chain, and the number of the last row that it holds."""
    last = session.scalars(select(LinkRow).order_by(LinkRow.position.desc()).limit(1)).first()
    return (Head(last.position, last.hash), last.row_id) if last else (BEGINNING, 0)


def _are_kept(session: Session, links: Sequence[Link]) -> bool:
    """Add the links; False when another process sealed these rows in between."""
    session.add_all(LinkRow(position=i.position, row_id=i.row, hash=i.hash) for i in links)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        return False
    return True


def _is_at(head: Head) -> ColumnElement[bool]:
    return and_(LinkRow.position == head.position, LinkRow.hash == head.hash)


def _links(session: Session, start: Head) -> Iterator[Link]:
    columns = select(LinkRow.position, LinkRow.row_id, LinkRow.hash)
    later = columns.where(LinkRow.position > start.position).order_by(LinkRow.position)
    with session.execute(later.execution_options(yield_per=BATCH)) as links:
        for link in links:
            yield Link(*link)


def _renamed(session: Session, code: str) -> Break:
    holds = or_(AuditRow.actor_name == code, AuditRow.target == code, AuditRow.on_behalf_of == code)
    first = session.scalar(select(func.min(AuditRow.id)).where(holds))
    return Break("a name in it was changed", first)


def _next_due(session: Session, before: datetime) -> list[tuple[int, str, str]]:
    """Return number, phase and action of the rows that were not looked at and are old enough."""
    reached = session.scalar(select(MarkRow.row_id).where(MarkRow.name == SETTLED)) or 0
    columns = select(AuditRow.id, AuditRow.phase, AuditRow.action_id, AuditRow.at)
    later = columns.where(AuditRow.id > reached).order_by(AuditRow.id).limit(BATCH)
    rows = session.execute(later).all()
    return [row[:3] for row in takewhile(lambda row: row[3] < before, rows)]


def _without_outcome(
    session: Session, due: Sequence[tuple[int, str, str]]
) -> tuple[AuditEntry, ...]:
    begun = {action_id: number for number, phase, action_id in due if phase == Phase.INTENT}
    outcomes = select(AuditRow.action_id).where(
        AuditRow.action_id.in_(begun), AuditRow.phase != Phase.INTENT.value
    )
    missing = begun.keys() - set(session.scalars(outcomes))
    wanted = AuditRow.id.in_([begun[action_id] for action_id in missing])
    return entries(session, select(AuditRow).where(wanted).order_by(AuditRow.id))


def _remember(session: Session, number: int) -> None:
    insert = upsert_into(session, MarkRow).values(name=SETTLED, row_id=number)
    session.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"row_id": number}))
