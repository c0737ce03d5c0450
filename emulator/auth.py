"""Who calls: Bearer tokens on X, Basic on Edge."""

import base64
import binascii
import hmac
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from emulator.errors import ApiError, unauthenticated
from emulator.messages import Request
from emulator.model import Flavor
from emulator.switches import Switches

# Google says 3599 for a token of one hour.
TOKEN_SECONDS = 3599


class Gate(Protocol):
    """Lets callers of the management API in."""

    challenge: str

    def principal(self, request: Request) -> str:
        """Who calls; raises 401."""
        ...


class Tokens:
    """Opaque access tokens and until when each is good; they do not outlive the process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._known: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def issue(self, principal: str, seconds: float = TOKEN_SECONDS) -> str:
        """A new token for a principal."""
        token = f"ya29.local-{secrets.token_urlsafe(48)}"
        self.register(token, principal, seconds)
        return token

    def register(
        self, token: str, principal: str = "test@example.com", seconds: float = float("inf")
    ) -> None:
        """Make a given token good, by default for ever; meant for tests."""
        with self._lock:
            self._known[token] = (principal, self._clock() + seconds)

    def revoke_all(self) -> None:
        """Forget every token, so that callers have to fetch new ones."""
        with self._lock:
            self._known.clear()

    def principal(self, token: str) -> str | None:
        with self._lock:
            principal, until = self._known.get(token, ("", 0.0))
        return principal if principal and until > self._clock() else None


class BearerGate:
    """A token from the token endpoint, or a registered one."""

    challenge = 'Bearer realm="https://accounts.google.com/"'

    def __init__(self, tokens: Tokens, flavor: Flavor = "x") -> None:
        self._tokens = tokens
        self._flavor = flavor

    def principal(self, request: Request) -> str:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        principal = self._tokens.principal(token.strip()) if scheme.lower() == "bearer" else None
        if principal is None:
            raise unauthenticated(self._flavor)
        return principal


class BasicGate:
    """Edge: the e-mail and password of a configured user."""

    challenge = 'Basic realm="apigee"'

    def __init__(self, users: Mapping[str, str], switches: Switches) -> None:
        self._users = dict(users)
        self._switches = switches

    def principal(self, request: Request) -> str:
        name, password = _basic(request.headers.get("authorization", ""))
        expected = self._users.get(name)
        if expected is None or not hmac.compare_digest(expected.encode(), password.encode()):
            raise self._refusal()
        return name

    def _refusal(self) -> ApiError:
        if self._switches.edge_bad_login_status == 401:  # noqa: PLR2004 - the status itself
            return unauthenticated("edge")
        code = "usersandroles.SsoInternalServerError"
        return ApiError(500, code, "Error while checking the credentials")


class EdgeGate:
    """Edge: a token of the login service, or Basic where the organisation allows it."""

    def __init__(self, tokens: Tokens, basic: BasicGate | None) -> None:
        self._tokens = BearerGate(tokens, "edge")
        self._basic = basic
        self.challenge = basic.challenge if basic else 'Bearer realm="apigee"'

    def principal(self, request: Request) -> str:
        scheme = request.headers.get("authorization", "").partition(" ")[0]
        if self._basic and scheme.lower() != "bearer":
            return self._basic.principal(request)
        return self._tokens.principal(request)


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        return "", ""
    return name, password
