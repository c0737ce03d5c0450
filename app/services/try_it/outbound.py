"""The request that a call becomes, with what it shows to be let in."""

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from app.domain.body_bytes import body_bytes
from app.domain.call import Call, KeySlot, Proof, proven
from app.domain.call_checks import is_as_published
from app.domain.errors import InvalidInput
from app.domain.exchanges import MOST_SENT, Outbound
from app.domain.keys import KeyPair
from app.domain.secret import Secret

USER_AGENT: Final = "apigee-developer-portal (Try it)"
NOT_AS_PUBLISHED: Final = "These values would lead to another address than that of the operation."
PLAIN: Final = "".join(map(chr, range(0x21, 0x7F)))
TOO_LARGE: Final = "At most 1 MB is sent."


def outbound(
    call: Call, shown: dict[KeySlot, Secret], own: Iterable[str], request_id: str
) -> Outbound:
    """Return the request; raise ``InvalidInput`` where it would not be the operation's."""
    revealed = {slot: secret.reveal() for slot, secret in shown.items()}
    url, headers = proven(call, revealed)
    if not is_as_published(call, url):
        raise InvalidInput({"": NOT_AS_PUBLISHED})
    url = quote(url, safe=PLAIN)  # a document's own path may hold other letters
    body, media_type = body_bytes(call.body) if call.body else (b"", "")
    if len(body) + len(url) > MOST_SENT:
        raise InvalidInput({"": TOO_LARGE})
    added = [("Accept-Encoding", "identity"), ("User-Agent", USER_AGENT)]
    added.append(("X-Request-Id", request_id))
    if call.body and call.body.is_multipart:
        added.append(("Content-Type", media_type))
    taken = {name.lower() for name, _ in headers}
    kept = tuple(pair for pair in added if pair[1] and pair[0].lower() not in taken)
    return Outbound(call.method, url, (*headers, *kept), body, tuple(own))


def proof(slot: KeySlot, pair: KeyPair, token: Secret | None) -> Secret:
    """Return what a slot shows of a key; a ``token`` is there where a slot wants one."""
    if slot.proof is Proof.TOKEN and token is not None:
        return token
    if slot.proof is Proof.BASIC:
        return Secret(f"{pair.consumer_key.reveal()}:{pair.consumer_secret.reveal()}")
    return pair.consumer_key
