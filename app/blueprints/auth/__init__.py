"""Signing in through a provider and signing out, here and there."""

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, flash, request, session, url_for
from flask_login import current_user

from app.blueprints.auth import begun
from app.domain.browsers import browser_words
from app.domain.errors import SignInFailed
from app.domain.people import Account, Identity
from app.domain.step_up import Dangerous
from app.services.ports import IdentityProvider, SignedIn
from app.services.provider_port import Wish
from app.services.session_port import SessionStart
from app.web import leaving, request_id, sessions
from app.web.access import public
from app.web.context import account, actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.return_to import safe_path
from app.web.step_up import whose

bp = Blueprint("auth", __name__)
CSRF: Final = "csrf_token"
# Looking for the person's developer is done in passing: nobody waits for Apigee to sign in.
PASSING_SECONDS: Final = 1.0
TOO_MANY_GROUPS: Final = (
    "You are in more groups than your company's sign-in can list, so you have none of the roles "
    "that groups give here. Tell your administrator."
)


@bp.get("/sign-in")
@public
@limited("sign_in")
def sign_in() -> Response:
    """Send the person to the provider; with several of them, ask which."""
    return _begin(begun.wished())


@bp.get("/sign-up")
@public
@limited("sign_in")
def sign_up() -> Response:
    """Send the person to where the provider makes new accounts."""
    if not begun.offered(Wish.SIGN_UP):
        return go_to(url_for("auth.sign_in", next=request.args.get("next")))
    return _begin(Wish.SIGN_UP)


@bp.get("/auth/<provider>/callback")
@public
@limited("sign_in")
def callback(provider: str) -> Response:
    """Check what the provider answered and open a session; any doubt ends on one fixed page."""
    chosen = begun.provider_named(provider)
    kept = begun.take(request.args.get("state", ""))
    if begun.leads_on(kept):
        return go_to(safe_path(kept["next"]))
    try:
        signed_in = chosen.finish(begun.redirect_uri(chosen), begun.answer(), kept)
        if _is_stale(kept, signed_in.identity):
            return _sent_to(chosen, Wish.ANEW, safe_path(kept.get("next")))
        portal().meter.hurry(PASSING_SECONDS)
        who = portal().sign_in.complete(signed_in.identity, actor())
    except SignInFailed as error:
        return _failed(kept, error)
    return _opened(kept, who, signed_in)


@bp.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session here first, then at the provider."""
    portal().sign_in.signed_out(actor(), getattr(current_user, "account", None))
    return leaving.leave()


@bp.get("/signed-out")
@public
def signed_out() -> Response:
    """Say that the session has ended, and whether the provider's own has."""
    there = leaving.confirmed(request.args)
    return render("auth/signed_out.html", there=there, is_deleted=leaving.was_for_good())


def _begin(wish: Wish) -> Response:
    following = safe_path(request.args.get("next"))
    if current_user.is_authenticated:
        return go_to(following)
    name = begun.chosen(wish)
    if not name:
        offered = begun.offered(wish)
        return render(
            "auth/sign_in.html", providers=offered, next=following, is_new=wish is Wish.SIGN_UP
        )
    return _sent_to(begun.provider_named(name), wish, following)


def _sent_to(provider: IdentityProvider, wish: Wish, following: str) -> Response:
    challenge = provider.challenge(begun.redirect_uri(provider), wish)
    if challenge.state:
        begun.keep({**challenge.state, "next": following})
    return go_to(challenge.url)


def _is_stale(kept: Mapping[str, str], identity: Identity) -> bool:
    if begun.is_fresh(kept):
        portal().sign_in.step_up.must_be(sessions.current(), identity)
        return False
    return portal().sign_in.is_stale(identity, asked=begun.is_anew(kept))


def _opened(kept: Mapping[str, str], who: Account, signed_in: SignedIn) -> Response:
    """Open the session; after a fresh sign-in forms of other windows go on working in it."""
    _count("done")
    is_fresh = begun.is_fresh(kept)
    token = {CSRF: session[CSRF]} if is_fresh and CSRF in session else {}
    windows = begun.elsewhere()
    sessions.begin(who, signed_in, _start(who))
    session.update(token)
    begun.lead_on(windows)
    if signed_in.has_too_many_groups:
        flash(TOO_MANY_GROUPS, "warning")
    if not is_fresh:
        return go_to(safe_path(kept.get("next")))
    action = Dangerous(kept["action"])
    portal().sign_in.step_up.give(sessions.current(), action, kept["about"], actor())
    return go_to(url_for("step_up.confirmation"))


def _failed(kept: Mapping[str, str], error: SignInFailed) -> Response:
    _count(error.reason)
    portal().sign_in.refused(actor(), error)
    facts = {"request_id": request_id.current(), "provider": (request.view_args or {})["provider"]}
    who = account() if begun.is_fresh(kept) else None
    if sessions.current() is None:
        who = whose(request.args.get("state", ""))
    if who is not None:
        return render("auth/unconfirmed.html", code=403, who=who, **facts)
    return render("auth/failed.html", code=400, **facts)


def _count(outcome: str) -> None:
    provider = str((request.view_args or {})["provider"])
    portal().figures.figures.signed_in(provider, outcome)


def _start(account: Account) -> SessionStart:
    return portal().session_office.rules.start(
        account.roles,
        portal().clock.now(),
        browser=browser_words(str(request.user_agent)),
        address=request.remote_addr or "",
    )
