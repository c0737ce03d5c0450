"""Every exchange with a provider: bounded in time and size, never redirected, never retried.

The one module that touches Authlib's session. What fails here is an ``Upstream``; what the
token endpoint refuses is a ``SignInFailed``. No answer's text leaves this module in an error.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from app.domain.clock import Clock
from app.domain.errors import SignInFailed, Upstream, UpstreamKind
from app.domain.outgoing import Outgoing
from app.identity import client
from app.identity.bounded import BoundedAdapter
from app.identity.breaker import Breaker
from app.identity.config import ProviderConfig
from app.identity.deadline import Deadline, within
from app.identity.reasons import Reason, outage, refusal

T = TypeVar("T")

EXCHANGE_SECONDS: Final = 5.0
MOST_AT_ONCE: Final = 16
LONGEST_ID_TOKEN: Final = 100_000
LONGEST_REFRESH_TOKEN: Final = 8192
LONGEST_LIFE: Final = 86_400  # seconds of an access token
LONGEST_WAIT: Final = 3600  # seconds that Retry-After may ask for

OUR_FAULT: Final = ("invalid_client", "unauthorized_client")
PASSING: Final = ("server_error", "temporarily_unavailable")
# RFC 6749 5.2, and what providers say who want the person to sign in again.
_OVER: Final = (
    "invalid_grant",
    "access_denied",
    "login_required",
    "interaction_required",
    "consent_required",
)
# What a strange body makes of the libraries that read it.
_UNREADABLE: Final = (
    requests.RequestException,
    ValueError,
    TypeError,
    OverflowError,
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class Request:
    """What an authorization request says beside the client's own settings."""

    redirect_uri: str
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grant:
    """What is exchanged for tokens: the code, where it was sent to, and the PKCE verifier."""

    code: str = field(repr=False)
    redirect_uri: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gave; ``expires_in`` is in seconds, where it is named."""

    access_token: str = field(repr=False)
    id_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_in: int | None = None


class Wire:
    """The way to one provider. Each exchange has a session of its own, closed at its end.

    Nothing is taken from the environment (a ``.netrc`` would put passwords into our requests):
    proxy and authorities come from ``Outgoing``.
    """

    def __init__(self, config: ProviderConfig, outgoing: Outgoing, clock: Clock) -> None:
        self._config = config
        self._methods = client.methods(config, clock)
        self._breaker = Breaker(clock)
        self._outgoing = outgoing
        self._slots = threading.BoundedSemaphore(MOST_AT_ONCE)

    def authorization_url(self, endpoint: str, request: Request) -> str:
        """Return the address that begins a sign-in (RFC 6749 4.1.1, RFC 7636 S256)."""
        with OAuth2Session(self._config.client_id, code_challenge_method="S256") as session:
            url, _ = session.create_authorization_url(
                endpoint,
                state=request.state,
                code_verifier=request.verifier,
                redirect_uri=request.redirect_uri,
                scope=self._config.scope,
                nonce=request.nonce,
                **request.more,
            )
        return str(url)

    def document(self, url: str, deadline: Deadline) -> Mapping[str, object]:
        """Return the JSON object at an address; raise ``Upstream``."""
        return self._exchange(
            url,
            deadline,
            lambda session: _object(session.get(url, withhold_token=True, allow_redirects=False)),
        )

    def userinfo(self, url: str, access_token: str, deadline: Deadline) -> Mapping[str, object]:
        """Return the userinfo claims (OpenID Connect Core 5.3); raise ``Upstream``."""

        def ask(session: OAuth2Session) -> Mapping[str, object]:
            session.token = {"access_token": access_token, "token_type": "Bearer"}
            answer = session.get(url, allow_redirects=False)
            if answer.status_code == requests.codes.unauthorized:  # RFC 6750 3.1
                raise outage(UpstreamKind.REFUSED, reason=Reason.ACCESS_TOKEN_REFUSED)
            return _object(answer)

        return self._exchange(url, deadline, ask)

    def redeem(self, url: str, method: str, grant: Grant, deadline: Deadline) -> Tokens:
        """Exchange a code (RFC 6749 4.1.3, RFC 7636); raise ``SignInFailed`` or ``Upstream``."""
        fields = {
            "grant_type": "authorization_code",
            "code": grant.code,
            "redirect_uri": grant.redirect_uri,
            "code_verifier": grant.verifier,
        }
        try:
            tokens = _tokens_in(self._granted(url, method, fields, deadline))
        except OAuthError as error:
            raise _refused(error.error) from None
        if not tokens.id_token:
            raise refusal(Reason.ID_TOKEN_MISSING)
        return tokens

    def refresh(self, url: str, method: str, refresh_token: str, deadline: Deadline) -> Tokens:
        """Use a refresh token (RFC 6749 6); an id_token may be missing.

        Raise ``SignInFailed`` when the provider will not go on with the person, and ``Upstream``
        for everything else: only a clear no is a no.
        """
        fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        try:
            return _tokens_in(self._granted(url, method, fields, deadline))
        except OAuthError as error:
            raise _ended(error.error) from None
        except SignInFailed as error:
            raise outage(UpstreamKind.BROKEN_ANSWER, reason=error.reason) from None

    def revoke(self, url: str, method: str, refresh_token: str, deadline: Deadline) -> bool:
        """Give a refresh token back (RFC 7009); tell whether it was taken; raise ``Upstream``."""

        def ask(session: OAuth2Session) -> bool:
            session.revocation_endpoint_auth_method = self._methods.get(method, method)
            hint = "refresh_token"
            answer = session.revoke_token(url, refresh_token, hint, allow_redirects=False)
            return bool(_without_outage(answer).status_code == requests.codes.ok)

        return self._exchange(url, deadline, ask)

    def _granted(
        self, url: str, method: str, fields: Mapping[str, str], deadline: Deadline
    ) -> Mapping[str, object]:
        def ask(session: OAuth2Session) -> Mapping[str, object]:
            session.token_endpoint_auth_method = self._methods.get(method, method)
            session.register_compliance_hook("access_token_response", _without_outage)
            return dict(session.fetch_token(url, allow_redirects=False, **fields))

        return self._exchange(url, deadline, ask)

    def _exchange(self, url: str, deadline: Deadline, ask: Callable[[OAuth2Session], T]) -> T:
        self._breaker.check()
        limit = deadline.at_most(EXCHANGE_SECONDS)
        adapter = BoundedAdapter(limit)
        if not self._slots.acquire(blocking=False):
            raise outage(UpstreamKind.BUSY)

        def run() -> T:
            try:
                with self._session(url, adapter) as session:
                    return ask(session)
            finally:
                self._slots.release()

        try:
            answer = within(limit, run)
        except (TimeoutError, requests.Timeout):
            adapter.abandon()
            raise self._silence(UpstreamKind.TIMEOUT) from None
        except requests.ConnectionError:
            raise self._silence(UpstreamKind.UNREACHABLE) from None
        except (Upstream, OAuthError, *_UNREADABLE) as error:
            self._breaker.answered()
            if isinstance(error, Upstream | OAuthError):
                raise
            raise outage(UpstreamKind.BROKEN_ANSWER) from None
        self._breaker.answered()
        return answer

    def _silence(self, kind: UpstreamKind) -> Upstream:
        self._breaker.silent(kind)
        return outage(kind)

    def _session(self, url: str, adapter: BoundedAdapter) -> OAuth2Session:
        session = OAuth2Session(
            self._config.client_id,
            self._config.client_secret.reveal() or None,
            trust_env=False,
            proxies=self._outgoing.proxies_for(url),
            verify=self._outgoing.authorities,
            default_timeout=EXCHANGE_SECONDS,
        )
        session.headers["Accept"] = "application/json"
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session


def _object(answer: requests.Response) -> Mapping[str, object]:
    _without_outage(answer)
    if answer.status_code != requests.codes.ok:
        raise outage(UpstreamKind.REFUSED)
    value = answer.json()
    if not isinstance(value, dict):
        raise outage(UpstreamKind.BROKEN_ANSWER)
    return value


def _without_outage(answer: requests.Response) -> requests.Response:
    status = answer.status_code
    if status == requests.codes.too_many_requests:
        raise outage(UpstreamKind.BUSY, retry_after=_wait(answer.headers.get("Retry-After", "")))
    if status >= requests.codes.server_error:
        raise outage(UpstreamKind.FAILED)
    if requests.codes.multiple_choices <= status < requests.codes.bad_request:
        raise outage(UpstreamKind.BROKEN_ANSWER)
    answer.content.decode()  # else letters that are not UTF-8 would be guessed at
    return answer


def _wait(retry_after: str) -> int | None:
    named = retry_after.isascii() and retry_after.isdigit()
    return min(int(retry_after[:9]), LONGEST_WAIT) if named else None


def _refused(error: object) -> SignInFailed | Upstream:
    if error in OUR_FAULT:
        return outage(UpstreamKind.CREDENTIALS, reason=str(error))
    if error in PASSING:
        return outage(UpstreamKind.FAILED, reason=str(error))
    return refusal(Reason.CODE_REFUSED if error == "invalid_grant" else Reason.TOKEN_REFUSED)


def _ended(error: object) -> SignInFailed | Upstream:
    if error in _OVER:
        return refusal(Reason.REFRESH_REFUSED)
    refused = _refused(error)
    if isinstance(refused, Upstream):
        return refused
    return outage(UpstreamKind.REFUSED, reason=refused.reason)


def _tokens_in(answer: Mapping[str, object]) -> Tokens:
    access_token, id_token = answer.get("access_token"), answer.get("id_token")
    if not isinstance(access_token, str) or not access_token:
        raise refusal(Reason.TOKEN_ANSWER_MALFORMED)
    if str(answer.get("token_type")).lower() != "bearer":
        raise refusal(Reason.TOKEN_TYPE)
    if not isinstance(id_token or "", str):
        raise refusal(Reason.ID_TOKEN_MALFORMED)
    if len(str(id_token)) > LONGEST_ID_TOKEN:
        raise refusal(Reason.ID_TOKEN_TOO_LARGE)
    return Tokens(access_token, str(id_token or ""), _refresh_token(answer), _expires_in(answer))


def _refresh_token(answer: Mapping[str, object]) -> str:
    value = answer.get("refresh_token")
    return value if isinstance(value, str) and len(value) <= LONGEST_REFRESH_TOKEN else ""


def _expires_in(answer: Mapping[str, object]) -> int | None:
    value = answer.get("expires_in")
    named = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return min(value, LONGEST_LIFE) if named and isinstance(value, int) else None
