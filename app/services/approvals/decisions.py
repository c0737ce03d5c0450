"""Deciding about access: an API product on a key, a key, or an app as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from app.domain.approvals import Wanted
from app.domain.apps import DeveloperApp, OrganizationApp
from app.domain.audit import Action, Actor
from app.domain.developers import Developer
from app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.domain.keys import ApprovalStatus, Key
from app.domain.names import is_blank, unprintable
from app.domain.notes import Author, NoteKind, Subject
from app.services.apigee_port import (
    ApigeeApps,
    ApigeeDevelopers,
    ApigeeKeys,
    ApigeeOrganizationApps,
)
from app.services.approvals.port import AccessQueue
from app.services.key_ledger import KeyLedger
from app.services.trail import Target
from app.services.turns import Turns

LONGEST_REASON: Final = 1_000
DECIDED: Final = {
    ApprovalStatus.APPROVED: "Somebody approved this in the meantime.",
    ApprovalStatus.REVOKED: "Somebody refused this in the meantime.",
}
BUSY: Final = "Somebody else is deciding about this app. Try again in a minute."
OWN: Final = "You cannot decide about your own apps. Somebody else can."
OF_A_GROUP: Final = "This app belongs to a group of developers. Decide about it in Apigee."
GONE: Final = "This app is not on Apigee any more."
NO_KEY: Final = "There is no such key."
NO_PRODUCT: Final = "This product is not on the key any more."
_PRODUCT: Final = {
    ApprovalStatus.APPROVED: (Action.PRODUCT_APPROVE, NoteKind.GRANTED),
    ApprovalStatus.REVOKED: (Action.PRODUCT_REFUSE, NoteKind.REFUSED),
}
_KEY: Final = {
    ApprovalStatus.APPROVED: (Action.KEY_TURN_ON, NoteKind.RELEASED),
    ApprovalStatus.REVOKED: (Action.KEY_TURN_OFF, NoteKind.TURNED_OFF),
}
_APP: Final = {
    ApprovalStatus.APPROVED: Action.APP_APPROVE,
    ApprovalStatus.REVOKED: Action.APP_REVOKE,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides; a refusal says why, and the developer reads it."""

    status: ApprovalStatus
    reason: str = ""

    @property
    def approves(self) -> bool:
        """Whether it gives access."""
        return self.status is ApprovalStatus.APPROVED


