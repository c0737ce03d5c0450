"""Signing in again for a dangerous action, and pressing its button once more."""

from flask import Blueprint, Response, request, url_for

from app.blueprints.auth import begun
from app.blueprints.auth.told import told
from app.services.provider_port import Wish
from app.web import sessions, step_up
from app.web.access import person
from app.web.htmx import go_to, render
from app.web.limits import limited

bp = Blueprint("step_up", __name__)


@bp.get("/sign-in/again")
@person
@limited("sign_in")
def again() -> Response:
    """Send the person to the provider they came from, to sign in anew."""
    asked = step_up.asked()
    if asked is None:
        return go_to(url_for("pages.home"))
    provider = begun.provider_named(sessions.provider_name())
    challenge = provider.challenge(begun.redirect_uri(provider), Wish.FRESH)
    begun.keep({**challenge.state, "action": asked.action, "about": asked.about})
    return step_up.left(go_to(challenge.url), challenge.state["state"])


@bp.get("/sign-in/confirmation")
@person
def confirmation() -> Response:
    """Show what was asked for, with the button that does it."""
    asked = step_up.asked()
    if asked is None:
        return go_to(url_for("pages.home"))
    action = f"{request.script_root}{asked.path}"
    return render("auth/confirmation.html", asked=asked, told=told(asked), action=action)
