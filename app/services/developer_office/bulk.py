"""Activating and deactivating many developers: planned, looked at, begun, reported one by one."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from app.domain.audit import SYSTEM, Actor
from app.domain.clock import Clock
from app.domain.developers import DeveloperStatus
from app.domain.errors import (
    Busy,
    InvalidInput,
    NotFound,
    PortalError,
    Upstream,
    UpstreamKind,
)
from app.domain.jobs import PATIENCE, Job, JobKind, JobPaused, NewJob
from app.services.developer_office.bulk_port import Bulk, BulkItem, DeveloperBulks, ItemState
from app.services.developers import Developers
from app.services.job_port import Jobs
from app.services.ports import Accounts
from app.services.turns import Turns

# More make a list that nobody reads before pressing a button.
MOST: Final = 500
# So many are changed while the person waits; a job changes more.
AT_ONCE: Final = 20
# By then the person's request is over; whoever still waits was left behind by it.
LEFT_BEHIND: Final = timedelta(minutes=5)
NUMBER: Final = "bulk"
# After so many calls in a row without an answer the others would only wait, too.
MOST_SILENT: Final = 2
SILENT: Final = frozenset({UpstreamKind.UNREACHABLE, UpstreamKind.TIMEOUT})
NOT_TRIED: Final = "Not tried: Apigee did not answer about others."
UNKNOWN: Final = "Somebody who was chosen is no developer any more. Choose again."
ELSEWHERE: Final = "This developer is being changed."
NOBODY: Final = "Choose at least one developer."
TOO_MANY: Final = f"Choose at most {MOST} developers at a time."


@dataclass(frozen=True, slots=True)
class DeveloperBulk:
    """Changes one developer after the other; each is recorded, and one failure stops nobody else.

    Doing it again changes who failed or still waits. Whoever was in hand when a process died
    is given the same status once more.
    """

    bulks: DeveloperBulks
    developers: Developers
    accounts: Accounts
    jobs: Jobs
    clock: Clock
    turns: Turns

    def plan(self, status: DeveloperStatus, public_ids: Sequence[str]) -> int:
        """Keep who would be changed and return the plan's number; raise ``InvalidInput``."""
        chosen = tuple(dict.fromkeys(public_ids))
        if not chosen:
            raise InvalidInput({"": NOBODY})
        if len(chosen) > MOST:
            raise InvalidInput({"": TOO_MANY})
        number = self.bulks.add(status, chosen, self.clock.now())
        if not all(item.email for item in self.bulks.get(number).items):
            raise InvalidInput({"": UNKNOWN})
        return number

    def get(self, number: int) -> Bulk:
        """Return a plan or its report; raise ``NotFound``."""
        return self.bulks.get(number)

    def begin(self, actor: Actor, number: int) -> Bulk:
        """Change everybody who waits or failed before: at once, or by a job where they are many.

        A job does as well what a process that dies at it leaves behind.
        """
        self.bulks.get(number)
        self.bulks.begin(number, actor.account_id)
        bulk = self.bulks.get(number)
        are_many = len(bulk.of(ItemState.WAITING)) > AT_ONCE
        kind, now = JobKind.CHANGE_DEVELOPERS, self.clock.now()
        unique = f"{kind.value} {number}"
        due_at = now if are_many else now + LEFT_BEHIND
        self.jobs.add(NewJob(kind, due_at, {NUMBER: str(number)}, unique, about=unique))
        if not are_many:
            self._change_all(actor, bulk)
        return self.bulks.get(number)

    def run(self, job: Job) -> None:
        """Change everybody of the job's plan who still waits; raise ``JobPaused`` for others.

        Raises ``Busy`` for the next try where somebody was in another's hand, such as that of a
        process that died.
        """
        try:
            bulk = self.bulks.get(int(job.facts[NUMBER]))
        except NotFound:
            return
        self._change_all(self._actor(bulk), bulk, self.clock.now() + PATIENCE)
        if self.bulks.get(bulk.number).is_running:
            raise Busy(ELSEWHERE)

    def _actor(self, bulk: Bulk) -> Actor:
        """Return who began it, or the system where their account is gone."""
        if bulk.begun_by is None:
            return SYSTEM
        try:
            return Actor(bulk.begun_by, self.accounts.get(bulk.begun_by).name)
        except NotFound:
            return SYSTEM

    def _change_all(self, actor: Actor, bulk: Bulk, until: datetime | None = None) -> None:
        """Change everybody who waits; raise ``JobPaused`` where it takes longer than ``until``.

        Once Apigee was silent several times in a row nobody else is tried.
        """
        silent = 0
        for item in bulk.of(ItemState.WAITING):
            if until is not None and self.clock.now() >= until:
                raise JobPaused
            tries = silent < MOST_SILENT
            silent = silent + 1 if self._change(actor, bulk, item, tries=tries) else 0

    def _change(self, actor: Actor, bulk: Bulk, item: BulkItem, *, tries: bool) -> bool:
        """Change one, unless another press of the button does or did; who is busy still waits.

        Tells whether Apigee was silent about them.
        """
        turn = self.turns.held(item.public_id, f"{NUMBER} {bulk.number}", ELSEWHERE, patience=0.0)
        ended, is_silent = replace(item, state=ItemState.FAILED, reason=NOT_TRIED), True
        with suppress(Busy), turn:
            if self.bulks.waits(bulk.number, item.public_id):
                if tries:
                    ended, is_silent = self._changed(actor, bulk.status, item)
                self.bulks.settle(bulk.number, ended)
                return is_silent
        return False

    def _changed(
        self, actor: Actor, status: DeveloperStatus, item: BulkItem
    ) -> tuple[BulkItem, bool]:
        try:
            _, elsewhere = self.developers.switch(actor, item.public_id, status)
        except Busy:
            raise
        except PortalError as error:
            is_silent = isinstance(error, Upstream) and error.kind in SILENT
            return replace(item, state=ItemState.FAILED, reason=error.message), is_silent
        failed = [f"{one.organization}: {one.problem}" for one in elsewhere if one.has_failed]
        if failed:
            return replace(item, state=ItemState.PARTLY, reason="; ".join(failed)), False
        return replace(item, state=ItemState.DONE, reason=""), False
