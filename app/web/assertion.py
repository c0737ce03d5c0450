"""Sign-in by a proxy's signed header: every request is asked who it is from, and none is skipped.

A session lasts as long as the header names the same person with the same roles and address.
Who keeps no cookie begins one with every request, as often as the limit ``sign_in`` allows.
"""

import hashlib
from dataclasses import replace
from typing import Final, Protocol, cast

from flask import Flask, Response, current_app, g, request

from app.domain.browsers import browser_words
from app.domain.errors import SignInFailed
from app.domain.people import Account, Identity
from app.services.ports import SignedIn
from app.services.session_port import SessionStart, StoredSession
from app.web import request_id, sessions
from app.web.context import actor, portal
from app.web.extensions import limiter
from app.web.htmx import render, swap_nothing, wants_fragment

# They show nothing of anybody; the last one is where somebody ends who has just signed out.
OPEN_TO_ALL: Final = frozenset(
    {
        "health.livez",
        "health.readyz",
        "health.metrics",
        "static",
        "theme.send",
        "theme.style",
        "csp_report.take",
        "auth.signed_out",
    }
)
PROXY: Final = "proxy"  # what figures call the provider that signs in by a header
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
        if _is_of(stored, identity):
            return
        sessions.end()
    if request.endpoint is None:  # nobody has to be signed in to hear that there is no such page
        return
    g.proven = hashlib.sha256(f"{identity.issuer} {identity.subject}".encode()).hexdigest()
    _begin(identity)


def _is_of(stored: StoredSession, identity: Identity) -> bool:
    known = stored.account
    return (stored.issuer, stored.subject, known.claimed_roles, known.email) == (
        *(identity.issuer, identity.subject, identity.roles, identity.email),
    ) and known.email_verified == identity.email_verified


def _rate() -> str:
    return str(current_app.config["RATES"]["sign_in"])


@limiter.shared_limit(_rate, scope="proven", key_func=lambda: f"person:{g.proven}")
def _begin(identity: Identity) -> None:
    account = portal().sign_in.complete(identity, actor())
    sessions.begin(account, SignedIn(identity, ""), _start(account))
    portal().figures.figures.signed_in(PROXY, "done")


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
    portal().figures.figures.signed_in(PROXY, error.reason)
    portal().sign_in.refused(actor(), error)
    if wants_fragment():
        return swap_nothing(401, UNKNOWN)
    return render("auth/unrecognized.html", code=401, request_id=request_id.current())
