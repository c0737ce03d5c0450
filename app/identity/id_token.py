"""The checks of an id_token (OpenID Connect Core 3.1.3.7), stricter than Authlib's own.

Order: form, algorithm, signature, claims. The first thing that is wrong is the reason.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from authlib.oidc.core.claims import CodeIDToken
from joserfc import jws
from joserfc.errors import ClaimError, JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jws import JWSRegistry

from app.domain.clock import Clock
from app.domain.errors import SignInFailed
from app.identity.deadline import Deadline
from app.identity.discovery import Metadata
from app.identity.keys import PublishedKeys, SigningKeys
from app.identity.reasons import Reason, refusal
from app.identity.wire import Tokens

LEEWAY: Final = 60  # seconds that two clocks may differ
OLDEST: Final = 600  # seconds since a token was issued
LONGEST_SUBJECT: Final = 255
LONGEST_HEADER: Final = 8192  # characters

_CLAIM_REASONS: Final[Mapping[str, Reason]] = {
    "iss": Reason.ISSUER,
    "aud": Reason.AUDIENCE,
    "azp": Reason.AUTHORIZED_PARTY,
    "sub": Reason.SUBJECT,
    "exp": Reason.EXPIRY_MALFORMED,
    "nbf": Reason.NOT_YET_VALID,
    "iat": Reason.ISSUED_AT,
    "nonce": Reason.NONCE,
    "at_hash": Reason.ACCESS_TOKEN_HASH,
}


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must say: who issued it, for whom, and in answer to which request."""

    issuer: str
    client_id: str
    nonce: str


@dataclass(frozen=True, slots=True)
class _Header:
    algorithm: str
    kid: str | None


class _Registry(JWSRegistry):
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


class IdTokens:
    """Checks the id_tokens of one provider."""

    def __init__(self, keys: SigningKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def claims(
        self, tokens: Tokens, expected: Expected, metadata: Metadata, deadline: Deadline
    ) -> Mapping[str, object]:
        """Return the proven claims; raise ``SignInFailed``, or ``Upstream`` for the keys."""
        header = _header(tokens.id_token, metadata.algorithms)
        claims = self._signed_claims(tokens.id_token, header, metadata.jwks_uri, deadline)
        now = int(self._clock.now().timestamp())
        _check_by_library(claims, header, expected, tokens.access_token, now)
        _check_strictly(claims, expected, now)
        return claims

    def _signed_claims(
        self, token: str, header: _Header, uri: str, deadline: Deadline
    ) -> dict[str, object]:
        try:
            payload = _payload(token, header, self._keys.current(uri, deadline))
        except SignInFailed:
            keys = self._keys.renewed(uri, deadline)
            if keys is None:
                raise
            payload = _payload(token, header, keys)
        return _json_object(payload)


def _header(token: str, algorithms: frozenset[str]) -> _Header:
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
    return _Header(algorithm, kid)


def _payload(token: str, header: _Header, published: PublishedKeys) -> bytes:
    """Return what one of the published keys has signed; keys in the header are not looked at."""
    keys = published.fitting(header.kid, header.algorithm)
    if not keys:
        raise refusal(Reason.UNKNOWN_KEY)
    registry = _Registry(header.algorithm)
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


def _check_by_library(
    claims: dict[str, object], header: _Header, expected: Expected, access_token: str, now: int
) -> None:
    token = CodeIDToken(
        claims,
        {"alg": header.algorithm},
        options={
            "iss": {"essential": True, "value": expected.issuer},
            "aud": {"essential": True, "value": expected.client_id},
            "sub": {"essential": True},
        },
        params={
            "nonce": expected.nonce,
            "client_id": expected.client_id,
            "access_token": access_token,
        },
    )
    try:
        token.validate(now=now, leeway=LEEWAY)
    except ClaimError as error:
        raise refusal(_reason(error)) from None
    except (JoseError, ValueError, TypeError, OverflowError):
        raise refusal(Reason.CLAIMS_MALFORMED) from None


def _reason(error: ClaimError) -> Reason:
    if error.error == "expired_token":
        return Reason.EXPIRED
    return _CLAIM_REASONS.get(error.claim.split(",")[0], Reason.CLAIMS_MALFORMED)


def _check_strictly(claims: Mapping[str, object], expected: Expected, now: int) -> None:
    """Check what the library lets pass."""
    if claims["aud"] not in (expected.client_id, [expected.client_id]):
        raise refusal(Reason.AUDIENCE)
    if claims.get("azp", expected.client_id) != expected.client_id:
        raise refusal(Reason.AUTHORIZED_PARTY)
    if not _is_subject(claims["sub"]):
        raise refusal(Reason.SUBJECT)
    issued = claims["iat"]
    if not isinstance(issued, int | float) or now - issued > OLDEST:
        raise refusal(Reason.ISSUED_TOO_LONG_AGO)
    if not claims.get("at_hash", "absent"):
        raise refusal(Reason.ACCESS_TOKEN_HASH)


def _is_subject(value: object) -> bool:
    if not isinstance(value, str) or len(value) > LONGEST_SUBJECT:
        return False
    return bool(value.strip()) and value.isprintable()
