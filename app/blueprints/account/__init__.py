"""The person's own account, and the registration as a developer."""

from typing import Any

from flask import Blueprint, Response

from app.blueprints.account import registering
from app.domain.errors import InvalidInput, NotAllowed, Upstream
from app.domain.people import Account
from app.web import forms, sessions
from app.web.access import person
from app.web.context import account, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.return_to import safe_path

bp = Blueprint("account", __name__)


@bp.get("/account")
@person
def show() -> Response:
    """Show who the person is for the portal."""
    who = account()
    return render(
        "account/show.html",
        account=who,
        obstacle=_obstacle(),
        reason=_reason(),
        developer_active=_developer_active(),
        sessions=portal().session_office.of(who),
        this_session=sessions.current_public_id(),
        password_url=_password_url(),
        **_own_page(who),
    )


@bp.get("/register")
@person
def register() -> Response:
    """Ask for what Apigee wants to know of a developer."""
    following, who = safe_path(forms.argument("next")), account()
    if who.standing:
        return render("account/progress.html", account=who, reason=_reason(), next=following)
    if who.is_developer:
        return go_to(following)
    obstacle = portal().registration.obstacle(who)
    if obstacle:
        return render("account/refused.html", code=403, text=obstacle)
    return registering.form_page(registering.untouched(), following)


@bp.post("/register")
@person
@limited("write")
def registration() -> Response:
    """Create the developer on Apigee, or link the one that exists."""
    form = forms.RegistrationFields()
    following = safe_path(form.next.data)
    if account().is_developer:
        return go_to(following)
    try:
        made = registering.tried(form)
    except InvalidInput as error:
        return registering.form_again(form, error, following)
    except NotAllowed as error:
        return render("account/refused.html", code=403, text=error.message)
    return registering.led_on(made, following)


def _own_page(who: Account) -> dict[str, Any]:
    """Return what the page says about changing and deleting the account."""
    services = portal().accounts
    return {
        "policy": services.own.policy,
        "address_obstacle": services.address.obstacle(who) if who.differs_from_apigee else "",
        "has_details": bool(services.details.fields),
        "is_ending": services.deletion.is_under_way(who),
    }


def _password_url() -> str:
    provider = portal().providers.get(sessions.provider_name())
    return provider.account_url if provider else ""


def _obstacle() -> str | None:
    who = account()
    return None if who.is_developer or who.standing else portal().registration.obstacle(who)


def _reason() -> str:
    """Return why nothing came of a registration; whoever is a developer is not asked about."""
    who = account()
    return "" if who.is_developer and not who.standing else portal().registration.office.reason(who)


def _developer_active() -> bool | None:
    if not account().is_developer:
        return None
    try:
        return portal().statuses.is_active(account().owner)
    except Upstream:
        return None
