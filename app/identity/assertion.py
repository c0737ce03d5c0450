"""Who a proxy says is asking: a JWT in a header that it has signed for the portal alone.

What it signs is proven on every request; a plain header without a signature is never believed.
"""

import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from cachetools import TTLCache

from app.domain.clock import Clock
from app.domain.outgoing import Outgoing
from app.domain.people import Identity
from app.identity.config import ProviderConfig
from app.identity.deadline import Deadline
from app.identity.discovery import Metadata
from app.identity.id_token import LEEWAY, is_subject
from app.identity.keys import SigningKeys
from app.identity.person import Sources, identity_of, is_of_domain
from app.identity.reasons import Reason, refusal
from app.identity.signed_token import SignedTokens
from app.identity.wire import Wire

SECONDS: Final = 3.0
LONGEST: Final = 16_384  # characters
LONGEST_LIFE: Final = 86_400  # seconds
KEPT: Final = 1_024
KEPT_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class AssertionConfig:
    """What a header must say, and in ``person`` what its claims mean."""

    issuer: str
    audience: str
    jwks_url: str
    algorithms: frozenset[str]
    person: ProviderConfig


@dataclass(frozen=True, slots=True)
class _Proven:
    identity: Identity
    until: datetime


class Assertions:
    """Reads the header of one proxy; what was proven is remembered for 30 seconds by its digest."""

    def __init__(
        self, config: AssertionConfig, clock: Clock, outgoing: Outgoing | None = None
    ) -> None:
        self._config = config
        self._clock = clock
        wire = Wire(config.person, outgoing or Outgoing(), clock)
        self._tokens = SignedTokens(SigningKeys(wire, clock), clock)
        self._metadata = _metadata(config)
        self._kept: TTLCache[bytes, _Proven] = TTLCache(
            KEPT, KEPT_SECONDS, timer=lambda: clock.now().timestamp()
        )
        self._lock = threading.Lock()

    def read(self, value: str) -> Identity:
        """Return whom the header's value names; raise ``SignInFailed``, or ``Upstream``."""
        if not value:
            raise refusal(Reason.ASSERTION_MISSING)
        if len(value) > LONGEST or not value.isascii():
            raise refusal(Reason.ID_TOKEN_TOO_LARGE)
        digest = hashlib.sha256(value.encode()).digest()
        with self._lock:
            known = self._kept.get(digest)
        if known is None:
            known = self._proven(value)
            with self._lock:
                self._kept[digest] = known
        if known.until <= self._clock.now():
            raise refusal(Reason.EXPIRED)
        return known.identity

    def _proven(self, value: str) -> _Proven:
        claims = self._tokens.read(value, self._metadata, Deadline(SECONDS)).claims
        if claims.get("iss") != self._config.issuer:
            raise refusal(Reason.ISSUER)
        if claims.get("aud") not in (self._config.audience, [self._config.audience]):
            raise refusal(Reason.AUDIENCE)
        if not is_subject(claims.get("sub")):
            raise refusal(Reason.SUBJECT)
        until = _times(claims, self._clock.now().timestamp())
        person = self._config.person
        identity = replace(identity_of(person, Sources(claims)), issuer=self._config.issuer)
        if not is_of_domain(person, identity):
            raise refusal(Reason.EMAIL_DOMAIN)
        return _Proven(identity, datetime.fromtimestamp(until, UTC))


def _times(claims: Mapping[str, object], now: float) -> float:
    """Return the last second of the claims."""
    issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
    # Written so that what is no number of seconds, such as NaN, fails as well.
    if issued is None or not issued <= now + LEEWAY:
        raise refusal(Reason.ISSUED_AT)
    if expires is None or not expires - issued <= LONGEST_LIFE:
        raise refusal(Reason.EXPIRY_MALFORMED)
    if not now < expires + LEEWAY:
        raise refusal(Reason.EXPIRED)
    begins = _seconds(claims, "nbf") if "nbf" in claims else issued
    if begins is None or not begins <= now + LEEWAY:
        raise refusal(Reason.NOT_YET_VALID)
    return expires + LEEWAY


def _seconds(claims: Mapping[str, object], name: str) -> float | None:
    value = claims.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _metadata(config: AssertionConfig) -> Metadata:
    """Return what a provider would say of itself; here the operator has said it."""
    return Metadata(
        authorization_endpoint="",
        token_endpoint="",
        jwks_uri=config.jwks_url,
        userinfo_endpoint="",
        end_session_endpoint="",
        revocation_endpoint="",
        algorithms=config.algorithms,
        client_method="none",
        announces_issuer=False,
        announces_sign_up=False,
        announces_choice=False,
    )
