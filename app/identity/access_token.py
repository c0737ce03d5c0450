"""Claims of an access token, for providers that keep people's groups there only.

An access token is meant for others, so its claims count only when the provider's own key has
signed it, for this client and about the same person. Else it says nothing, and the sign-in goes
on without what it might have said.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.clock import Clock
from app.domain.errors import SignInFailed
from app.identity.deadline import Deadline
from app.identity.discovery import Metadata
from app.identity.reasons import Reason, refusal
from app.identity.signed_token import SignedTokens

LEEWAY: Final = 60  # seconds that two clocks may differ

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose access token it must be: as the id_token says, and of which client."""

    issuer: str
    subject: str
    client_id: str


class AccessTokens:
    """Reads the access tokens of one provider."""

    def __init__(self, signed: SignedTokens, clock: Clock) -> None:
        self._signed = signed
        self._clock = clock

    def claims(
        self, token: str, about: Subject, metadata: Metadata, deadline: Deadline
    ) -> Mapping[str, object]:
        """Return the proven claims, or none; raise ``Upstream`` for the keys."""
        try:
            claims = self._signed.read(token, metadata, deadline).claims
            self._check(claims, about)
        except SignInFailed as error:
            logger.warning("the access token is not looked into: %s", error.reason)
            return {}
        return claims

    def _check(self, claims: Mapping[str, object], about: Subject) -> None:
        if claims.get("iss") != about.issuer:
            raise refusal(Reason.ISSUER)
        if claims.get("sub") != about.subject:
            raise refusal(Reason.SUBJECT)
        # RFC 9068 names the client client_id; Keycloak and others say azp.
        if about.client_id not in (claims.get("azp"), claims.get("client_id")):
            raise refusal(Reason.AUTHORIZED_PARTY)
        expires = claims.get("exp")
        # Written so that what is no number of seconds, such as NaN, fails as well.
        if not isinstance(expires, int | float) or not (
            self._clock.now().timestamp() < expires + LEEWAY
        ):
            raise refusal(Reason.EXPIRED)
