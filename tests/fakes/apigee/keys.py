"""Credentials of the fake Apigee's apps."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.domain.attributes import Attribute
from app.domain.errors import InvalidInput, NotFound
from app.domain.keys import ApprovalStatus, Key, KeyPair, KeyProduct, NewKey
from app.domain.secret import Secret
from tests.fakes.apigee.state import FakeState


@dataclass
class FakeKeys:
    """``ApigeeKeys`` over the fake; a change is two calls, as with the adapter.

    With ``chooses`` Apigee makes the values of a key with an end itself, as Edge does.
    """

    fake: FakeState
    chooses: bool = False

    def pair(self, developer: str, app: str, key_id: str) -> KeyPair:
        with self.fake.call("keys.pair"):
            self._held(developer, app, key_id)
            return self.fake.by_key_id[key_id]

    def new_pair(self) -> KeyPair:
        consumer_key = secrets.token_hex(16)
        return KeyPair(
            self.fake.fingerprint(consumer_key),
            Secret(consumer_key),
            Secret(secrets.token_hex(8)),
        )

    def create(self, developer: str, app: str, new: NewKey) -> KeyPair:
        if not new.products:
            raise InvalidInput({"products": "Choose at least one product."})
        with self.fake.call("keys.create"):
            held = self.fake.developer_app(developer, app)
        with self.fake.call("keys.add_products"):
            chosen = self.chooses and new.lifetime_seconds is not None
            pair = new.pair if new.pair and not chosen else self.new_pair()
            key = self.fake.granted(new.products, new.lifetime_seconds, pair)
            self.fake.put_app(developer, replace(held, keys=(key, *held.keys)))
            return self.fake.by_key_id[key.key_id]

    def set_status(self, developer: str, app: str, key_id: str, status: ApprovalStatus) -> None:
        self._change(
            "keys.set_status", developer, app, key_id, lambda key: replace(key, status=status)
        )

    def delete(self, developer: str, app: str, key_id: str) -> None:
        with self.fake.call("keys.find"):
            self._held(developer, app, key_id)
        with self.fake.call("keys.delete"):
            held = self.fake.developer_app(developer, app)
            left = tuple(key for key in held.keys if key.key_id != key_id)
            self.fake.put_app(developer, replace(held, keys=left))
            self.fake.by_key_id.pop(key_id)

    def add_products(self, developer: str, app: str, key_id: str, products: Sequence[str]) -> Key:
        def added(key: Key) -> Key:
            self.fake.known(products)
            held = {item.name for item in key.products}
            fresh = (self.fake.on_key(name) for name in products if name not in held)
            return replace(key, products=(*key.products, *fresh))

        return self._change("keys.add_products", developer, app, key_id, added)

    def remove_product(self, developer: str, app: str, key_id: str, product: str) -> None:
        with self.fake.call("keys.find"):
            key = self._held(developer, app, key_id)
        left = tuple(item for item in key.products if item.name != product)
        if len(left) < len(key.products):
            with self.fake.call("keys.remove_product"):
                self._put(developer, app, replace(key, products=left))

    def set_product_status(
        self, developer: str, app: str, key_id: str, product: str, status: ApprovalStatus
    ) -> None:
        def changed(key: Key) -> Key:
            if product not in {item.name for item in key.products}:
                raise NotFound("There is no such product on this key.")
            products = tuple(
                KeyProduct(item.name, status if item.name == product else item.status)
                for item in key.products
            )
            return replace(key, products=products)

        self._change("keys.set_product_status", developer, app, key_id, changed)

    def replace_scopes(self, developer: str, app: str, key_id: str, scopes: Sequence[str]) -> Key:
        return self._change(
            "keys.replace_scopes",
            developer,
            app,
            key_id,
            lambda key: replace(key, scopes=tuple(scopes)),
        )

    def replace_attributes(
        self, developer: str, app: str, key_id: str, attributes: Sequence[Attribute]
    ) -> Key:
        return self._change(
            "keys.replace_attributes",
            developer,
            app,
            key_id,
            lambda key: replace(key, attributes=tuple(attributes)),
        )

    def _change(
        self, operation: str, developer: str, app: str, key_id: str, change: Callable[[Key], Key]
    ) -> Key:
        with self.fake.call("keys.find"):
            self._held(developer, app, key_id)
        with self.fake.call(operation):
            return self._put(developer, app, change(self._held(developer, app, key_id)))

    def _put(self, developer: str, app: str, changed: Key) -> Key:
        held = self.fake.developer_app(developer, app)
        keys = tuple(changed if key.key_id == changed.key_id else key for key in held.keys)
        self.fake.put_app(developer, replace(held, keys=keys))
        return changed

    def _held(self, developer: str, app: str, key_id: str) -> Key:
        for key in self.fake.developer_app(developer, app).keys:
            if key.key_id == key_id:
                return key
        raise NotFound("There is no such key.")
