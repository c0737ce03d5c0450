"""A further key of an app, made at most once however answers are lost.

The portal makes the pair itself, so that it can tell whether Apigee has it. Edge gives such a key
no end: one with a lifetime Apigee makes there, and it is known as the only one that is new.
Follows "Create key" and "Generate key pair" of the management API.
"""

import secrets
import string
from collections.abc import Collection, Sequence
from typing import Any, Final

from app.apigee.apps import APP, reading
from app.apigee.client import ApigeeClient, Call
from app.apigee.errors import lost, upstream
from app.apigee.exchange import Limits
from app.apigee.fields import Malformed, as_object
from app.apigee.flavor import Flavor
from app.apigee.held_key import KEY, THING, HeldKey
from app.apigee.paths import Path, path
from app.apigee.rewriting import latest, writable
from app.apigee.second_look import SECOND_LOOK, settled
from app.apigee.wire import Fingerprint, pairs_of, wide
from app.domain.errors import InvalidInput, NotFound, OutcomeUnknown, PortalError, Upstream
from app.domain.keys import KeyPair, NewKey
from app.domain.secret import Secret

KEYS: Final = "developers/{developer}/apps/{app}/keys/create"
ALPHABET: Final = string.ascii_letters + string.digits
KEY_LENGTH: Final = 48
SECRET_LENGTH: Final = 64


class KeyCreation:
    """Adds keys to an app without touching its other keys, attributes or addresses."""

    def __init__(self, client: ApigeeClient, flavor: Flavor, fingerprint: Fingerprint) -> None:
        self._client = client
        self._flavor = flavor
        self._fingerprint = fingerprint

    def create(self, developer: str, app: str, new: NewKey) -> KeyPair:
        """Add a key; raise ``NotFound`` (the app), ``InvalidInput`` or ``OutcomeUnknown``.

        Raises ``Conflict`` where the app would be written back as it was before a change of ours.
        """
        if not new.products:
            raise InvalidInput({"products": "Choose at least one product."})
        if self._flavor is Flavor.EDGE and new.lifetime_seconds is not None:
            with self._client.turn(path(APP, developer=developer, app=app)):
                return self._generated(developer, app, new, new.lifetime_seconds)
        pair = self._brought(developer, app, new)
        try:
            self._grant(developer, app, pair, new)
        except PortalError as error:
            raise self._undone(developer, app, pair, error) from None
        return pair

    def _brought(self, developer: str, app: str, new: NewKey) -> KeyPair:
        pair = new.pair or self.new_pair()
        body = {
            "consumerKey": pair.consumer_key.reveal(),
            "consumerSecret": pair.consumer_secret.reveal(),
        }
        if new.lifetime_seconds is not None:
            body["expiresInSeconds"] = str(new.lifetime_seconds)
        call = Call(
            operation="keys.create",
            method="POST",
            path=path(KEYS, developer=developer, app=app),
            thing="an app",
            body=body,
        )

        def is_there() -> KeyPair | None:
            held = self._pairs(developer, app, SECOND_LOOK)
            return next((each for each in held if each.key_id == pair.key_id), None)

        def made() -> KeyPair:
            self._client.tell(call)
            return pair

        return settled(made, is_there)

    def _grant(self, developer: str, app: str, pair: KeyPair, new: NewKey) -> None:
        held = HeldKey(self._client, self._fingerprint, developer, app, pair.key_id)
        call = Call(
            operation="keys.add_products",
            method="POST",
            path=self._address(developer, app, pair),
            thing=THING,
            body={"apiProducts": [*new.products]},
        )
        held.tell(call, lambda key: {item.name for item in key.products}.issuperset(new.products))

    def _undone(self, developer: str, app: str, pair: KeyPair, error: PortalError) -> PortalError:
        """Take a key without its products away again; return what is then to be raised."""
        call = Call(
            operation="keys.delete",
            method="DELETE",
            path=self._address(developer, app, pair),
            thing=THING,
        )
        try:
            self._client.tell(call)
        except NotFound:
            pass
        except Upstream as undoing:
            return lost(undoing.kind, call.method)
        return upstream(error.kind, code=error.code) if isinstance(error, OutcomeUnknown) else error

    def _generated(self, developer: str, app: str, new: NewKey, seconds: int) -> KeyPair:
        raw, _ = latest(self._client, reading(developer, app, "keys.before"), as_object)
        before = {pair.key_id for pair in pairs_of(raw, self._fingerprint)}
        call = Call(
            operation="keys.generate",
            method="POST",
            path=path(APP, developer=developer, app=app),
            thing="an app",
            body={
                **writable(raw),
                "apiProducts": [*new.products],
                "keyExpiresIn": wide(seconds * 1000, self._flavor),
            },
        )

        def the_new_one(answer: Any) -> KeyPair:
            return _only(pairs_of(answer, self._fingerprint), before)

        def is_there() -> KeyPair | None:
            fresh = [p for p in self._pairs(developer, app, SECOND_LOOK) if p.key_id not in before]
            return fresh[0] if len(fresh) == 1 else None

        return settled(lambda: self._client.ask(call, the_new_one), is_there)

    def _pairs(self, developer: str, app: str, limits: Limits) -> Sequence[KeyPair]:
        call = reading(developer, app, "keys.look")
        return self._client.ask(call, lambda raw: pairs_of(raw, self._fingerprint), limits)

    def _address(self, developer: str, app: str, pair: KeyPair) -> Path:
        return path(KEY, developer=developer, app=app, key=pair.consumer_key.reveal())

    def new_pair(self) -> KeyPair:
        """Return a pair that nobody has, without a call."""
        key = _random(KEY_LENGTH)
        return KeyPair(self._fingerprint(key), Secret(key), Secret(_random(SECRET_LENGTH)))


def _only(pairs: Sequence[KeyPair], before: Collection[str]) -> KeyPair:
    """Return the newest pair that was not there before."""
    for pair in pairs:
        if pair.key_id not in before:
            return pair
    raise Malformed("credentials")


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
