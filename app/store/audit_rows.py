"""The rows of the audit log as they are kept, with codes in the place of people's names."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final, cast

from sqlalchemy import ColumnElement, CursorResult, Select, insert, or_, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.audit import Action, Actor, AuditEntry, AuditQuery, Concerned, Phase
from app.domain.audit_chain import Row
from app.domain.errors import NotRecorded
from app.store import audit_names
from app.store.audit_names import NO_ACCOUNT, Known
from app.store.base import Base, table_of

ACCOUNT: Final = re.compile(r"[0-9]{1,9}")
# Targets of these kinds are named by an e-mail address.
PEOPLE: Final = frozenset({"account", "developer"})
# The seal must not pass a row that is not committed yet: writers share this lock.
SHARED_LOCK: Final = text(
    "SELECT set_config('lock_timeout', '5s', true), pg_advisory_xact_lock_shared(7217462)"
)


class AuditRow(Base):
    """One row; it points at nothing, because it outlives what it tells of."""

    __tablename__ = "audit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[str] = mapped_column(index=True)
    phase: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_account_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(index=True)
    request_id: Mapped[str]
    address: Mapped[str]
    session: Mapped[str]
    action: Mapped[str]
    target_kind: Mapped[str]
    target: Mapped[str] = mapped_column(index=True)
    on_behalf_of: Mapped[str] = mapped_column(index=True)
    count: Mapped[int]
    detail: Mapped[str]
    target_account_id: Mapped[int | None] = mapped_column(index=True)


# Written as it is, not as an object: every change that is made writes two rows.
_INSERT: Final = insert(table_of(AuditRow))

# The order that every hash was made with: it never changes. Whether a row is about an account is
# told at the end, of those that are: rows from before the column was there keep their hashes.
TOLD: Final = (
    AuditRow.action_id,
    AuditRow.phase,
    AuditRow.at,
    AuditRow.actor_account_id,
    AuditRow.actor_name,
    AuditRow.request_id,
    AuditRow.address,
    AuditRow.session,
    AuditRow.action,
    AuditRow.target_kind,
    AuditRow.target,
    AuditRow.on_behalf_of,
    AuditRow.count,
    AuditRow.detail,
)


@contextmanager
def kept_or_refused() -> Iterator[None]:
    """Turn every way in which the database fails into the one that stops an action."""
    try:
        yield
    except SQLAlchemyError as error:
        raise NotRecorded from error


def keep(session: Session, entry: AuditEntry) -> AuditEntry:
    """Add one row; return the entry with its number."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(SHARED_LOCK)
    coded = audit_names.codes(session, _people(entry).values())
    named = {field: coded[person] for field, person in _people(entry).items()}
    done = session.execute(_INSERT, _values(entry) | named)
    (number,) = cast(CursorResult[object], done).inserted_primary_key or (0,)
    return replace(entry, number=number)


def entries(session: Session, wanted: Select[AuditRow]) -> tuple[AuditEntry, ...]:
    """Return these rows with the names that their codes stand for."""
    rows = session.scalars(wanted).all()
    coded = {text for row in rows for text in (row.actor_name, row.target, row.on_behalf_of)}
    names = audit_names.names(session, coded)
    return tuple(
        AuditEntry(
            action_id=row.action_id,
            phase=Phase(row.phase),
            at=row.at,
            actor=Actor(
                row.actor_account_id,
                names[row.actor_name],
                row.request_id,
                row.address,
                row.session,
            ),
            action=Action(row.action),
            target_kind=row.target_kind,
            target=names[row.target],
            on_behalf_of=names[row.on_behalf_of],
            detail=row.detail,
            count=row.count,
            target_account_id=row.target_account_id,
            number=row.id,
        )
        for row in rows
    )


def conditions(session: Session, query: AuditQuery) -> Iterator[ColumnElement[bool]]:
    """Yield what a row must be like to be wanted."""
    yield AuditRow.id > query.after
    if query.before is not None:
        yield AuditRow.id < query.before
    if query.about:
        yield or_(_by(session, query.about), _about(session, query.about))
    if query.actor:
        yield _by(session, query.actor)
    if query.action is not None:
        yield AuditRow.action == query.action.value
    if query.target:
        yield _about(session, query.target)
    if query.concerned is not None:
        yield or_(*_ways(session, query.concerned))
    yield from _between(query.since, query.until)


