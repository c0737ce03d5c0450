"""Tokens of an Edge user: its password at first, then the refresh token.

Follows Apigee's "Access the Edge API with OAuth2". Passcodes and second factors are for people;
the portal signs in as a machine user.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from app.apigee.credentials.grant import FORM, Grant, ask, granted, posted
from app.apigee.credentials.keeper import RANDOM, TokenKeeper
from app.apigee.deadline import Deadline
from app.apigee.exchange import Answer
from app.domain.clock import Clock
from app.domain.outgoing import Outgoing

# The fixed client that Apigee publishes for every tool: edgecli, edgeclisecret.
HEADERS: Final = {
    "Content-Type": f"{FORM};charset=utf-8",
    "Accept": "application/json;charset=utf-8",
    "Authorization": "Basic ZWRnZWNsaTplZGdlY2xpc2VjcmV0",
}
OK: Final = 200
SECOND_FACTORS: Final = ("mfa", "passcode")


class EdgeOAuth(TokenKeeper):
    """A machine user at a token address; a zone of a SAML or LDAP organization has its own."""

    def __init__(
        self,
        token_url: str,
        username: str,
        password: str,
        clock: Clock | None = None,
        outgoing: Outgoing | None = None,
        *,
        jitter: Callable[[], float] = RANDOM.random,
    ) -> None:
        super().__init__(self._ask, clock, jitter)
        self._token_url = token_url
        self._login = {"grant_type": "password", "username": username, "password": password}
        self._outgoing = outgoing or Outgoing()
        self._refresh_token = ""

    def _ask(self, deadline: Deadline, now: datetime) -> Grant:
        """Ask with the refresh token, or with the password where there is none that works.

        A refresh token that brought nothing, for whatever reason, is not tried again.
        """
        del now
        used, self._refresh_token = self._refresh_token, ""
        refreshed = self._refreshed(used, deadline) if used else None
        grant = granted(refreshed or self._sent(self._login, deadline), _explained)
        self._refresh_token = grant.refresh_token or (used if refreshed else "")
        return grant

    def _refreshed(self, token: str, deadline: Deadline) -> Answer | None:
        form = {"grant_type": "refresh_token", "refresh_token": token}
        answer = self._sent(form, deadline)
        return answer if answer.status == OK else None

    def _sent(self, form: Mapping[str, str], deadline: Deadline) -> Answer:
        return ask(posted(self._token_url, form, HEADERS), deadline, self._outgoing)


def _explained(refusal: Mapping[str, Any]) -> str:
    said = f"{refusal.get('error', '')} {refusal.get('error_description', '')}".lower()
    if any(word in said for word in SECOND_FACTORS):
        return "login_mfa"
    return "token_refused" if "client" in str(refusal.get("error", "")) else "login_refused"