@dataclass(frozen=True, slots=True)
class Decisions:
    """Changes what Apigee lets a key do; the developer sees it at once, and is told by mail.

    What is decided about one app at the same moment is decided in turn: whoever comes second is
    told so, with ``Conflict``, and ``Busy`` where the first takes long.
    Every method raises ``NotFound`` for what is not there, ``NotAllowed`` for the person's own
    apps, ``InvalidInput`` for a refusal without a reason, and ``OutcomeUnknown``.
    """

    organization_apps: ApigeeOrganizationApps
    developers: ApigeeDevelopers
    apps: ApigeeApps
    keys: ApigeeKeys
    queue: AccessQueue
    ledger: KeyLedger
    turns: Turns

    def answer(self, actor: Actor, wanted: Wanted, decision: Decision) -> DeveloperApp:
        """Decide about what waits; raise ``Conflict`` where it does not wait any more."""
        check_reason(decision)
        with self._held(wanted.app_id) as held:
            status = _status(_key(held.app, wanted.key_id), wanted.product)
            if status is not ApprovalStatus.PENDING:
                self.queue.settled(wanted)
                raise Conflict(DECIDED[status])
            return self._decide(actor, held, wanted, decision)

    def product(self, actor: Actor, wanted: Wanted, decision: Decision) -> DeveloperApp:
        """Approve or revoke a product on a key, whatever it is now."""
        check_reason(decision)
        with self._held(wanted.app_id) as held:
            return self._product(actor, held, wanted, decision)

    def _product(
        self, actor: Actor, held: OrganizationApp, wanted: Wanted, decision: Decision
    ) -> DeveloperApp:
        before = _status(_key(held.app, wanted.key_id), wanted.product)
        if before is decision.status:
            return held.app
        app = self._decide(actor, held, wanted, decision)
        if before is ApprovalStatus.APPROVED:  # the gateways go on with it for some minutes
            subject = Subject(app.app_id, wanted.key_id, wanted.product)
            self.ledger.note(app, actor, NoteKind.TURNED_OFF, subject, Author.ADMINISTRATOR)
        return app

    def key(self, actor: Actor, app_id: str, key_id: str, status: ApprovalStatus) -> DeveloperApp:
        """Approve or revoke a key; one that an administrator revoked its owner cannot turn on."""
        with self._held(app_id) as held:
            return self._set_key(actor, held, key_id, status)

    def _set_key(
        self, actor: Actor, held: OrganizationApp, key_id: str, status: ApprovalStatus
    ) -> DeveloperApp:
        app = held.app
        if _key(app, key_id).status is status:
            return app
        email = self._owner(actor, held).email
        action, kind = _KEY[status]
        with self.ledger.change(email, actor, action, app, key_id):
            self.keys.set_status(email, app.name, key_id, status)
            subject = Subject(app.app_id, key_id)
            self.ledger.note(app, actor, kind, subject, Author.ADMINISTRATOR)
        return app

    def app(self, actor: Actor, app_id: str, status: ApprovalStatus) -> DeveloperApp:
        """Approve or revoke an app: without it none of its keys works."""
        with self._held(app_id) as held:
            app, email = held.app, self._owner(actor, held).email
            if app.status is not status:
                target = Target("app", app.name, email)
                with self.ledger.change_of(target, actor, _APP[status], app):
                    self.apps.set_status(email, app.name, status)
            return app

    def _decide(
        self, actor: Actor, held: OrganizationApp, wanted: Wanted, decision: Decision
    ) -> DeveloperApp:
        app, owner = held.app, self._owner(actor, held)
        email = owner.email
        action, kind = _PRODUCT[decision.status]
        target = Target("access", f"{app.name} / {wanted.key_id} / {wanted.product}", email)
        with self.ledger.change_of(target, actor, action, app):
            self.keys.set_product_status(
                email, app.name, wanted.key_id, wanted.product, decision.status
            )
            subject = Subject(app.app_id, wanted.key_id, wanted.product)
            self.ledger.note(
                app, actor, kind, subject, Author.ADMINISTRATOR, decision.reason.strip()
            )
        self.queue.settled(wanted)
        self._tell(app, owner, wanted, decision)
        return app

    def _tell(
        self, app: DeveloperApp, owner: Developer, wanted: Wanted, decision: Decision
    ) -> None:
        mail, notes = self.ledger.mail, self.ledger.notes
        if decision.approves:
            # It may be asked for again on the app's other keys, too.
            notes.remove(NoteKind.REFUSED, Subject(app.app_id, product=wanted.product))
            lacks = _still_lacking(app, owner, wanted.key_id)
            mail.access_approved(app, owner.email, wanted.product, lacks)
        else:
            mail.access_refused(app, owner.email, wanted.product, decision.reason.strip())

    @contextmanager
    def _held(self, app_id: str) -> Iterator[OrganizationApp]:
        """Yield the app as Apigee has it now, while nobody else decides about it."""
        with self.turns.held(app_id, "decisions", BUSY):
            try:
                held = self.organization_apps.get(app_id)
            except NotFound:
                raise NotFound(GONE) from None
            yield held

    def _owner(self, actor: Actor, held: OrganizationApp) -> Developer:
        """Return the owner, by whose present address Apigee is asked to change their apps."""
        if held.group or not held.app.developer_id:
            raise Conflict(OF_A_GROUP)
        owner = self.developers.get(held.app.developer_id)
        email = owner.email
        if actor.has(self.ledger.accounts.of_developer(email)):
            self.ledger.trail.refusal(
                actor, Action.ACCESS_REFUSED, Target("app", held.app.name, email), "own app"
            )
            raise NotAllowed(OWN)
        return owner


def _still_lacking(app: DeveloperApp, owner: Developer, key_id: str) -> str:
    """Name the first link that still stops the key; empty where calls work from now on."""
    links = (
        ("developer", owner.is_active),
        ("app", app.status is ApprovalStatus.APPROVED),
        ("key", _key(app, key_id).status is ApprovalStatus.APPROVED),
    )
    return next((name for name, is_whole in links if not is_whole), "")


def check_reason(decision: Decision) -> None:
    """Raise ``InvalidInput`` for a refusal that does not say why."""
    reason = decision.reason.strip()
    if not decision.approves and is_blank(reason):
        raise InvalidInput({"reason": "Say why: the developer reads it."})
    if len(reason) > LONGEST_REASON or unprintable(" ".join(reason.split())):
        text = f"Use at most {LONGEST_REASON} characters, all of them visible."
        raise InvalidInput({"reason": text})


def _key(app: DeveloperApp, key_id: str) -> Key:
    key = app.key(key_id)
    if key is None:
        raise NotFound(NO_KEY)
    return key


def _status(key: Key, product: str) -> ApprovalStatus:
    """Return what a product is on a key; raise ``NotFound`` where it is not on it."""
    for item in key.products:
        if item.name == product:
            return item.status
    raise NotFound(NO_PRODUCT)
