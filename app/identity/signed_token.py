"""The signature of a token that a provider sends: form, algorithm, then one of its own keys.

What the token claims is looked at by those who know which kind of token it must be.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jws import JWSRegistry

from app.domain.clock import Clock
from app.domain.errors import SignInFailed
from app.identity.deadline import Deadline
from app.identity.discovery import Metadata
from app.identity.keys import PublishedKeys, SigningKeys
from app.identity.reasons import Reason, refusal

LONGEST_HEADER: Final = 8192  # characters
PAUSE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Header:
    """What a token's header says; ``typ`` is empty when it says nothing about its type."""

    algorithm: str
    kid: str | None
    typ: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a provider has signed; nothing of the claims is checked yet."""

    header: Header
    claims: Mapping[str, object]


class OneAlgorithm(JWSRegistry):
    """Exactly one algorithm, and no warning about the fine one that has an older name."""

    max_header_length = LONGEST_HEADER

    def __init__(self, algorithm: str) -> None:
        # Unknown parameters are to be ignored (RFC 7515 4); critical ones are refused before.
        super().__init__(algorithms=[algorithm], strict_check_header=False)
        self._algorithm = algorithm

    def get_alg(self, name: str) -> JWSAlgModel:
        if name != self._algorithm:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


class SignedTokens:
    """Reads tokens of one kind that one provider has signed.

    A signature that is not understood is a reason to look at the keys again: once a minute,
    unless it helped, so that forged tokens cost the provider nothing while its keys may change
    as often as it likes. Each kind of token has looks of its own: those that strangers can send
    use up none of the sign-in's.
    """

    def __init__(self, keys: SigningKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._looked_in_vain_at: datetime | None = None

    def read(self, token: str, metadata: Metadata, deadline: Deadline) -> Signed:
        """Return what was signed; raise ``SignInFailed``, or ``Upstream`` for the keys."""
        header = _header(token, metadata.algorithms)
        try:
            payload = _payload(token, header, self._keys.current(metadata.jwks_uri, deadline))
        except SignInFailed:
            if not self._may_look():
                raise
            payload = _payload(token, header, self._keys.renewed(metadata.jwks_uri, deadline))
            self._looked_in_vain_at = None
        return Signed(header, _json_object(payload))

    def _may_look(self) -> bool:
        now, before = self._clock.now(), self._looked_in_vain_at
        if before is not None and abs(now - before) < PAUSE:
            return False
        self._looked_in_vain_at = now  # until it has helped
        return True


def _header(token: str, algorithms: frozenset[str]) -> Header:
    encoded, *others = token.split(".")
    if len(others) != len(("payload", "signature")) or len(encoded) > LONGEST_HEADER:
        raise refusal(Reason.ID_TOKEN_MALFORMED)
    try:
        header = _json_object(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except ValueError:
        raise refusal(Reason.ID_TOKEN_MALFORMED) from None
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        raise refusal(Reason.ALGORITHM)
    if "crit" in header or "b64" in header:
        raise refusal(Reason.CRITICAL_HEADER)
    if kid is not None and not isinstance(kid, str):
        raise refusal(Reason.ID_TOKEN_MALFORMED)
    typ = header.get("typ", "")
    if not isinstance(typ, str):
        raise refusal(Reason.ID_TOKEN_MALFORMED)
    return Header(algorithm, kid, typ)


def _payload(token: str, header: Header, published: PublishedKeys) -> bytes:
    """Return what one of the published keys has signed; keys in the header are not looked at."""
    keys = published.fitting(header.kid, header.algorithm)
    if not keys:
        raise refusal(Reason.UNKNOWN_KEY)
    registry = OneAlgorithm(header.algorithm)
    for key in keys:
        try:
            payload = jws.deserialize_compact(token, key, registry=registry).payload
        except (JoseError, ValueError, TypeError):
            continue
        return payload or b""
    raise refusal(Reason.BAD_SIGNATURE)


def _json_object(text: bytes) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise refusal(Reason.ID_TOKEN_MALFORMED) from None
    if not isinstance(value, dict):
        raise refusal(Reason.ID_TOKEN_MALFORMED)
    return value
