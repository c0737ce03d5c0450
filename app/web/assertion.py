"""Sign-in by a proxy's signed header: every request is asked who it is from, and none is skipped.

A session lasts as long as the header names the same person with the same roles.
"""

from dataclasses import replace
from typing import Final, Protocol, cast

from flask import Flask, Response, current_app, request

from app.domain.browsers import browser_words
from app.domain.errors import SignInFailed
from app.domain.people import Account, Identity
from app.services.ports import SignedIn
from app.services.session_port import SessionStart
from app.web import request_id, sessions
from app.web.context import actor, portal
from app.web.htmx import render, swap_nothing, wants_fragment

# They show nothing of anybody; the last one is where somebody ends who has just signed out.
OPEN_TO_ALL: Final = frozenset(
    {"health.livez", "health.readyz", "static", "csp_report.take", "auth.signed_out"}
)
UNKNOWN: Final = "Your company's sign-in did not say who you are. Reload the page."


class Assertions(Protocol):
    """Proves what a header says; the factory chooses who does."""

    def read(self, value: str) -> Identity:
        """Return whom the value names; raise ``SignInFailed``, or ``Upstream``."""
        ...


def install(app: Flask, header: str) -> None:
    """Register the hook."""

    @app.before_request
    def who_asks() -> Response | None:
        if request.endpoint in OPEN_TO_ALL:
            return None
        try:
            proxy = cast(Assertions, current_app.extensions["assertions"])
            _be(proxy.read(request.headers.get(header, "")))
        except SignInFailed as error:
            return _unrecognised(error)
        return None


def _be(identity: Identity) -> None:
    stored = sessions.current()
    if stored is not None:
        same_person = (stored.issuer, stored.subject) == (identity.issuer, identity.subject)
        if same_person and stored.account.claimed_roles == identity.roles:
            return
        sessions.end()
    account = portal().sign_in.complete(identity, actor())
    sessions.begin(account, SignedIn(identity, ""), _start(account))


def _start(account: Account) -> SessionStart:
    start = portal().session_office.rules.start(
        account.roles,
        portal().clock.now(),
        browser=browser_words(str(request.user_agent)),
        address=request.remote_addr or "",
    )
    return replace(start, check_at=None)  # each request is a check


def _unrecognised(error: SignInFailed) -> Response:
    sessions.end()
    portal().sign_in.refused(actor(), error)
    if wants_fragment():
        return swap_nothing(401, UNKNOWN)
    return render("auth/unrecognized.html", code=401, request_id=request_id.current())
