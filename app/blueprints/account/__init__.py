"""The person's own account, and the registration as a developer."""

from flask import Blueprint, Response, flash, url_for

from app.domain.errors import InvalidInput, NotAllowed, Upstream
from app.services.registration import RegistrationForm
from app.web import forms, sessions
from app.web.access import person
from app.web.context import account, actor, portal
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
        obstacle=None if who.is_developer else portal().registration.obstacle(who),
        developer_active=_developer_active(),
        sessions=portal().session_office.of(who),
        this_session=sessions.current_public_id(),
        password_url=_password_url(),
    )


@bp.get("/register")
@person
def register() -> Response:
    """Ask for what Apigee wants to know of a developer."""
    following = safe_path(forms.argument("next"))
    if account().is_developer:
        return go_to(following)
    obstacle = portal().registration.obstacle(account())
    if obstacle:
        return render("account/refused.html", code=403, text=obstacle)
    who = account()
    values = {"first_name": who.first_name, "last_name": who.last_name, "email": who.email}
    values |= {"user_name": who.user_name or who.email, "accept_terms": ""}
    return _form(forms.first_shown(values), following)


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
        portal().registration.register(account(), actor(), _filled(form))
    except InvalidInput as error:
        return _form(forms.shown(form, error.fields, email=account().email), following, status=422)
    except NotAllowed as error:
        return render("account/refused.html", code=403, text=error.message)
    flash("You are registered as a developer.", "success")
    return go_to(url_for("my_apps.index") if following == url_for("pages.home") else following)


def _password_url() -> str:
    provider = portal().providers.get(sessions.provider_name())
    return provider.account_url if provider else ""


def _filled(form: forms.RegistrationFields) -> RegistrationForm:
    return RegistrationForm(
        first_name=forms.text(form.first_name),
        last_name=forms.text(form.last_name),
        user_name=forms.text(form.user_name),
        accepted=forms.text(form.accept_terms),
    )


def _form(shown: forms.FormView, following: str, status: int = 200) -> Response:
    version = portal().registration.rules.terms_version
    return render(
        "account/register.html",
        code=status,
        form=shown,
        next=following,
        terms_version=version,
        terms_url="",
    )


def _developer_active() -> bool | None:
    if not account().is_developer:
        return None
    try:
        return portal().statuses.is_active(account().owner)
    except Upstream:
        return None
