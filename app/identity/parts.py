"""What one OpenID provider is made of here, and how what it says about a person is gathered."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from app.domain.clock import Clock
from app.domain.errors import SignInFailed, Upstream
from app.domain.outgoing import Outgoing
from app.identity.access_token import AccessTokens, Subject
from app.identity.config import ProviderConfig
from app.identity.deadline import Deadline
from app.identity.discovery import Discovery, Metadata
from app.identity.id_token import Expected, IdTokens
from app.identity.keys import SigningKeys
from app.identity.logout_token import LogoutTokens
from app.identity.person import Claims, Sources, lacks_groups, needs_userinfo
from app.identity.reasons import Reason, refusal
from app.identity.signed_token import SignedTokens
from app.identity.wire import Tokens, Wire
from app.services.provider_port import NOTHING, Holding

logger = logging.getLogger(__name__)


class Parts:
    """The parts of a provider; nothing is fetched before it is needed."""

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

    def _expected(self, nonce: str) -> Expected:
        config = self.config
        return Expected(config.issuer, config.client_id, nonce, config.tenants)

    def _sources(
        self, claims: Claims, tokens: Tokens, metadata: Metadata, deadline: Deadline
    ) -> Sources:
        userinfo = self._userinfo(claims, tokens, metadata, deadline)
        if not self.config.groups_in_access_token or not lacks_groups(
            self.config, claims, userinfo
        ):
            return Sources(claims, userinfo)
        about = Subject(str(claims["iss"]), str(claims["sub"]), self.config.client_id)
        found = self._access_tokens.claims(tokens.access_token, about, metadata, deadline)
        return Sources(claims, userinfo, found)

    def _userinfo(
        self, claims: Claims, tokens: Tokens, metadata: Metadata, deadline: Deadline
    ) -> Claims:
        if not metadata.userinfo_endpoint or not needs_userinfo(self.config, claims):
            return {}
        url = metadata.userinfo_endpoint
        userinfo = self._wire.userinfo(url, tokens.access_token, deadline)
        if userinfo.get("sub") != claims["sub"]:
            raise refusal(Reason.USERINFO_SUBJECT)
        return userinfo

    def _holding(self, tokens: Tokens, metadata: Metadata) -> Holding:
        """Return what lets the portal ask again; an access token only if its end is known."""
        if tokens.refresh_token:
            return Holding(refresh_token=tokens.refresh_token)
        if not metadata.userinfo_endpoint or tokens.expires_in is None:
            return NOTHING
        until = self._clock.now() + timedelta(seconds=tokens.expires_in)
        return Holding(access_token=tokens.access_token, access_until=until)

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
