"""Runs of the synchronization: one at a time, and what they learn is kept page by page."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import Delete, Select, Update, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.domain.emails import folded_email
from app.domain.errors import Conflict, NotFound
from app.domain.sync import (
    LEASE,
    Choices,
    Counts,
    Difference,
    Direction,
    Finding,
    FindingKind,
    Run,
    RunState,
    Taken,
)
from app.services.sync.port import FindingPage, Held, Place, Step
from app.store.base import SessionFactory, table_of, transaction
from app.store.developer_saving import save_developers
from app.store.moments import now_and
from app.store.sync_rows import SyncFindingRow, SyncRunRow

RUNS_KEPT: Final = 50
MAX_PAGE: Final = 1000
UNDER_WAY: Final = "A synchronization is under way. Let it end, or cancel it."
HELD: Final = "Another process works on this synchronization right now."
_UNFINISHED: Final = SyncRunRow.state.in_([RunState.WAITING.value, RunState.RUNNING.value])


class SyncRunStore:
    """``port.SyncRuns`` for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def begin(self, choices: Choices, began_by: tuple[int | None, str], at: datetime) -> Run:
        """Keep a new run; raise ``Conflict`` while another one is unfinished."""
        account_id, name = began_by
        row = SyncRunRow(
            organization=self._organization,
            state=RunState.WAITING.value,
            apply=choices.apply,
            direction=choices.direction.value,
            only=choices.only,
            account_id=account_id,
            began_by=name,
            begun_at=at,
            touched_at=at,
            counts=asdict(Counts()),
            problem="",
            holder="",
            last=[],
            seen=b"",
        )
        with transaction(self._session) as session:
            session.add(row)
            try:
                session.flush()
            except IntegrityError:
                raise Conflict(UNDER_WAY) from None
            session.execute(self._forgetting())
            return _run(row)

    def unfinished(self) -> Run | None:
        """Return the run that is not over, or None."""
        return self._first(self._own().where(_UNFINISHED))

    def get(self, number: int) -> Run:
        """Return one run; raise ``NotFound``."""
        run = self._first(self._own().where(SyncRunRow.id == number))
        if run is None:
            raise NotFound("There is no such synchronization, or it was long ago.")
        return run

    def recent(self, size: int) -> Sequence[Run]:
        """Return the newest runs, the last one first."""
        newest = self._own().order_by(SyncRunRow.id.desc()).limit(min(size, MAX_PAGE))
        with transaction(self._session) as session:
            return tuple(map(_run, session.scalars(newest)))

    def last_applied(self) -> Run | None:
        """Return the last run that brought the whole index up to date, or None."""
        whole = (SyncRunRow.apply.is_(True), SyncRunRow.only == "")
        done = self._own().where(SyncRunRow.state == RunState.DONE.value, *whole)
        return self._first(done.order_by(SyncRunRow.id.desc()).limit(1))

    def take(self, number: int, at: datetime) -> Held | None:
        """Begin or go on to work on a run; None when it is over."""
        self.get(number)
        free = or_(SyncRunRow.leased_until.is_(None), SyncRunRow.leased_until < now_and())
        holder = uuid4().hex
        taking = (
            update(SyncRunRow)
            .where(SyncRunRow.id == number, _UNFINISHED, free)
            .values(
                state=RunState.RUNNING.value,
                holder=holder,
                leased_until=now_and(LEASE),
                touched_at=at,
            )
            .returning(SyncRunRow, SyncRunRow.last, SyncRunRow.seen, SyncRunRow.compared)
        )
        with transaction(self._session) as session:
            row = session.execute(taking).one_or_none()
            if row is not None:
                place = Place(tuple(row.last), row.seen, row.compared)
                return Held(_run(row.SyncRunRow), holder, place)
        if self.get(number).is_unfinished:
            raise Conflict(HELD)
        return None

    def keep(self, held: Held, step: Step, at: datetime) -> bool:
        """Keep what was learned, or nothing of it; False when the run is not ours any more."""
        place = step.place
        values = {
            "touched_at": at,
            "leased_until": now_and(LEASE),
            "counts": asdict(step.counts),
            "problem": "",
            "last": list(place.last),
            "seen": place.seen,
            "compared": place.compared,
        }
        with transaction(self._session) as session:
            kept = session.scalars(_held(held).values(values).returning(SyncRunRow.id))
            if kept.one_or_none() is None:
                return False
            if step.findings:
                rows = [_finding_row(held.run.number, item) for item in step.findings]
                session.execute(insert(table_of(SyncFindingRow)), rows)
            if step.developers:
                save_developers(session, self._organization, step.developers, at)
        return True

    def end(self, held: Held, state: RunState, problem: str, at: datetime) -> bool:
        """End the run or let somebody else go on with it; False when it is not ours any more."""
        ended_at = None if state is RunState.WAITING else at
        values = {"state": state.value, "problem": problem, "touched_at": at}
        over = {"ended_at": ended_at, "leased_until": None, "holder": ""}
        with transaction(self._session) as session:
            ending = _held(held).values(values | over).returning(SyncRunRow.id)
            return session.scalars(ending).one_or_none() is not None

    def cancel(self, number: int, at: datetime) -> bool:
        """Cancel a run; False when it is over."""
        own = (SyncRunRow.organization == self._organization, SyncRunRow.id == number)
        canceled = {"state": RunState.CANCELED.value, "ended_at": at, "holder": ""}
        ending = update(SyncRunRow).where(*own, _UNFINISHED).values(canceled)
        with transaction(self._session) as session:
            ended = session.scalars(ending.returning(SyncRunRow.id))
            return ended.one_or_none() is not None

    def findings(
        self, number: int, kind: FindingKind | None = None, after: int = 0, size: int = 100
    ) -> FindingPage:
        """Return what a run found, in the order that it was found in."""
        self.get(number)
        size = max(1, min(size, MAX_PAGE))
        wanted = select(SyncFindingRow).where(
            SyncFindingRow.run == number, SyncFindingRow.id > after
        )
        if kind is not None:
            wanted = wanted.where(SyncFindingRow.kind == kind.value)
        with transaction(self._session) as session:
            ordered = wanted.order_by(SyncFindingRow.id).limit(size + 1)
            rows = list(session.scalars(ordered))
            found = tuple(_finding(row) for row in rows[:size])
            return FindingPage(found, rows[size - 1].id if len(rows) > size else None)

    def _own(self) -> Select[SyncRunRow]:
        return select(SyncRunRow).where(SyncRunRow.organization == self._organization)

    def _first(self, wanted: Select[SyncRunRow]) -> Run | None:
        with transaction(self._session) as session:
            row = session.scalars(wanted).one_or_none()
            return None if row is None else _run(row)

    def _forgetting(self) -> Delete:
        """Delete all but the newest runs; the database deletes what they found with them."""
        own = SyncRunRow.organization == self._organization
        oldest = select(SyncRunRow.id).where(own).order_by(SyncRunRow.id.desc())
        kept = oldest.limit(1).offset(RUNS_KEPT - 1).scalar_subquery()
        return delete(SyncRunRow).where(own, SyncRunRow.id < kept)


