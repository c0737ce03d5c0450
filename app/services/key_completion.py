"""A key that was made and had not got its products when whoever made it ended.

Apigee takes two calls for a key that the portal names. The same form, sent again, makes up for
the second one: until then the key opens nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass

from app.domain.apps import DeveloperApp
from app.domain.audit import Action, Actor
from app.domain.developers import Owner
from app.domain.keys import Key
from app.services.apigee_port import ApigeeKeys
from app.services.key_ledger import KeyLedger
from app.services.operator import Operator
from app.services.products import Products


@dataclass(frozen=True, slots=True)
class Grant:
    """The products that a key was made for: whose it is, who asks, and by which kind of form."""

    owner: Owner
    actor: Actor
    roles: frozenset[str]
    action: Action
    key_id: str
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyCompletion:
    """Gives such a key its products; call it while nobody else makes a key of the app."""

    keys: ApigeeKeys
    products: Products
    ledger: KeyLedger
    operator: Operator

    def complete(self, app: DeveloperApp, grant: Grant) -> None:
        """Put the products on the key; who decides about them is told.

        Raises ``NotFound``, ``InvalidInput`` and ``OutcomeUnknown``.
        """
        email, actor, products = grant.owner.email, grant.actor, grant.products
        write = grant.action, app.name
        with (
            self.ledger.change(email, actor, grant.action, app, grant.key_id),
            self.operator.around(grant.owner, grant.roles, write, products),
        ):
            self.keys.add_products(email, app.name, grant.key_id, products)
        self.tell(app, email, actor, grant.key_id, products)

    def tell(
        self, app: DeveloperApp, email: str, actor: Actor, key_id: str, products: Collection[str]
    ) -> None:
        """Note which of a key's products wait, and tell who decides about them."""
        self.ledger.requested(app, email, actor, key_id, self.products.awaited(products))


def whole(key: Key | None) -> Key | None:
    """Return the key if it has products, as every key has that was made to its end."""
    return key if key and key.products else None
