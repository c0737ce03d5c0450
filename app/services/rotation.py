"""Replacing a key: a new one at once, and the old one turned off at a moment that was chosen.

The job that turns the old key off is written down before the new key is asked for. When it
runs it looks first whether the new key came to be, so a crash in between changes nothing.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Owner
from app.domain.errors import (
    Busy,
    Conflict,
    InvalidInput,
    NotFound,
    NotPossible,
    OutcomeUnknown,
    PortalError,
)
from app.domain.jobs import Job, JobKind, NewJob
from app.domain.keys import ApprovalStatus, Key, KeyPair, NewKey, key_status
from app.domain.overview import is_last_working
from app.domain.policy import KeyPolicy
from app.domain.rotation import Asked, Overlap, Rotated, hindrance
from app.domain.succession import only_on_old
from app.services.apigee_port import ApigeeApps, ApigeeKeys
from app.services.job_port import Jobs
from app.services.key_changes import LAST_WORKING
from app.services.key_completion import Grant, KeyCompletion, whole
from app.services.key_ledger import KeyLedger
from app.services.key_room import BUSY, KeyRoom
from app.services.memories import retirements
from app.services.operator import Operator
from app.services.products import Products
from app.services.refusals import on_record
from app.services.retirement import BEING_MADE, Retirement, replacement
from app.services.succession import Succession
from app.services.trail import Trail
from app.services.waiting import WAIT_SECONDS, WAIT_STEP_SECONDS

AGAIN: Final = "This key is being replaced already. Look at the app's keys."
NO_TIME: Final = "Choose how much longer the old key works."
TOO_LATE: Final = "The old key is being turned off at this moment. Look at the app's keys."
STOPPED: Final = "The old key is turned off already. Use the new one, or add another."
NOT_REPLACED: Final = (
    "This key is not being replaced: that was canceled, or it never began. It stays on."
)


@dataclass(frozen=True, slots=True)
class Rotation:
    """Replaces keys of the owner's apps; the policy bounds the life of the new ones."""

    apps: ApigeeApps
    keys: ApigeeKeys
    products: Products
    jobs: Jobs
    ledger: KeyLedger
    retirement: Retirement
    clock: Clock
    room: KeyRoom
    policy: KeyPolicy = field(default_factory=KeyPolicy)
    operator: Operator = field(default_factory=Operator)
    sleep: Callable[[float], None] = time.sleep

    @property
    def completion(self) -> KeyCompletion:
        """What finishes a key that was made and had not got its products."""
        return KeyCompletion(self.keys, self.products, self.ledger, self.operator)

    @property
    def succession(self) -> Succession:
        """The rules about the key that follows another."""
        return Succession(self.products, self.policy, self.operator)

    @property
    def trail(self) -> Trail:
        """Where refusals are written."""
        return self.ledger.trail

    @on_record(Action.KEY_ROTATE)
    def start(self, owner: Owner, actor: Actor, roles: frozenset[str], asked: Asked) -> Rotated:
        """Make a key with the same products; the same request again shows the same key.

        Raises ``NotFound``, ``NotPossible``, ``Conflict``, ``Busy`` and ``OutcomeUnknown``.
        """
        with suppress(Busy), self.room.held(owner, asked.app, patience=0) as app:
            return self._started(owner, actor, roles, app, asked)
        app = self.apps.get(owner.email, asked.app)
        if job := self._sent_before(owner, app, asked):
            return self._repeated(owner, app, job, asked)
        raise Busy(BUSY)

    def _started(
        self, owner: Owner, actor: Actor, roles: frozenset[str], app: DeveloperApp, asked: Asked
    ) -> Rotated:
        if job := self._sent_before(owner, app, asked):
            app = self._completed(owner, actor, roles, (app, job))
            return self._repeated(owner, app, job, asked)
        old = self._working(app, asked.key_id)
        self.policy.check_room(len(app.keys) - 1)  # one more while one replaces another
        carried = self.succession.carried(owner, old, roles)
        pair = self.keys.new_pair()
        job = self._noted(owner, app, asked, pair)
        if job.facts["new_key_id"] != pair.key_id:
            return self._repeated(owner, app, job, asked)
        asks = self.operator.around(owner, roles, (Action.KEY_ROTATE, app.name), carried.granted)
        new = NewKey(carried.granted, self.lifetime_seconds(old, asked.days), pair)
        made = self._made(owner, actor, (app, job), new, asks)
        self.completion.tell(app, owner.email, actor, made.key_id, carried.granted)
        if asked.overlap is Overlap.NONE:
            self._retire_now(job)
        return Rotated(app, made, asked.key_id, job.due_at, carried.left_out)

    def stopping(self, owner: Owner, app: DeveloperApp, old: Key) -> tuple[str, ...]:
        """Return the products whose calls would fail if the old key stopped at this moment."""
        found = retirements(self.jobs.about(owner.developer_id), app.app_id, old.key_id)
        new = replacement(app, found[0]) if found else None
        return only_on_old(old, new) if new else ()

    def lifetime_seconds(self, old: Key, days: int | None = None) -> int | None:
        """Return how long a key lives that replaces this one, None without an end."""
        return self.policy.seconds_after(old.lifetime_seconds(self.clock.now()), days)

    @on_record(Action.KEY_ROTATION_MOVE)
    def extend(self, owner: Owner, actor: Actor, asked: Asked) -> datetime:
        """Let the old key work for so long from now on; raise ``Conflict`` when it is too late.

        Raises ``InvalidInput`` for no time at all: that is what stopping it is for.
        """
        app = self.apps.get(owner.email, asked.app)
        job = self._waiting(owner, app, asked.key_id)
        if asked.overlap is Overlap.NONE:
            raise InvalidInput({"overlap": NO_TIME})
        due_at = self.clock.now() + asked.overlap.length
        with self.ledger.change(owner.email, actor, Action.KEY_ROTATION_MOVE, app, asked.key_id):
            if not self.jobs.move(job.job_id, due_at):
                raise NotPossible(TOO_LATE)
        return due_at

    @on_record(Action.KEY_ROTATION_CANCEL)
    def cancel(self, owner: Owner, actor: Actor, name: str, key_id: str) -> None:
        """Keep both keys; raise ``Conflict`` when it is too late."""
        app = self.apps.get(owner.email, name)
        job = self._waiting(owner, app, key_id)
        with self.ledger.change(owner.email, actor, Action.KEY_ROTATION_CANCEL, app, key_id):
            if not self.jobs.cancel(job.job_id):
                raise NotPossible(TOO_LATE)

    @on_record(Action.KEY_RETIRE)
    def stop_now(
        self, owner: Owner, actor: Actor, name: str, key_id: str, *, sure: bool = False
    ) -> None:
        """Turn the old key off at once, whether the new one works or not.

        Raises ``InvalidInput`` where no other key works, unless the person is ``sure``, and
        ``Conflict`` for a key that is off already: who did that decides whether it comes back.
        """
        app = self.apps.get(owner.email, name)
        job = self._waiting(owner, app, key_id)
        existing = self.products.existing().for_app(app)
        if not sure and is_last_working(app, key_id, self.clock.now(), existing):
            raise InvalidInput({"sure": LAST_WORKING})
        with self.ledger.change(owner.email, actor, Action.KEY_RETIRE, app, key_id):
            self.keys.set_status(owner.email, name, key_id, ApprovalStatus.REVOKED)
            self.ledger.turned_off(app, actor, key_id, replaced_by=job.facts["new_key_id"])
        self.jobs.cancel(job.job_id)

    def _working(self, app: DeveloperApp, key_id: str) -> Key:
        key = app.key(key_id)
        if key is None:
            raise NotFound("There is no such key.")
        status = key_status(
            key,
            developer_active=True,
            app_status=ApprovalStatus.APPROVED,
            now=self.clock.now(),
            existing=self.products.existing().for_app(app),
        )
        if reason := hindrance(key, status):
            raise NotPossible(reason)
        return key

    def _noted(self, owner: Owner, app: DeveloperApp, asked: Asked, pair: KeyPair) -> Job:
        facts = {
            "app_id": app.app_id,
            "key_id": asked.key_id,
            "new_key_id": pair.key_id,
            "before": ",".join(key.key_id for key in app.keys),
            "request": asked.mark,
        }
        return self.jobs.add(
            NewJob(
                kind=JobKind.RETIRE_KEY,
                due_at=self.clock.now() + asked.overlap.length,
                facts=facts,
                unique_key=f"{JobKind.RETIRE_KEY}:{app.app_id}:{asked.key_id}",
                about=owner.developer_id,
            )
        )

    def _made(
        self,
        owner: Owner,
        actor: Actor,
        noted: tuple[DeveloperApp, Job],
        new: NewKey,
        asks: AbstractContextManager[None],
    ) -> KeyPair:
        app, job = noted
        try:
            with (
                self.ledger.change(owner.email, actor, Action.KEY_ROTATE, app, job.facts["key_id"]),
                asks,
            ):
                return self.keys.create(owner.email, app.name, new)
        except OutcomeUnknown:
            raise
        except PortalError:
            self.jobs.cancel(job.job_id)
            raise

    def _completed(
        self, owner: Owner, actor: Actor, roles: frozenset[str], noted: tuple[DeveloperApp, Job]
    ) -> DeveloperApp:
        """Give the new key its products where whoever made it ended before that."""
        app, job = noted
        made, old = replacement(app, job), app.key(job.facts["key_id"])
        if made is None or old is None or whole(made):
            return app
        granted = self.succession.carried(owner, old, roles).granted
        grant = Grant(owner, actor, roles, Action.KEY_ROTATE, made.key_id, granted)
        self.completion.complete(app, grant)
        return self.apps.get(owner.email, app.name)

    def _sent_before(self, owner: Owner, app: DeveloperApp, asked: Asked) -> Job | None:
        """Return what the same form began, also where the old key has stopped since."""
        found = retirements(self.jobs.about(owner.developer_id), app.app_id, asked.key_id)
        return next((job for job in found if job.facts["request"] == asked.mark), None)

    def _repeated(self, owner: Owner, app: DeveloperApp, job: Job, asked: Asked) -> Rotated:
        if job.facts["request"] != asked.mark:
            raise Conflict(AGAIN)
        made = whole(replacement(app, job)) or self._awaited(owner, app.name, job)
        old, given = app.key(asked.key_id), {item.name for item in made.products}
        held = [item.name for item in old.products] if old else []
        pair = self.keys.pair(owner.email, app.name, made.key_id)
        left_out = tuple(name for name in held if name not in given)
        return Rotated(app, pair, asked.key_id, job.due_at, left_out)

    def _awaited(self, owner: Owner, name: str, job: Job) -> Key:
        """Wait while the same form, sent before, still has its key made."""
        waited = 0.0
        while waited < WAIT_SECONDS and self.clock.now() - job.created_at < BEING_MADE:
            self.sleep(WAIT_STEP_SECONDS)
            waited += WAIT_STEP_SECONDS
            made = whole(replacement(self.apps.get(owner.email, name), job))
            if made is not None:
                return made
        raise Conflict(AGAIN)

    def _retire_now(self, job: Job) -> None:
        """The job is due anyway, so whatever goes wrong here is tried again."""
        with suppress(PortalError):
            self.retirement.run(job)

    def _waiting(self, owner: Owner, app: DeveloperApp, key_id: str) -> Job:
        """Return the job that will turn the key off; raise what became of it meanwhile."""
        key = app.key(key_id)
        if key is None:
            raise NotFound("There is no such key.")
        if key.status is ApprovalStatus.REVOKED:
            raise Conflict(STOPPED)
        found = retirements(self.jobs.about(owner.developer_id), app.app_id, key_id)
        if not found:
            raise Conflict(NOT_REPLACED)
        return found[0]
