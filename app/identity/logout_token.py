"""The checks of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6).

Anybody can send one, so it is trusted for nothing but what the provider's own key has signed.
Order: signature, type, issuer and audience, times, what it is about. The first thing that is
wrong is the reason.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from app.domain.clock import Clock
from app.identity.config import ProviderConfig
from app.identity.deadline import Deadline
from app.identity.discovery import Metadata
from app.identity.reasons import Reason, refusal
from app.identity.signed_token import SignedTokens
from app.services.provider_port import LogoutNotice

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
TYPES: Final = ("", "logout+jwt", "application/logout+jwt")
LEEWAY: Final = 60  # seconds that two clocks may differ
OLDEST: Final = 300  # seconds since a token was issued
LONGEST: Final = 16_384  # characters
LONGEST_NAME: Final = 255


class LogoutTokens:
    """Checks the logout tokens of one provider; whether one was used before is not known here."""

    def __init__(self, signed: SignedTokens, config: ProviderConfig, clock: Clock) -> None:
        self._signed = signed
        self._config = config
        self._clock = clock

    def notice(self, token: str, metadata: Metadata, deadline: Deadline) -> LogoutNotice:
        """Return what has ended; raise ``SignInFailed``, or ``Upstream`` for the keys."""
        if len(token) > LONGEST:
            raise refusal(Reason.ID_TOKEN_TOO_LARGE)
        signed = self._signed.read(token, metadata, deadline)
        if signed.header.typ.lower() not in TYPES:
            raise refusal(Reason.LOGOUT_TYPE)
        issuer = self._issuer(signed.claims)
        issued = self._issued(signed.claims)
        _check_event(signed.claims)
        return LogoutNotice(
            issuer=issuer,
            subject=_name(signed.claims, "sub", Reason.SUBJECT),
            sid=_name(signed.claims, "sid", Reason.LOGOUT_SESSION),
            token_id=_name(signed.claims, "jti", Reason.LOGOUT_TOKEN_ID),
            until=datetime.fromtimestamp(issued, UTC) + timedelta(seconds=OLDEST + LEEWAY),
        )

    def _issuer(self, claims: Mapping[str, object]) -> str:
        issuer = claims.get("iss")
        if not isinstance(issuer, str) or issuer not in self._config.issuers:
            raise refusal(Reason.ISSUER)
        if claims.get("aud") not in (self._config.client_id, [self._config.client_id]):
            raise refusal(Reason.AUDIENCE)
        return issuer

    def _issued(self, claims: Mapping[str, object]) -> float:
        now = self._clock.now().timestamp()
        # Written so that what is no number of seconds, such as NaN, fails as well.
        issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
        if issued is None or not issued <= now + LEEWAY:
            raise refusal(Reason.ISSUED_AT)
        if not now - issued <= OLDEST:
            raise refusal(Reason.ISSUED_TOO_LONG_AGO)
        if expires is None:
            raise refusal(Reason.EXPIRY_MALFORMED)
        if not now < expires + LEEWAY:
            raise refusal(Reason.EXPIRED)
        return issued


def _check_event(claims: Mapping[str, object]) -> None:
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise refusal(Reason.LOGOUT_EVENT)
    # An id_token must never pass for a logout token.
    if "nonce" in claims:
        raise refusal(Reason.LOGOUT_NONCE)
    if "sub" not in claims and "sid" not in claims:
        raise refusal(Reason.LOGOUT_OF_NOBODY)
    if "jti" not in claims:
        raise refusal(Reason.LOGOUT_TOKEN_ID)


def _seconds(claims: Mapping[str, object], name: str) -> float | None:
    value = claims.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _name(claims: Mapping[str, object], name: str, reason: Reason) -> str:
    if name not in claims:
        return ""
    value = claims[name]
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise refusal(reason)
    if len(value) > LONGEST_NAME:
        raise refusal(reason)
    return value
