"""Keys of an app: showing one value of one key, on request and on the record."""

from app.domain.audit import Action, Actor
from app.domain.developers import Owner
from app.domain.keys import KeyPair
from app.services.apigee_port import ApigeeKeys
from app.services.trail import Target, Trail


class Keys:
    """Credentials of the owner's apps."""

    def __init__(self, apigee: ApigeeKeys, trail: Trail) -> None:
        self._apigee = apigee
        self._trail = trail

    def reveal(self, owner: Owner, actor: Actor, app: str, key_id: str) -> KeyPair:
        """Read a key pair afresh; raise ``NotFound`` when the owner's app has no such key."""
        target = Target("key", f"{app} / {key_id}", owner.email)
        with self._trail.around(actor, Action.KEY_REVEAL, target):
            return self._apigee.pair(owner.email, app, key_id)
