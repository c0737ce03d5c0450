"""One credential of one app, found by its fingerprint: what reading and changing it share.

Apigee names a credential by its consumer key, in the address of each call, so only the template
of such an address is ever logged.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.apigee.apps import reading
from app.apigee.client import ApigeeClient, Call
from app.apigee.exchange import Limits
from app.apigee.paths import Path, path
from app.apigee.second_look import SECOND_LOOK, settled
from app.apigee.wire import Fingerprint, app_from, key_from, pairs_of
from app.domain.apps import DeveloperApp
from app.domain.errors import NotFound
from app.domain.keys import Key, KeyPair

KEY: Final = "developers/{developer}/apps/{app}/keys/{key}"
ON_KEY: Final = f"{KEY}/apiproducts/{{product}}"
THING: Final = "a key"


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A credential by the portal's ``key_id``; every method raises ``NotFound`` for no such key."""

    client: ApigeeClient
    fingerprint: Fingerprint
    developer: str
    app: str
    key_id: str

    def pair(self) -> KeyPair:
        """Read the key and its secret."""
        return self.found("keys.pair")[1]

    def found(self, operation: str, limits: Limits | None = None) -> tuple[Key, KeyPair]:
        """Read the key's facts and its values."""

        def both(raw: Any) -> tuple[DeveloperApp, tuple[KeyPair, ...]]:
            return app_from(raw, self.fingerprint), pairs_of(raw, self.fingerprint)

        call = reading(self.developer, self.app, operation)
        app, pairs = self.client.ask(call, both, limits)
        for key, pair in zip(app.keys, pairs, strict=True):
            if key.key_id == self.key_id:
                return key, pair
        raise NotFound("There is no such key.")

    def tell(self, call: Call, is_done: Callable[[Key], bool]) -> None:
        """Make a call whose answer says nothing; ``is_done`` knows the change when it sees it."""
        settled(lambda: self.client.tell(call), lambda: self._seen(is_done) and True)

    def change(
        self, operation: str, method: str, body: Mapping[str, Any], is_done: Callable[[Key], bool]
    ) -> Key:
        """Send a change of the key itself and return the key as it is then."""
        call = Call(
            operation=operation, method=method, path=self.address(KEY), thing=THING, body=body
        )
        return settled(
            lambda: self.client.ask(call, lambda raw: key_from(raw, self.fingerprint)),
            lambda: self._seen(is_done),
        )

    def address(self, template: str, **names: str) -> Path:
        """Find the consumer key and put it into the template's address."""
        return self.filled(template, self.found("keys.find")[1], **names)

    def filled(self, template: str, pair: KeyPair, **names: str) -> Path:
        """Put a key that was found into the template's address."""
        value = pair.consumer_key.reveal()
        return path(template, developer=self.developer, app=self.app, key=value, **names)

    def _seen(self, is_done: Callable[[Key], bool]) -> Key | None:
        key, _ = self.found("keys.look", SECOND_LOOK)
        return key if is_done(key) else None
