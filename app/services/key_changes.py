"""Changes of one key by its owner: off, on, away, its products, its label."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Owner
from app.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.domain.keys import FORGOTTEN, ApprovalStatus, Key, KeyProduct
from app.domain.notes import Author, NoteKind, Subject
from app.domain.overview import is_last_working
from app.services.apigee_port import ApigeeApps, ApigeeKeys
from app.services.hindsight import Hindsight
from app.services.job_port import Jobs
from app.services.key_labels import check_label
from app.services.key_ledger import KeyLedger
from app.services.key_products import KeyProducts
from app.services.memories import Memories, retirements
from app.services.refusals import on_record
from app.services.trail import Trail

NOT_YOURS: Final = "An administrator turned this key off. Only an administrator can turn it on."
REPLACED: Final = "This key was replaced and stays off. Delete it, or add a new key."
LAST_WORKING: Final = (
    "This is the app's last working key. Tick the box if its calls may fail from now on."
)
LAST: Final = "This is the app's last key. Tick the box to delete it all the same."
NOT_WAITING: Final = "This product does not wait for approval any more. Look at the key again."
NOT_REFUSED: Final = "This product is not refused any more. Look at the key again."
TURN_OFF_FIRST: Final = "Turn the key off before you delete it."


@dataclass(frozen=True, slots=True)
class KeyChanges:
    """Keys of the owner's apps; every method raises ``NotFound`` for what is not the owner's."""

    apps: ApigeeApps
    keys: ApigeeKeys
    products: KeyProducts
    memories: Memories
    jobs: Jobs
    ledger: KeyLedger
    clock: Clock

    @property
    def trail(self) -> Trail:
        """Where refusals are written."""
        return self.ledger.trail

    @on_record(Action.KEY_TURN_OFF)
    def turn_off(
        self, owner: Owner, actor: Actor, name: str, key_id: str, *, sure: bool = False
    ) -> bool:
        """Turn a key off; who may turn it on again is remembered. False when it was off before.

        Raises ``InvalidInput`` for the last working key unless the person is ``sure``.
        """
        app, key = self._found(owner, name, key_id)
        if key.status is ApprovalStatus.REVOKED:  # whoever did that says who may turn it on
            return False
        existing = self.products.products.existing().for_app(app)
        if not sure and is_last_working(app, key_id, self.clock.now(), existing):
            raise InvalidInput({"sure": LAST_WORKING})
        with self.ledger.change(owner.email, actor, Action.KEY_TURN_OFF, app, key_id):
            self.keys.set_status(owner.email, name, key_id, ApprovalStatus.REVOKED)
            self.ledger.turned_off(app, actor, key_id)
        self._no_retirement(owner, app, key_id)
        return True

    @on_record(Action.KEY_TURN_ON)
    def turn_on(self, owner: Owner, actor: Actor, name: str, key_id: str) -> bool:
        """Turn a key on that its owner turned off; raise ``NotAllowed`` for any other.

        An administrator turns on every key but one that was replaced. False when it was on before.
        """
        asked_at = self.clock.now()
        app, key = self._found(owner, name, key_id)
        known = self.memories.of_app(owner.developer_id, app.app_id)
        hindsight = Hindsight(self.ledger.notes, self.clock)
        by = hindsight.checked(app, asked_at, known).get(key_id, FORGOTTEN).turned_off_by
        if key.status is ApprovalStatus.APPROVED:
            return False
        if by is Author.SYSTEM:
            raise NotAllowed(REPLACED)
        if by is not Author.OWNER and not actor.for_another:
            raise NotAllowed(NOT_YOURS)
        with self.ledger.change(owner.email, actor, Action.KEY_TURN_ON, app, key_id):
            self.keys.set_status(owner.email, name, key_id, ApprovalStatus.APPROVED)
            self.ledger.note(app, actor, NoteKind.RELEASED, Subject(app.app_id, key_id))
        return True

    @on_record(Action.KEY_DELETE)
    def delete(
        self, owner: Owner, actor: Actor, name: str, key_id: str, *, sure: bool = False
    ) -> None:
        """Delete a key that is off or over; raise ``Conflict`` for one that may work.

        Raises ``InvalidInput`` for the app's last key unless the person is ``sure``.
        """
        app, key = self._found(owner, name, key_id)
        if key.status is not ApprovalStatus.REVOKED and not key.has_ended(self.clock.now()):
            raise Conflict(TURN_OFF_FIRST)
        if not sure and len(app.keys) == 1:
            raise InvalidInput({"sure": LAST})
        for item in key.products:
            if item.status is ApprovalStatus.REVOKED:
                subject = Subject(app.app_id, product=item.name)
                self.ledger.note(app, actor, NoteKind.REFUSED, subject, Author.SYSTEM)
        with self.ledger.change(owner.email, actor, Action.KEY_DELETE, app, key_id):
            self.keys.delete(owner.email, name, key_id)
        self.ledger.notes.gone(app.app_id, self.clock.now(), key_id)
        self._no_retirement(owner, app, key_id)

    @on_record(Action.KEY_PRODUCTS)
    def set_products(
        self,
        owner: Owner,
        actor: Actor,
        roles: frozenset[str],
        which: tuple[str, str],
        names: Sequence[str],
    ) -> Key:
        """Give a key of an app (``which``) these products; those that stay keep their status.

        Raises ``InvalidInput`` for none, and for one that may not be requested.
        """
        name, key_id = which
        app, key = self._found(owner, name, key_id)
        held = {item.name for item in key.products}
        if not names:
            raise InvalidInput({"products": "Choose at least one product."})
        fresh = [product for product in dict.fromkeys(names) if product not in held]
        added = self.products.addable(owner, app, fresh, roles) if fresh else ()
        with (
            self.ledger.change(owner.email, actor, Action.KEY_PRODUCTS, app, key_id),
            self.products.operator.around(owner, roles, (Action.KEY_PRODUCTS, name), added),
        ):
            if added:
                key = self.keys.add_products(owner.email, name, key_id, added)
            for product in held - set(names):
                self._take_off(owner, actor, app, key_id, product)
        self._asked(owner, actor, app, key, added)
        return key

    @on_record(Action.KEY_PRODUCTS)
    def withdraw(self, owner: Owner, actor: Actor, which: tuple[str, str], product: str) -> None:
        """Take back the request for a product that waits; raise ``Conflict`` for any other."""
        app, key = self._found(owner, *which)
        if KeyProduct(product, ApprovalStatus.PENDING) not in key.products:
            raise Conflict(NOT_WAITING)
        with self.ledger.change(owner.email, actor, Action.KEY_PRODUCTS, app, key.key_id):
            self.keys.remove_product(owner.email, app.name, key.key_id, product)
        subject = Subject(app.app_id, key.key_id, product)
        self.ledger.notes.remove(NoteKind.REQUESTED, subject)

    @on_record(Action.KEY_PRODUCTS)
    def ask_again(
        self,
        owner: Owner,
        actor: Actor,
        roles: frozenset[str],
        which: tuple[str, str],
        product: str,
    ) -> None:
        """Ask once more for a product that was refused on a key of an app (``which``).

        Raises ``Conflict`` where it was not refused, and ``InvalidInput`` for one that nobody
        would look at again. Apigee has no other way than to take it off and put it on.
        """
        app, key = self._found(owner, *which)
        if KeyProduct(product, ApprovalStatus.REVOKED) not in key.products:
            raise Conflict(NOT_REFUSED)
        added = self.products.addable(owner, app, [product], roles)
        with (
            self.ledger.change(owner.email, actor, Action.KEY_PRODUCTS, app, key.key_id),
            self.products.operator.around(owner, roles, (Action.KEY_PRODUCTS, app.name), added),
        ):
            self._take_off(owner, actor, app, key.key_id, product)
            changed = self.keys.add_products(owner.email, app.name, key.key_id, added)
        self._asked(owner, actor, app, changed, added)

    @on_record(Action.KEY_LABEL)
    def label(self, owner: Owner, actor: Actor, name: str, key_id: str, text: str) -> None:
        """Call a key something; an empty text takes the label away."""
        app, _ = self._found(owner, name, key_id)
        words = " ".join(text.split())
        check_label(self.ledger.notes, app, words, key_id)
        subject = Subject(app.app_id, key_id)
        with self.ledger.change(owner.email, actor, Action.KEY_LABEL, app, key_id):
            if words:
                self.ledger.note(app, actor, NoteKind.LABEL, subject, text=words)
            else:
                self.ledger.notes.remove(NoteKind.LABEL, subject)

    def _asked(
        self, owner: Owner, actor: Actor, app: DeveloperApp, key: Key, added: tuple[str, ...]
    ) -> None:
        """Remember what was asked for, and tell who decides about what is not given at once."""
        self.ledger.requested(app, owner.email, actor, key.key_id, key.awaiting(added))

    def _take_off(
        self, owner: Owner, actor: Actor, app: DeveloperApp, key_id: str, product: str
    ) -> None:
        """What was refused is remembered beyond the key, so that it does not come back.

        What worked goes on for some minutes, which the key's page has to say.
        """
        refused = product in self.products.refused(app)
        self.keys.remove_product(owner.email, app.name, key_id, product)
        if refused:
            subject = Subject(app.app_id, product=product)
            self.ledger.note(app, actor, NoteKind.REFUSED, subject, Author.SYSTEM)
        held = next(key.products for key in app.keys if key.key_id == key_id)
        if KeyProduct(product, ApprovalStatus.APPROVED) in held:
            subject = Subject(app.app_id, key_id, product)
            self.ledger.note(app, actor, NoteKind.TURNED_OFF, subject)

    def _found(self, owner: Owner, name: str, key_id: str) -> tuple[DeveloperApp, Key]:
        app = self.apps.get(owner.email, name)
        key = app.key(key_id)
        if key is None:
            raise NotFound("There is no such key.")
        return app, key

    def _no_retirement(self, owner: Owner, app: DeveloperApp, key_id: str) -> None:
        for job in retirements(self.jobs.about(owner.developer_id), app.app_id, key_id):
            self.jobs.cancel(job.job_id)
