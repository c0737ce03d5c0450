"""Signing in through a provider and signing out, here and there."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, request, session, url_for
from flask_login import current_user

from app.blueprints.auth import begun
from app.domain.browsers import browser_words
from app.domain.errors import SignInFailed
from app.domain.people import Account
from app.domain.step_up import Dangerous
from app.services.ports import SignedIn
from app.services.session_port import SessionStart
from app.web import leaving, request_id, sessions
from app.web.access import public
from app.web.context import actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.return_to import safe_path

bp = Blueprint("auth", __name__)
CSRF: Final = "csrf_token"
# Looking for the person's developer is done in passing: nobody waits for Apigee to sign in.
PASSING_SECONDS: Final = 1.0


@bp.get("/sign-in")
@public
@limited("sign_in")
def sign_in() -> Response:
    """Send the person to the provider; with several of them, ask which."""
    following = safe_path(request.args.get("next"))
    if current_user.is_authenticated:
        return go_to(following)
    providers = portal().providers
    name = request.args.get("provider") or (next(iter(providers)) if len(providers) == 1 else "")
    if not name:
        return render("auth/sign_in.html", providers=list(providers.values()), next=following)
    provider = begun.provider_named(name)
    challenge = provider.challenge(begun.redirect_uri(provider))
    begun.keep({**challenge.state, "next": following})
    return go_to(challenge.url)


@bp.get("/auth/<provider>/callback")
@public
@limited("sign_in")
def callback(provider: str) -> Response:
    """Check what the provider answered and open a session; any doubt ends on one fixed page."""
    chosen = begun.provider_named(provider)
    kept = begun.take(request.args.get("state", ""))
    try:
        signed_in = chosen.finish(begun.redirect_uri(chosen), request.args.to_dict(), kept)
        if begun.is_fresh(kept):
            portal().sign_in.step_up.must_be(sessions.current(), signed_in.identity)
        portal().meter.hurry(PASSING_SECONDS)
        account = portal().sign_in.complete(signed_in.identity, actor())
    except SignInFailed as error:
        return _failed(kept, error)
    return _opened(kept, account, signed_in)


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session here first, then at the provider."""
    portal().sign_in.signed_out(actor())
    return leaving.leave()


@bp.get("/signed-out")
@public
def signed_out() -> Response:
    """Say that the session has ended, and whether the provider's own has."""
    there = leaving.confirmed(request.args)
    return render("auth/signed_out.html", there=there)


def _opened(kept: Mapping[str, str], who: Account, signed_in: SignedIn) -> Response:
    """Open the session; after a fresh sign-in forms of other windows go on working in it."""
    if not begun.is_fresh(kept):
        sessions.begin(who, signed_in, _start(who))
        return go_to(safe_path(kept.get("next")))
    token = {CSRF: session[CSRF]} if CSRF in session else {}
    sessions.begin(who, signed_in, _start(who))
    session.update(token)
    action = Dangerous(kept["action"])
    portal().sign_in.step_up.give(sessions.current(), action, kept["about"], actor())
    return go_to(url_for("step_up.confirmation"))


def _failed(kept: Mapping[str, str], error: SignInFailed) -> Response:
    portal().sign_in.refused(actor(), error)
    number = request_id.current()
    if begun.is_fresh(kept):
        return render("auth/unconfirmed.html", code=403, request_id=number)
    return render("auth/failed.html", code=400, request_id=number)


def _start(account: Account) -> SessionStart:
    return portal().session_office.rules.start(
        account.roles,
        portal().clock.now(),
        browser=browser_words(str(request.user_agent)),
        address=request.remote_addr or "",
    )
