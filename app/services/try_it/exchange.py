"""One call with a key that is read for it: token, request, answer."""

from dataclasses import dataclass, field
from typing import Final

from app.domain.apis import Api
from app.domain.call import Call, Proof
from app.domain.developers import Owner
from app.domain.exchanges import Failure, NoReply, Outbound, Received
from app.domain.keys import KeyPair
from app.domain.redaction import Redaction
from app.domain.secret import Secret
from app.services.apigee_port import ApigeeKeys
from app.services.try_it.outbound import outbound, proof
from app.services.try_it.own_keys import OwnKey
from app.services.try_it.port import TryItPorts
from app.services.try_it.tokens import TokenRefused, Tokens

UNAUTHORIZED: Final = 401


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was sent and what came, with what must be masked in both.

    ``is_token``: it came from the token address, and the API was not called.
    """

    sent: Outbound
    came: Received | NoReply
    redaction: Redaction = field(repr=False)
    is_token: bool = False

    @property
    def received(self) -> Received | None:
        """The answer, if there is one."""
        return self.came if isinstance(self.came, Received) else None

    @property
    def failure(self) -> Failure | None:
        """Why there is no answer."""
        return self.came.failure if isinstance(self.came, NoReply) else None

    @property
    def outcome(self) -> str:
        """The status, or why there is none, in a word for the record."""
        came = self.came
        said = f"{came.status}" if isinstance(came, Received) else came.failure.value
        return f"token {said}" if self.is_token else said


class Exchanges:
    """Reads a key, gets a token with it where one is needed, and makes the call."""

    def __init__(self, keys: ApigeeKeys, ports: TryItPorts) -> None:
        self._keys = keys
        self._ports = ports
        self._tokens = Tokens(ports.sender)

    def make(self, owner: Owner, api: Api, call: Call, key: OwnKey | None) -> Exchange:
        """Make the call; raise ``NotFound`` when the key is gone, ``Upstream`` without Apigee."""
        if key is None:
            return self._sent(api, call, None, None)
        pair = self._keys.pair(owner.email, key.app_name, key.key_id)
        if not any(slot.proof is Proof.TOKEN for slot in call.slots):
            return self._sent(api, call, pair, None)
        token = self._tokens.token(pair, api.token_url)
        if isinstance(token, TokenRefused):
            asked = Outbound("POST", api.token_url)
            return Exchange(asked, token.answer, Redaction(_values(pair, None)), is_token=True)
        made = self._sent(api, call, pair, token)
        if made.received and made.received.status == UNAUTHORIZED:
            self._tokens.forget(pair.key_id, api.token_url)
        return made

    def _sent(self, api: Api, call: Call, pair: KeyPair | None, token: Secret | None) -> Exchange:
        shown = {slot: proof(slot, pair, token) for slot in call.slots} if pair else {}
        own = tuple(each for each in (api.base_url, api.token_url) if each)
        request = outbound(call, shown, own, self._ports.request_id())
        came = self._ports.sender.send(request)
        return Exchange(request, came, Redaction(_values(pair, token)))


def _values(pair: KeyPair | None, token: Secret | None) -> list[str]:
    if pair is None:
        return []
    key, secret = pair.consumer_key.reveal(), pair.consumer_secret.reveal()
    return [f"{key}:{secret}", key, secret, token.reveal() if token else ""]
