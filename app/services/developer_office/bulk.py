"""Activating and deactivating many developers: planned, looked at, begun, reported one by one."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from app.domain.audit import SYSTEM, Actor
from app.domain.clock import Clock
from app.domain.developers import DeveloperStatus
from app.domain.errors import Busy, InvalidInput, NotFound, PortalError
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
        return self.bulks.add(status, chosen, self.clock.now())

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
            for item in bulk.of(ItemState.WAITING):
                self._change(actor, bulk, item)
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
        actor, until = self._actor(bulk), self.clock.now() + PATIENCE
        for item in bulk.of(ItemState.WAITING):
            if self.clock.now() >= until:
                raise JobPaused
            self._change(actor, bulk, item)
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

    def _change(self, actor: Actor, bulk: Bulk, item: BulkItem) -> None:
        """Change one, unless another press of the button does or did; who is busy still waits."""
        turn = self.turns.held(item.public_id, f"{NUMBER} {bulk.number}", ELSEWHERE, patience=0.0)
        with suppress(Busy), turn:
            if self.bulks.waits(bulk.number, item.public_id):
                self.bulks.settle(bulk.number, self._changed(actor, bulk.status, item))

    def _changed(self, actor: Actor, status: DeveloperStatus, item: BulkItem) -> BulkItem:
        try:
            _, elsewhere = self.developers.switch(actor, item.public_id, status)
        except Busy:
            raise
        except PortalError as error:
            return replace(item, state=ItemState.FAILED, reason=error.message)
        failed = [f"{one.organization}: {one.problem}" for one in elsewhere if one.has_failed]
        if failed:
            return replace(item, state=ItemState.PARTLY, reason="; ".join(failed))
        return replace(item, state=ItemState.DONE, reason="")
