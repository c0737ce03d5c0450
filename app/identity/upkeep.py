"""One OpenID provider after the sign-in: asked again, told of a sign-out, and telling of one."""

import base64
import json
import logging
from contextlib import suppress
from typing import Final
from urllib.parse import urlencode, urlsplit

from app.domain.clock import Clock
from app.domain.errors import Upstream
from app.domain.outgoing import Outgoing
from app.domain.people import Identity
from app.identity.config import ProviderConfig
from app.identity.deadline import Deadline
from app.identity.discovery import Discovery, Metadata
from app.identity.keys import SigningKeys
from app.identity.parts import Parts
from app.identity.pause import Pause
from app.identity.person import Claims, identity_of, is_of_domain, lacks_groups
from app.identity.reasons import Reason, refusal
from app.identity.wire import Tokens
from app.services.provider_port import Confirmation, Holding, LogoutNotice, Standing

CONFIRM_SECONDS: Final = 3.0
SIGN_OUT_SECONDS: Final = 2.0
NOTICE_SECONDS: Final = 5.0
CHECK_SECONDS: Final = 5.0

logger = logging.getLogger(__name__)


class Upkeep(Parts):
    """What a provider does for a session that stands. Implements ``SessionProvider``.

    ``confirm`` takes at most 3 seconds, ``sign_out_url`` and ``give_back`` 2, ``logout_notice``
    and ``check`` 5, whatever the provider does.
    """

    def __init__(
        self, config: ProviderConfig, clock: Clock, outgoing: Outgoing | None = None
    ) -> None:
        super().__init__(config, clock, outgoing)
        self._pause = Pause()

    def check(self) -> None:
        """Fetch the metadata and the keys anew; raise ``Upstream``, whose code names the fault."""
        with self._reported("ask", "check"):
            deadline = Deadline(CHECK_SECONDS)
            metadata = Discovery(self.config, self._wire, self._clock).metadata(deadline)
            SigningKeys(self._wire, self._clock).current(metadata.jwks_uri, deadline)

    def confirm(self, standing: Standing) -> Confirmation:
        """Ask whether the person may still be here, and as whom.

        Raise ``SignInFailed`` for a clear no and ``Upstream`` when there is no answer.
        """
        with self._reported("ask", "confirmation"), self._pause.observed():
            deadline = Deadline(CONFIRM_SECONDS)
            metadata = self._discovery.metadata(deadline)
            if standing.holding.refresh_token:
                return self._refreshed(standing, metadata, deadline)
            tokens = Tokens(standing.holding.access_token, "")
            found = self._person(standing, tokens, metadata, deadline)
            return Confirmation(standing.holding, found)

    def sign_out_url(self, id_token: str, return_to: str, state: str = "") -> str | None:
        """Return the provider's sign-out address (OpenID Connect RP-Initiated Logout 1.0).

        None while the provider rests: nobody is sent to where no page comes.
        """
        if self._pause.is_on:
            return None
        try:
            endpoint = self._discovery.metadata(Deadline(SIGN_OUT_SECONDS)).end_session_endpoint
        except Upstream as error:
            logger.warning("no sign-out at %s: %s %s", self.name, error.kind.value, error.code)
            return None
        if not endpoint:
            return None
        query = {
            "id_token_hint": id_token,
            "client_id": self.config.client_id,
            "post_logout_redirect_uri": return_to,
            "state": state,
        }
        given = {name: value for name, value in query.items() if value}
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(given)}"

    def give_back(self, holding: Holding) -> None:
        """Revoke the refresh token where the provider can (RFC 7009); an outage is only logged."""
        if not holding.refresh_token:
            return
        deadline = Deadline(SIGN_OUT_SECONDS)
        with suppress(Upstream), self._reported("ask", "revocation"), self._pause.observed():
            metadata = self._discovery.metadata(deadline)
            url, method = metadata.revocation_endpoint, metadata.client_method
            if url and not self._wire.revoke(url, method, holding.refresh_token, deadline):
                logger.warning("%s did not take a refresh token back", self.name)

    def logout_notice(self, token: str) -> LogoutNotice:
        """Check a back-channel logout token; raise ``SignInFailed`` or ``Upstream``."""
        deadline = Deadline(NOTICE_SECONDS)
        with self._reported("check", "back-channel logout"):
            return self._logout_tokens.notice(token, self._discovery.metadata(deadline), deadline)

    def _refreshed(
        self, standing: Standing, metadata: Metadata, deadline: Deadline
    ) -> Confirmation:
        held = standing.holding.refresh_token
        url, method = metadata.token_endpoint, metadata.client_method
        tokens = self._wire.refresh(url, method, held, deadline)
        holding = Holding(refresh_token=tokens.refresh_token or held)
        try:
            found = self._person(standing, tokens, metadata, deadline)
        except Upstream as error:
            # The old refresh token may be used up by now: the new one must not get lost.
            logger.warning("no answer about a person at %s: %s", self.name, error.kind.value)
            return Confirmation(holding, None, is_whole=False)
        return Confirmation(holding, found, tokens.id_token)

    def _person(
        self, standing: Standing, tokens: Tokens, metadata: Metadata, deadline: Deadline
    ) -> Identity | None:
        """Return the person as of now, or None where what is said gives no new picture."""
        claims = self._claims(standing, tokens, metadata, deadline)
        try:
            sources = self._sources(claims, tokens, metadata, deadline)
        except Upstream as error:
            if error.code == Reason.ACCESS_TOKEN_REFUSED:
                raise refusal(Reason.ACCESS_TOKEN_REFUSED) from None
            raise
        # Without a new id_token, groups that only it names are unknown, not gone.
        if not tokens.id_token and lacks_groups(self.config, *sources.ordered):
            return None
        found = identity_of(self.config, sources)
        if found.email and not is_of_domain(self.config, found):
            raise refusal(Reason.EMAIL_DOMAIN)
        return found

    def _claims(
        self, standing: Standing, tokens: Tokens, metadata: Metadata, deadline: Deadline
    ) -> Claims:
        """Return the new id_token's claims (OpenID Connect Core 12.2), else whose they must be."""
        same = {"iss": standing.issuer, "sub": standing.subject}
        if not tokens.id_token:
            return same
        claims = self._id_tokens.claims(tokens, self._expected(""), metadata, deadline)
        if any(claims[name] != value for name, value in same.items()):
            raise refusal(Reason.SUBJECT)
        first = _payload(standing.id_token).get("nonce")
        if "nonce" in claims and first is not None and claims["nonce"] != first:
            raise refusal(Reason.NONCE)
        return claims


def _payload(id_token: str) -> Claims:
    """Return what the session's own id_token says, which was proven when it came."""
    try:
        encoded = id_token.split(".")[1]
        found = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    except (IndexError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