def _held(held: Held) -> Update:
    return update(SyncRunRow).where(
        SyncRunRow.id == held.run.number,
        SyncRunRow.holder == held.holder,
        SyncRunRow.state == RunState.RUNNING.value,
    )


def _run(row: SyncRunRow) -> Run:
    return Run(
        number=row.id,
        choices=Choices(row.apply, Direction(row.direction), row.only),
        state=RunState(row.state),
        account_id=row.account_id,
        began_by=row.began_by,
        begun_at=row.begun_at,
        touched_at=row.touched_at,
        ended_at=row.ended_at,
        counts=Counts(**row.counts),
        problem=row.problem,
    )


def _finding_row(number: int, finding: Finding) -> dict[str, object]:
    details: dict[str, object] = {}
    if finding.differences:
        details["differences"] = [
            [item.field, item.here, item.there, item.taken.value] for item in finding.differences
        ]
    if finding.accounts:
        details["accounts"] = list(finding.accounts)
    if finding.others:
        details["others"] = list(finding.others)
    if finding.problem:
        details["problem"] = finding.problem
    return {
        "run": number,
        "kind": finding.kind.value,
        "email": finding.email,
        "email_folded": folded_email(finding.email),
        "public_id": finding.public_id,
        "details": details,
    }


def _finding(row: SyncFindingRow) -> Finding:
    details = row.details
    return Finding(
        kind=FindingKind(row.kind),
        email=row.email,
        public_id=row.public_id,
        differences=tuple(
            Difference(name, here, there, Taken(taken))
            for name, here, there, taken in details.get("differences", ())
        ),
        accounts=tuple(details.get("accounts", ())),
        others=tuple(details.get("others", ())),
        problem=details.get("problem", ""),
    )
