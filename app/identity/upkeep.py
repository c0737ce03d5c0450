"""One OpenID provider after the sign-in: signing out there, and being told of it from there."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlencode, urlsplit

from app.domain.clock import Clock
from app.domain.errors import SignInFailed, Upstream
from app.domain.outgoing import Outgoing
from app.identity.access_token import AccessTokens
from app.identity.config import ProviderConfig
from app.identity.deadline import Deadline
from app.identity.discovery import Discovery
from app.identity.id_token import IdTokens
from app.identity.keys import SigningKeys
from app.identity.logout_token import LogoutTokens
from app.identity.signed_token import SignedTokens
from app.identity.wire import Wire
from app.services.provider_port import LogoutNotice

SIGN_OUT_SECONDS: Final = 2.0
NOTICE_SECONDS: Final = 5.0

logger = logging.getLogger(__name__)


class Upkeep:
    """The parts of a provider, and what they do for a session that stands.

    Implements ``provider_port.SessionProvider``. ``sign_out_url`` takes at most 2 seconds and
    ``logout_notice`` 5, whatever the provider does.
    """

    def __init__(
        self, config: ProviderConfig, clock: Clock, outgoing: Outgoing | None = None
    ) -> None:
        self.config = config
        self._clock = clock
        self._wire = Wire(config, outgoing or Outgoing(), clock)
        self._discovery = Discovery(config, self._wire, clock)
        keys = SigningKeys(self._wire, clock)
        signed = SignedTokens(keys, clock)
        self._id_tokens = IdTokens(signed, clock)
        self._access_tokens = AccessTokens(signed, clock)
        self._logout_tokens = LogoutTokens(SignedTokens(keys, clock), config, clock)

    @property
    def name(self) -> str:
        return self.config.name

    @property
    def title(self) -> str:
        return self.config.title

    def sign_out_url(self, id_token: str, return_to: str, state: str = "") -> str | None:
        """Return the provider's sign-out address (OpenID Connect RP-Initiated Logout 1.0)."""
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

    def logout_notice(self, token: str) -> LogoutNotice:
        """Check a back-channel logout token; raise ``SignInFailed`` or ``Upstream``."""
        deadline = Deadline(NOTICE_SECONDS)
        with self._reported("check", "back-channel logout"):
            return self._logout_tokens.notice(token, self._discovery.metadata(deadline), deadline)

    @contextmanager
    def _reported(self, step: str, what: str = "sign-in") -> Iterator[None]:
        try:
            yield
        except SignInFailed as error:
            logger.warning("%s through %s refused: %s", what, self.name, error.reason)
            raise
        except Upstream as error:
            logger.warning(
                "%s through %s: no answer at %s: %s %s",
                *(what, self.name, step, error.kind.value, error.code),
            )
            raise
