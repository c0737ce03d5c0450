"""Putting the services about keys together: they share a ledger, and two of them a job."""

from dataclasses import dataclass

from app.domain.policy import KeyPolicy
from app.services.ingredients import Ports
from app.services.key_addition import KeyAddition
from app.services.key_changes import KeyChanges
from app.services.key_ledger import KeyLedger
from app.services.key_products import KeyProducts
from app.services.key_room import KeyRoom
from app.services.mail.mail import Mail
from app.services.memories import Memories
from app.services.operator import Operator
from app.services.products import Products
from app.services.retirement import Retirement
from app.services.rotation import Rotation
from app.services.trail import Trail


@dataclass(frozen=True, slots=True)
class KeyAssembly:
    """What they are made of, and each of them."""

    ports: Ports
    trail: Trail
    products: Products
    key_products: KeyProducts
    memories: Memories
    operator: Operator
    mail: Mail

    def addition(self, policy: KeyPolicy) -> KeyAddition:
        """Build what adds keys."""
        ports = self.ports
        return KeyAddition(
            keys=ports.apigee.keys,
            creations=ports.store.creations,
            products=self.key_products,
            ledger=self.ledger,
            clock=ports.clock,
            policy=policy,
            room=self.room,
            sleep=ports.sleep,
        )

    @property
    def room(self) -> KeyRoom:
        """What lets one key of an app be made at a time."""
        ports = self.ports
        return KeyRoom(ports.apigee.apps, ports.turns)

    def changes(self) -> KeyChanges:
        """Build what changes a key."""
        return KeyChanges(
            apps=self.ports.apigee.apps,
            keys=self.ports.apigee.keys,
            products=self.key_products,
            memories=self.memories,
            jobs=self.ports.store.jobs,
            ledger=self.ledger,
            clock=self.ports.clock,
        )

    def retirement(self) -> Retirement:
        """Build what turns replaced keys off."""
        return Retirement(
            apps=self.ports.apigee.organization_apps,
            developers=self.ports.apigee.developers,
            keys=self.ports.apigee.keys,
            ledger=self.ledger,
            clock=self.ports.clock,
            products=self.products,
            mail=self.mail,
        )

    def rotation(self, policy: KeyPolicy) -> Rotation:
        """Build what replaces keys."""
        return Rotation(
            apps=self.ports.apigee.apps,
            keys=self.ports.apigee.keys,
            products=self.products,
            jobs=self.ports.store.jobs,
            ledger=self.ledger,
            retirement=self.retirement(),
            clock=self.ports.clock,
            room=self.room,
            policy=policy,
            operator=self.operator,
            sleep=self.ports.sleep,
        )

    @property
    def ledger(self) -> KeyLedger:
        """What records changes of keys."""
        store = self.ports.store
        return KeyLedger(store.accounts, store.notes, self.trail, self.ports.clock, self.mail)
