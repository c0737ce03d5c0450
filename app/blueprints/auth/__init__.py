"""Signing in through a provider and signing out, here and there."""

from typing import Final

from flask import Blueprint, Response, request, session
from flask_login import current_user

from app.domain.browsers import browser_words
from app.domain.errors import NotFound, SignInFailed
from app.domain.people import Account
from app.services.ports import IdentityProvider
from app.services.session_port import SessionStart
from app.web import leaving, request_id, sessions
from app.web.access import public
from app.web.context import actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.return_to import safe_path

bp = Blueprint("auth", __name__)
MOST_STARTED: Final = 5
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
    provider = _provider(name)
    challenge = provider.challenge(_redirect_uri(provider))
    started = [*session.get("started", []), {**challenge.state, "next": following}]
    session["started"] = started[-MOST_STARTED:]
    return go_to(challenge.url)


@bp.get("/auth/<provider>/callback")
@public
@limited("sign_in")
def callback(provider: str) -> Response:
    """Check what the provider answered and open a session; any doubt ends on one fixed page."""
    chosen = _provider(provider)
    kept = _take_started(request.args.get("state", ""))
    try:
        signed_in = chosen.finish(_redirect_uri(chosen), request.args.to_dict(), kept)
        portal().meter.hurry(PASSING_SECONDS)
        account = portal().sign_in.complete(signed_in.identity, actor())
    except SignInFailed as error:
        portal().sign_in.refused(actor(), error)
        return render("auth/failed.html", code=400, request_id=request_id.current())
    sessions.begin(account, signed_in, _start(account))
    return go_to(safe_path(kept.get("next")))


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


def _provider(name: str) -> IdentityProvider:
    provider = portal().providers.get(name)
    if provider is None:
        raise NotFound("There is no such way to sign in.")
    return provider


def _redirect_uri(provider: IdentityProvider) -> str:
    return f"{portal().presentation.public_url}/auth/{provider.name}/callback"


def _take_started(state: str) -> dict[str, str]:
    """Take the started sign-in out of the session, so that it is used once."""
    started: list[dict[str, str]] = session.get("started", [])
    kept = next((item for item in started if state and item["state"] == state), {})
    if kept:
        session["started"] = [item for item in started if item is not kept]
    return kept


def _start(account: Account) -> SessionStart:
    return portal().session_office.rules.start(
        account.roles,
        portal().clock.now(),
        browser=browser_words(str(request.user_agent)),
        address=request.remote_addr or "",
    )