def _between(since: datetime | None, until: datetime | None) -> Iterator[ColumnElement[bool]]:
    if since is not None:
        yield AuditRow.at >= since
    if until is not None:
        yield AuditRow.at < until


def newest_concerning(session: Session, who: Concerned, limit: int) -> list[int]:
    """Return the numbers of the newest outcomes about, for or by a developer, newest first.

    Each way of being concerned has its index, so none of the questions reads the whole log.
    """
    ways = _ways(session, who)
    ended = select(AuditRow.id).where(AuditRow.phase != Phase.INTENT.value)
    newest = ended.order_by(AuditRow.id.desc()).limit(limit)
    found = {number for way in ways for number in session.scalars(newest.where(way))}
    return sorted(found, reverse=True)[:limit]


def _ways(session: Session, who: Concerned) -> list[ColumnElement[bool]]:
    """Return each way in which a row concerns a developer; each has its index."""
    names = {who.developer, *audit_names.codes_of(session, who.developer)}
    is_other = (AuditRow.target_kind == "account") & AuditRow.target_account_id.is_not(None)
    ways: list[ColumnElement[bool]] = [
        AuditRow.target.in_(names) & ~is_other,
        AuditRow.on_behalf_of.in_(names),
    ]
    if who.account_id is not None:
        ways += [
            AuditRow.target_account_id == who.account_id,
            AuditRow.actor_account_id == who.account_id,
        ]
    return ways


def _by(session: Session, who: str) -> ColumnElement[bool]:
    """Return what holds for the rows of which somebody is the actor."""
    named = AuditRow.actor_name.in_({who, *audit_names.codes_of(session, who)})
    number = ACCOUNT.fullmatch(who)
    return or_(named, AuditRow.actor_account_id == int(who)) if number else named


def _about(session: Session, what: str) -> ColumnElement[bool]:
    """Return what holds for the rows that are about something or somebody."""
    named = AuditRow.target.in_({what, *audit_names.codes_of(session, what)})
    number = ACCOUNT.fullmatch(what)
    return or_(named, AuditRow.target_account_id == int(what)) if number else named


def _people(entry: AuditEntry) -> dict[str, Known]:
    """Return the fields that name a person, each with whose account's name it is."""
    known: dict[str, Known] = {}
    if entry.actor.account_id is not None:
        known["actor_name"] = (entry.actor.account_id, entry.actor.name)
    if entry.target_kind in PEOPLE:
        known["target"] = (NO_ACCOUNT, entry.target)
    known["on_behalf_of"] = (NO_ACCOUNT, entry.on_behalf_of)
    return {field: person for field, person in known.items() if person[1]}


def _values(entry: AuditEntry) -> dict[str, object]:
    actor = entry.actor
    return {
        "action_id": entry.action_id,
        "phase": entry.phase.value,
        "at": entry.at,
        "actor_account_id": actor.account_id,
        "actor_name": actor.name,
        "request_id": actor.request_id,
        "address": actor.address,
        "session": actor.session,
        "action": entry.action.value,
        "target_kind": entry.target_kind,
        "target": entry.target,
        "on_behalf_of": entry.on_behalf_of,
        "count": entry.count,
        "detail": entry.detail,
        "target_account_id": entry.target_account_id,
    }


def sealable(session: Session, after: int, upto: int, most: int | None = None) -> Iterator[Row]:
    """Yield the rows of these numbers as the chain holds them, whatever is written in them."""
    columns = (AuditRow.id, AuditRow.target_account_id, *TOLD)
    wanted = select(*columns).where(AuditRow.id > after, AuditRow.id <= upto)
    wanted = wanted.order_by(AuditRow.id).limit(most).execution_options(yield_per=1000)
    with session.execute(wanted) as rows:
        for number, account, *told in rows:
            about = () if account is None else (account,)
            yield Row(number, (*map(_plain, told), *about))


def _plain(value: str | int | datetime | None) -> str | int | None:
    return value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value
