"""One OpenID provider as the services see it: begin a sign-in and finish it."""

import hmac
import logging
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from app.domain.clock import Clock
from app.domain.emails import folded_email
from app.domain.outgoing import Outgoing
from app.domain.people import Identity
from app.identity.config import ProviderConfig
from app.identity.deadline import Deadline
from app.identity.discovery import Metadata
from app.identity.freshness import check_fresh
from app.identity.person import Sources, has_too_many_groups, identity_of, is_of_domain
from app.identity.reasons import Reason, refusal
from app.identity.upkeep import Upkeep
from app.identity.wire import Grant, Request
from app.services.ports import Challenge, SignedIn
from app.services.provider_port import Wish

BEGIN_SECONDS: Final = 5.0
FINISH_SECONDS: Final = 8.0
RANDOM_BYTES: Final = 32
LONGEST_CODE: Final = 8192
LONGEST_LOGGED: Final = 200
LONGEST_SIGN_IN: Final = timedelta(minutes=10)
CLOCKS: Final = timedelta(seconds=60)  # that the clocks of two processes of ours may differ

logger = logging.getLogger(__name__)


class OidcProvider(Upkeep):
    """Code flow with PKCE S256, state, nonce and the callback's ``iss`` (RFC 9207).

    Nothing is fetched before the first sign-in. ``challenge`` takes at most 5 seconds, ``finish``
    8, whatever the provider does. Implements ``ports.IdentityProvider``.
    """

    @property
    def account_url(self) -> str:
        return self.config.account_url

    @property
    def has_sign_up(self) -> bool:
        known = self._discovery.known
        return bool(self.config.sign_up_url or (known and known.announces_sign_up))

    def speaks_for(self, domain: str) -> bool:
        return folded_email(domain) in self.config.email_domains

    def challenge(self, redirect_uri: str, wish: Wish = Wish.NOTHING) -> Challenge:
        """Return where to send the browser and what to keep; raise ``Upstream``."""
        with self._reported("begin"):
            metadata = self._discovery.metadata(Deadline(BEGIN_SECONDS))
        if wish is Wish.SIGN_UP and not metadata.announces_sign_up:
            if self.config.sign_up_url:
                return Challenge(self.config.sign_up_url, MappingProxyType({}))
            wish = Wish.NOTHING
        kept = {
            "provider": self.name,
            "state": secrets.token_urlsafe(RANDOM_BYTES),
            "nonce": secrets.token_urlsafe(RANDOM_BYTES),
            "verifier": secrets.token_urlsafe(RANDOM_BYTES + RANDOM_BYTES // 2),
            "at": str(int(self._clock.now().timestamp())),
            **({"wish": wish.value} if wish else {}),
        }
        more = self._asking_for(wish, metadata)
        request = Request(redirect_uri, kept["state"], kept["nonce"], kept["verifier"], more)
        url = self._wire.authorization_url(metadata.authorization_endpoint, request)
        return Challenge(url, MappingProxyType(kept))

    def finish(
        self, redirect_uri: str, answer: Mapping[str, str], state: Mapping[str, str]
    ) -> SignedIn:
        """Return who came back; raise ``SignInFailed`` or ``Upstream``.

        ``answer`` holds the callback's parameters, ``state`` what ``challenge`` gave to keep.
        The caller lets a state be used once.
        """
        with self._reported("finish"):
            _check_state(answer, state, self.name)
            begun_at = self._begun_at(state)
            deadline = Deadline(FINISH_SECONDS)
            metadata = self._discovery.metadata(deadline)
            self._check_issuer(answer, metadata)
            grant = Grant(self._code(answer), redirect_uri, state["verifier"])
            tokens = self._wire.redeem(
                metadata.token_endpoint, metadata.client_method, grant, deadline
            )
            claims = self._id_tokens.claims(
                tokens, self._expected(state["nonce"]), metadata, deadline
            )
            if answer.get("iss", claims["iss"]) != claims["iss"]:
                raise refusal(Reason.CALLBACK_ISSUER_MISMATCH)
            if state.get("wish") == Wish.FRESH:
                check_fresh(claims, self.config.step_up, begun_at, self._clock.now())
            sources = self._sources(claims, tokens, metadata, deadline)
            identity = self._identity(sources)
        too_many = has_too_many_groups(self.config, sources)
        return SignedIn(identity, tokens.id_token, self._holding(tokens, metadata), too_many)

    def _identity(self, sources: Sources) -> Identity:
        identity = identity_of(self.config, sources)
        if not is_of_domain(self.config, identity):
            raise refusal(Reason.EMAIL_DOMAIN)
        return identity

    def _asking_for(self, wish: Wish, metadata: Metadata) -> dict[str, str]:
        if wish is Wish.SIGN_UP:
            return {"prompt": "create"}
        if wish is Wish.OTHER:
            choice = "select_account" if metadata.announces_choice else self.config.prompt_again
            return {"prompt": choice}
        if wish is Wish.ANEW:
            return {"prompt": self.config.prompt_again, "max_age": "0"}
        if wish is not Wish.FRESH:
            return {}
        # Both: some providers know only one of them. With max_age the token must hold auth_time.
        asked = {"prompt": "login", "max_age": "0"}
        acr = " ".join(self.config.step_up.acr)
        return {**asked, "acr_values": acr} if acr else asked

    def _begun_at(self, state: Mapping[str, str]) -> datetime:
        at = datetime.fromtimestamp(int(state["at"]), UTC)
        if not timedelta(0) <= self._clock.now() - at + CLOCKS <= LONGEST_SIGN_IN + CLOCKS:
            raise refusal(Reason.STATE_EXPIRED)
        return at

    def _check_issuer(self, answer: Mapping[str, str], metadata: Metadata) -> None:
        issuer = answer.get("iss")
        if issuer is None and metadata.announces_issuer:
            raise refusal(Reason.CALLBACK_ISSUER_MISSING)
        if issuer is not None and issuer not in self.config.issuers:
            raise refusal(Reason.CALLBACK_ISSUER_MISMATCH)

    def _code(self, answer: Mapping[str, str]) -> str:
        if "error" in answer:
            said = [_escaped(answer.get(name, "")) for name in ("error", "error_description")]
            logger.warning("%s answered with an error: %s %s", self.name, *said)
            denied = answer["error"] == "access_denied"
            raise refusal(Reason.ACCESS_DENIED if denied else Reason.PROVIDER_ERROR)
        code = answer.get("code")
        if not code:
            raise refusal(Reason.CODE_MISSING)
        # RFC 6749 A.11: visible ASCII.
        if len(code) > LONGEST_CODE or not (code.isascii() and code.isprintable()):
            raise refusal(Reason.CODE_MALFORMED)
        return code


def providers(
    configs: Sequence[ProviderConfig], clock: Clock, outgoing: Outgoing | None = None
) -> Mapping[str, OidcProvider]:
    """Return the providers by name, in the order given; raise ``ValueError`` for a name twice."""
    # At DEBUG Authlib writes PKCE verifiers into the log.
    logging.getLogger("authlib").setLevel(logging.INFO)
    made = {config.name: OidcProvider(config, clock, outgoing) for config in configs}
    if len(made) < len(configs):
        raise ValueError("Two providers have the same name.")
    return MappingProxyType(made)


def _check_state(answer: Mapping[str, str], kept: Mapping[str, str], name: str) -> None:
    expected, given = kept.get("state", ""), answer.get("state", "")
    if not expected or not given:
        raise refusal(Reason.STATE_MISSING)
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise refusal(Reason.STATE_MISMATCH)
    if kept.get("provider") != name:
        raise refusal(Reason.WRONG_PROVIDER)
    if not all(kept.get(name) for name in ("nonce", "verifier", "at")):
        raise refusal(Reason.STATE_MISSING)


def _escaped(text: str) -> str:
    """Return foreign text so that it stays on its line of the log."""
    return text[:LONGEST_LOGGED].encode("unicode_escape").decode()
