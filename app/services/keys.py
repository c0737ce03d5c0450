"""Keys of an app: showing one value of one key, on request and on the record."""

import hmac
from typing import Final

from app.domain.audit import Action, Actor
from app.domain.developers import Owner
from app.domain.errors import NotAllowed
from app.domain.keys import KeyPair
from app.domain.policy import KeyPolicy
from app.domain.secret import Secret
from app.services.apigee_port import ApigeeKeys
from app.services.trail import Target, Trail

SHOWN_ONCE: Final = (
    "Keys are shown once here, when they are made. Rotate this key to get a new one."
)


class Keys:
    """Credentials of the owner's apps; with ``shown_once`` nothing shows one again."""

    def __init__(self, apigee: ApigeeKeys, trail: Trail, policy: KeyPolicy) -> None:
        self._apigee = apigee
        self._trail = trail
        self.shown_once = policy.shown_once

    def reveal(self, owner: Owner, actor: Actor, app: str, key_id: str) -> KeyPair:
        """Read a key pair afresh; raise ``NotFound`` when the owner's app has no such key.

        Raises ``NotAllowed`` where keys are shown once only.
        """
        target = Target("key", f"{app} / {key_id}", owner.email)
        with self._trail.around(actor, Action.KEY_REVEAL, target):
            if self.shown_once:
                raise NotAllowed(SHOWN_ONCE)
            return self._apigee.pair(owner.email, app, key_id)

    def repeat(self, owner: Owner, actor: Actor, app: str, key_id: str) -> KeyPair:
        """Read a pair for the same answer once more: its form was sent twice."""
        target = Target("key", f"{app} / {key_id}", owner.email)
        with self._trail.around(actor, Action.KEY_REVEAL, target):
            return self._apigee.pair(owner.email, app, key_id)

    def compare(self, owner: Owner, actor: Actor, app: str, key_id: str, given: Secret) -> bool:
        """Tell whether this is the key's secret, in the same time whatever differs."""
        target = Target("key", f"{app} / {key_id}", owner.email)
        with self._trail.around(actor, Action.KEY_VERIFY, target):
            held = self._apigee.pair(owner.email, app, key_id).consumer_secret
            return hmac.compare_digest(_bytes(held), _bytes(given))


def _bytes(secret: Secret) -> bytes:
    return secret.reveal().encode(errors="replace")
