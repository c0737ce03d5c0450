"""X's token endpoint: a signed service-account assertion (RFC 7523) for an access token."""

import json
import threading
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import parse_qsl

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from emulator.auth import TOKEN_SECONDS, Tokens
from emulator.credentials import ServiceAccount
from emulator.messages import Request, Response

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
# Google's own library signs for this address whatever `token_uri` the file names.
GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token"
PATH = "/token"
MAX_LIFE = 3600
# Clocks may differ by this many seconds.
SKEW = 300


class Refused(Exception):
    """An OAuth refusal: error and description."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


class TokenEndpoint:
    """Verifies assertions of registered service accounts and issues tokens for them."""

    def __init__(self, tokens: Tokens, clock: Callable[[], float]) -> None:
        self._tokens = tokens
        self._clock = clock
        self._accounts: dict[str, ServiceAccount] = {}
        self._lock = threading.Lock()
        self.audiences: Collection[str] = ()

    def register(self, account: ServiceAccount) -> None:
        """Let a service account fetch tokens."""
        with self._lock:
            self._accounts[account.client_email] = account

    def serves(self, request: Request) -> bool:
        """Whether an address is the token endpoint's."""
        return request.path == PATH

    def answer(self, request: Request) -> Response:
        """Answer `POST /token`; 400 with an OAuth error when the assertion is not good."""
        try:
            principal = self._verify(request)
        except Refused as refused:
            return _json(400, {"error": refused.error, "error_description": refused.description})
        token = self._tokens.issue(principal)
        return _json(
            200,
            {"access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"},
        )

    def _verify(self, request: Request) -> str:
        if request.method != "POST":
            raise Refused("invalid_request", "POST is expected")
        form = dict(parse_qsl(request.body.decode("latin-1")))
        grant = form.get("grant_type", "")
        if grant != GRANT:
            raise Refused("unsupported_grant_type", f"Invalid grant_type: {grant}")
        assertion = form.get("assertion", "")
        account = self._account(assertion)
        claims = _verified(assertion, account)
        self._check(claims)
        return account.client_email

    def _account(self, assertion: str) -> ServiceAccount:
        issuer = _unverified_issuer(assertion)
        with self._lock:
            account = self._accounts.get(issuer)
        if account is None:
            raise Refused("invalid_grant", "Invalid grant: account not found")
        return account

    def _check(self, claims: Mapping[str, Any]) -> None:
        if claims.get("aud") not in (*self.audiences, GOOGLE_AUDIENCE):
            raise Refused("invalid_grant", "Invalid JWT: Failed audience check.")
        if SCOPE not in str(claims.get("scope", "")).split():
            raise Refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        issued, expires, now = claims.get("iat"), claims.get("exp"), self._clock()
        timely = (
            isinstance(issued, int | float)
            and isinstance(expires, int | float)
            and issued - SKEW <= now < expires + SKEW
            and expires - issued <= MAX_LIFE
        )
        if not timely:
            raise Refused(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a "
                "reasonable timeframe. Check your iat and exp values in the JWT claim.",
            )


def _unverified_issuer(assertion: str) -> str:
    """Whose key to verify with; nothing else is believed before the signature is."""
    try:
        claims = json.loads(jws.extract_compact(assertion.encode()).payload)
    except (JoseError, ValueError):
        raise Refused("invalid_grant", "Invalid JWT: not a signed token.") from None
    return str(claims.get("iss", "")) if isinstance(claims, dict) else ""


def _verified(assertion: str, account: ServiceAccount) -> Mapping[str, Any]:
    try:
        key = RSAKey.import_key(account.public_key)
        return jwt.decode(assertion, key, algorithms=["RS256"]).claims
    except (JoseError, ValueError):
        raise Refused("invalid_grant", "Invalid JWT Signature.") from None


def _json(status: int, body: Mapping[str, Any]) -> Response:
    headers = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store"}
    return Response(status, json.dumps(body).encode(), headers)
