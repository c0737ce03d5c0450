"""Adding a key to an app: once for each form, whatever becomes of the answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Owner
from app.domain.errors import (
    NotFound,
    OutcomeUnknown,
    PortalError,
    UpstreamKind,
)
from app.domain.keys import KeyPair, NewKey
from app.domain.notes import NoteKind, Subject
from app.domain.policy import KeyPolicy
from app.services.apigee_port import ApigeeKeys
from app.services.key_completion import Grant, KeyCompletion, whole
from app.services.key_labels import check_label
from app.services.key_ledger import KeyLedger
from app.services.key_products import KeyProducts
from app.services.key_room import KeyRoom
from app.services.ports import ABANDONED_AFTER, Creations
from app.services.refusals import on_record
from app.services.trail import Trail
from app.services.waiting import looks

STILL_MADE: Final = (
    "This key is still being made. Look at the app in a minute; no second one is made."
)


@dataclass(frozen=True, slots=True)
class AskedKey:
    """A filled-in form; without ``days`` the key lives as long as the policy says."""

    products: tuple[str, ...]
    request_id: str
    days: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class KeyAddition:
    """Adds keys: which one it will be is written down before anything is sent to Apigee."""

    keys: ApigeeKeys
    creations: Creations
    products: KeyProducts
    ledger: KeyLedger
    clock: Clock
    policy: KeyPolicy
    room: KeyRoom
    sleep: Callable[[float], None] = time.sleep

    @property
    def trail(self) -> Trail:
        """Where refusals are written."""
        return self.ledger.trail

    @property
    def completion(self) -> KeyCompletion:
        """What finishes a key that was made and had not got its products."""
        known, operator = self.products.products, self.products.operator
        return KeyCompletion(self.keys, known, self.ledger, operator)

    @on_record(Action.KEY_ADD)
    def add(
        self, owner: Owner, actor: Actor, roles: frozenset[str], name: str, asked: AskedKey
    ) -> KeyPair:
        """Add a key, or show the one that the same form made before.

        Raises ``NotFound`` (the app), ``InvalidInput``, ``LimitReached`` when the app has as many
        keys as it may, ``Conflict`` while another one is made, and ``OutcomeUnknown`` when the
        answer was lost.
        """
        with self.room.held(owner, name) as app:
            return self._added(owner, actor, roles, app, asked)

    def _added(
        self,
        owner: Owner,
        actor: Actor,
        roles: frozenset[str],
        app: DeveloperApp,
        asked: AskedKey,
    ) -> KeyPair:
        pair = self.keys.new_pair()
        claim = owner.developer_id, asked.request_id
        for _ in looks(self.sleep):
            now = self.clock.now()
            if self.creations.begin(*claim, now, pair.key_id):
                break
            known = self._known(owner, actor, roles, app, asked)
            if known is not None:
                return known
            long_ago = now - ABANDONED_AFTER
            if self.creations.take_over(*claim, begun_before=long_ago, at=now, planned=pair.key_id):
                break
        else:
            raise OutcomeUnknown(UpstreamKind.TIMEOUT, STILL_MADE)
        return self._claimed(owner, actor, roles, app, (asked, pair))

    def _claimed(
        self,
        owner: Owner,
        actor: Actor,
        roles: frozenset[str],
        app: DeveloperApp,
        asked_pair: tuple[AskedKey, KeyPair],
    ) -> KeyPair:
        asked, pair = asked_pair
        try:
            self.policy.check_room(len(app.keys))
            check_label(self.ledger.notes, app, asked.label)
            products = self.products.addable(owner, app, asked.products, roles)
            new = NewKey(products, self.policy.seconds(asked.days), pair)
            with (
                self.ledger.change(owner.email, actor, Action.KEY_ADD, app, pair.key_id),
                self.products.operator.around(owner, roles, (Action.KEY_ADD, app.name), products),
            ):
                made = self.keys.create(owner.email, app.name, new)
        except OutcomeUnknown:
            raise
        except PortalError:
            self.creations.failed(owner.developer_id, asked.request_id)
            raise
        self.creations.finished(owner.developer_id, asked.request_id, made.key_id)
        self.completion.tell(app, owner.email, actor, made.key_id, products)
        if asked.label:
            subject = Subject(app.app_id, made.key_id)
            self.ledger.note(app, actor, NoteKind.LABEL, subject, text=asked.label)
        return made

    def _known(
        self,
        owner: Owner,
        actor: Actor,
        roles: frozenset[str],
        app: DeveloperApp,
        asked: AskedKey,
    ) -> KeyPair | None:
        """Return the key that the form made; one that was not made to its end is now."""
        claim = owner.developer_id, asked.request_id
        finished = self.creations.app_id(*claim)
        key_id = finished or self.creations.planned(*claim)
        key = app.key(key_id)
        if key and not finished and not whole(key):
            products = self.products.addable(owner, app, asked.products, roles)
            grant = Grant(owner, actor, roles, Action.KEY_ADD, key_id, products)
            self.completion.complete(app, grant)
            self.creations.finished(*claim, key_id)
        try:
            return self.keys.pair(owner.email, app.name, key_id)
        except NotFound:
            return None
