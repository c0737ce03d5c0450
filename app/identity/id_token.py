"""The checks of an id_token (OpenID Connect Core 3.1.3.7), stricter than Authlib's own.

Order: form, algorithm, signature, claims. The first thing that is wrong is the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from authlib.oidc.core.claims import CodeIDToken
from joserfc.errors import ClaimError, JoseError

from app.domain.claims import TENANT
from app.domain.clock import Clock
from app.identity.deadline import Deadline
from app.identity.discovery import Metadata
from app.identity.reasons import Reason, refusal
from app.identity.signed_token import Signed, SignedTokens
from app.identity.wire import Tokens

LEEWAY: Final = 60  # seconds that two clocks may differ
OLDEST: Final = 600  # seconds since a token was issued
LONGEST_SUBJECT: Final = 255

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
    """What the token must say: who issued it, for whom, and in answer to which request.

    With ``tenants`` the issuer is a template for theirs, and the token names its own.
    """

    issuer: str
    client_id: str
    nonce: str
    tenants: frozenset[str] = frozenset()

    def of_tenant(self, claims: Mapping[str, object]) -> "Expected":
        """Return the same of the tenant that the token names; raise ``SignInFailed``."""
        if not self.tenants:
            return self
        tenant = claims.get("tid")
        if not isinstance(tenant, str) or tenant not in self.tenants:
            raise refusal(Reason.TENANT)
        return replace(self, issuer=self.issuer.replace(TENANT, tenant))


class IdTokens:
    """Checks the id_tokens of one provider."""

    def __init__(self, signed: SignedTokens, clock: Clock) -> None:
        self._signed = signed
        self._clock = clock

    def claims(
        self, tokens: Tokens, expected: Expected, metadata: Metadata, deadline: Deadline
    ) -> Mapping[str, object]:
        """Return the proven claims; raise ``SignInFailed``, or ``Upstream`` for the keys."""
        signed = self._signed.read(tokens.id_token, metadata, deadline)
        expected = expected.of_tenant(signed.claims)
        now = int(self._clock.now().timestamp())
        _check_by_library(signed, expected, tokens.access_token, now)
        _check_strictly(signed.claims, expected, now)
        return signed.claims


def _check_by_library(signed: Signed, expected: Expected, access_token: str, now: int) -> None:
    token = CodeIDToken(
        dict(signed.claims),
        {"alg": signed.header.algorithm},
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
    if not is_subject(claims["sub"]):
        raise refusal(Reason.SUBJECT)
    issued = claims["iat"]
    if not isinstance(issued, int | float) or now - issued > OLDEST:
        raise refusal(Reason.ISSUED_TOO_LONG_AGO)
    if not claims.get("at_hash", "absent"):
        raise refusal(Reason.ACCESS_TOKEN_HASH)


def is_subject(value: object) -> bool:
    """Tell whether a claim can name somebody."""
    if not isinstance(value, str) or len(value) > LONGEST_SUBJECT:
        return False
    return bool(value.strip()) and value.isprintable()
