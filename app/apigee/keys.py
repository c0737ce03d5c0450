"""Credentials of one app: ``/developers/{developer}/apps/{app}/keys`` of the management API."""

from collections.abc import Sequence

from app.apigee.apps import ACTIONS
from app.apigee.client import ApigeeClient, Call
from app.apigee.flavor import Flavor
from app.apigee.held_key import KEY, ON_KEY, THING, HeldKey
from app.apigee.key_creation import KeyCreation
from app.apigee.second_look import SECOND_LOOK, gone, settled
from app.apigee.wire import Fingerprint
from app.domain.attributes import Attribute
from app.domain.errors import NotFound
from app.domain.keys import ApprovalStatus, Key, KeyPair, NewKey


class KeysClient:
    """The port ``ApigeeKeys`` over HTTP; a change costs one call more, to find the key."""

    def __init__(self, client: ApigeeClient, flavor: Flavor, fingerprint: Fingerprint) -> None:
        self._client = client
        self._fingerprint = fingerprint
        self._creation = KeyCreation(client, flavor, fingerprint)

    def pair(self, developer: str, app: str, key_id: str) -> KeyPair:
        """Read one credential's key and secret afresh; raise ``NotFound``."""
        return self._held(developer, app, key_id).pair()

    def new_pair(self) -> KeyPair:
        """Return a pair that nobody has, without a call."""
        return self._creation.new_pair()

    def create(self, developer: str, app: str, new: NewKey) -> KeyPair:
        """Add a key with these products; raise ``NotFound`` (the app) or ``InvalidInput``."""
        return self._creation.create(developer, app, new)

    def set_status(self, developer: str, app: str, key_id: str, status: ApprovalStatus) -> None:
        """Approve or revoke a key; raise ``NotFound`` or ``OutcomeUnknown``."""
        held = self._held(developer, app, key_id)
        call = Call(
            operation="keys.set_status",
            method="POST",
            path=held.address(KEY),
            thing=THING,
            query={"action": ACTIONS[status]},
        )
        held.tell(call, lambda key: key.status is status)

    def delete(self, developer: str, app: str, key_id: str) -> None:
        """Delete a key; raise ``NotFound`` or ``OutcomeUnknown``."""
        held = self._held(developer, app, key_id)
        call = Call(operation="keys.delete", method="DELETE", path=held.address(KEY), thing=THING)
        settled(
            lambda: self._client.tell(call),
            lambda: gone(lambda: held.found("keys.look", SECOND_LOOK)),
        )

    def add_products(self, developer: str, app: str, key_id: str, products: Sequence[str]) -> Key:
        """Add products to a key; raise ``NotFound``, ``InvalidInput`` or ``OutcomeUnknown``."""
        return self._held(developer, app, key_id).change(
            "keys.add_products",
            "POST",
            {"apiProducts": [*products]},
            lambda key: _names(key).issuperset(products),
        )

    def remove_product(self, developer: str, app: str, key_id: str, product: str) -> None:
        """Take a product off a key; one that is not on it changes nothing."""
        held = self._held(developer, app, key_id)
        key, pair = held.found("keys.find")
        if product not in _names(key):
            return
        call = Call(
            operation="keys.remove_product",
            method="DELETE",
            path=held.filled(ON_KEY, pair, product=product),
            thing=THING,
        )
        held.tell(call, lambda key: product not in _names(key))

    def set_product_status(
        self, developer: str, app: str, key_id: str, product: str, status: ApprovalStatus
    ) -> None:
        """Approve or revoke one product on a key; raise ``NotFound`` or ``OutcomeUnknown``."""
        held = self._held(developer, app, key_id)
        key, pair = held.found("keys.find")
        # Asked about another product, X answers 400 and Edge 500.
        if product not in _names(key):
            raise NotFound("There is no such product on this key.")
        call = Call(
            operation="keys.set_product_status",
            method="POST",
            path=held.filled(ON_KEY, pair, product=product),
            thing=THING,
            query={"action": ACTIONS[status]},
        )
        held.tell(call, lambda key: (product, status) in {(p.name, p.status) for p in key.products})

    def replace_scopes(self, developer: str, app: str, key_id: str, scopes: Sequence[str]) -> Key:
        """Put these scopes in the place of the key's; raise ``NotFound`` or ``InvalidInput``."""
        return self._held(developer, app, key_id).change(
            "keys.replace_scopes",
            "PUT",
            {"scopes": [*scopes]},
            lambda key: set(key.scopes) == set(scopes),
        )

    def replace_attributes(
        self, developer: str, app: str, key_id: str, attributes: Sequence[Attribute]
    ) -> Key:
        """Put these attributes in the place of the key's own; raise ``NotFound``."""
        return self._held(developer, app, key_id).change(
            "keys.replace_attributes",
            "POST",
            {"attributes": [{"name": item.name, "value": item.value} for item in attributes]},
            lambda key: set(key.attributes) == set(attributes),
        )

    def _held(self, developer: str, app: str, key_id: str) -> HeldKey:
        return HeldKey(self._client, self._fingerprint, developer, app, key_id)


def _names(key: Key) -> frozenset[str]:
    return frozenset(item.name for item in key.products)
