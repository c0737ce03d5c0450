"""Accounts: who can sign in, with which roles, in which sessions, as which developer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Blueprint, Response, flash, request, url_for

from app.blueprints.admin.sign_in_switch import switch
from app.domain.errors import InvalidInput
from app.domain.people import Permission
from app.domain.registrations import Standing
from app.domain.step_up import Dangerous
from app.services.account_port import AccountSearch, Condition
from app.web import forms
from app.web.access import requires
from app.web.context import account as oneself
from app.web.context import actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.return_to import safe_path
from app.web.row_numbers import row_number
from app.web.step_up import fresh

bp = Blueprint("accounts", __name__, url_prefix="/admin/accounts")
NONE: Final[Mapping[str, str]] = MappingProxyType({})
CONDITIONS: Final = {condition.value: condition for condition in Condition}


@bp.get("")
@requires(Permission.READ_ACCOUNTS)
@limited("search")
def index() -> Response:
    """Search the accounts; Apigee is not asked."""
    asked = {name: forms.argument(name) for name in ("q", "role", "state")}
    after = request.args.get("after", type=row_number)
    query = AccountSearch(asked["q"], asked["role"], forms.choice("state", CONDITIONS), after)
    return render(
        "admin/accounts_index.html",
        block="accounts",
        page=portal().accounts.office.search(query),
        roles=portal().accounts.office.grantable,
        after=after,
        asked=asked,
    )


@bp.get("/<int:account>")
@requires(Permission.READ_ACCOUNTS)
def show(account: int) -> Response:
    """Show one account with its roles, sessions and developer."""
    return _page(account)


@bp.post("/<int:account>/sign-in")
@requires(Permission.CHANGE_ACCOUNTS)
@fresh(Dangerous.ACCOUNT_CHANGE)
@limited("write")
def sign_in(account: int) -> Response:
    """Block sign-in or allow it again; API keys are no part of it."""
    try:
        switch(portal().accounts.office.get(account).account)
    except InvalidInput as error:
        if "why" not in error.fields:
            raise
        return _page(account, error.fields, status=422)
    return _back(account)


@bp.post("/<int:account>/roles")
@requires(Permission.CHANGE_ACCOUNTS)
@fresh(Dangerous.ACCOUNT_CHANGE)
@limited("write")
def roles(account: int) -> Response:
    """Grant a role, or take away one that was granted here."""
    office, role = portal().accounts.office, forms.value("role")
    changes = {"grant": office.grant, "revoke": office.revoke}
    change = changes.get(forms.value("do"))
    if change is None:
        return _page(account, {"role": "Choose whether to grant or to revoke the role."}, 422)
    try:
        changed = change(actor(), account, role)
    except InvalidInput as error:
        return _page(account, error.fields, status=422)
    flash(f"The roles of {changed.name} are changed.", "success")
    return _back(account)


@bp.post("/<int:account>/sessions")
@requires(Permission.END_SESSIONS)
@limited("write")
def sessions(account: int) -> Response:
    """End one session, or all of them where none is named."""
    person = portal().accounts.office.get(account).account
    one = forms.value("session")
    if one:
        portal().session_office.end(actor(), person, one)
        flash("The session has ended.", "success")
        return _back(account)
    ended = portal().session_office.end_all(actor(), person)
    flash(f"Ended {ended} {'session' if ended == 1 else 'sessions'}.", "success")
    return _back(account)


@bp.post("/<int:account>/registration")
@requires(Permission.CHANGE_DEVELOPER_STATUS)
@fresh(Dangerous.DEVELOPER_STATUS)
@limited("write")
def decide(account: int) -> Response:
    """Approve a registration that waits, or refuse it with a reason that the person reads."""
    view, approves = portal().accounts.office.get(account), forms.value("decision") == "approve"
    try:
        if approves:
            public_id = view.developer.public_id if view.developer else ""
            portal().registration.office.approve(actor(), public_id)
        else:
            reason = forms.value("reason")
            portal().registration.office.refuse(actor(), view.account, reason)
    except InvalidInput as error:
        return _page(account, error.fields, status=422)
    flash(f"{view.account.name} is {'approved' if approves else 'refused'}.", "success")
    return _back(account)


@bp.get("/<int:account>/link")
@requires(Permission.CHANGE_ACCOUNTS)
def linking(account: int) -> Response:
    """Ask which developer the person is."""
    return _linking(account, forms.first_shown({"email": ""}))


@bp.post("/<int:account>/link")
@requires(Permission.CHANGE_ACCOUNTS)
@fresh(Dangerous.ACCOUNT_CHANGE)
@limited("write")
def link(account: int) -> Response:
    """Link the account to the developer of exactly the address that was chosen or typed."""
    form = forms.LinkFields()
    try:
        linked = portal().accounts.office.link(actor(), account, forms.text(form.email))
    except InvalidInput as error:
        return _linking(account, forms.shown(form, error.fields), status=422)
    flash(f"{linked.name} is the developer {linked.developer_email} now.", "success")
    return _back(account)


@bp.get("/<int:account>/unlinking")
@requires(Permission.CHANGE_ACCOUNTS)
def unlinking(account: int) -> Response:
    """Say what unlinking does, and ask."""
    view = portal().accounts.office.linked(account)
    return render("admin/accounts_unlinking.html", view=view, account=view.account)


@bp.post("/<int:account>/unlinking")
@requires(Permission.CHANGE_ACCOUNTS)
@fresh(Dangerous.ACCOUNT_CHANGE)
@limited("write")
def unlink(account: int) -> Response:
    """Take the account off its developer."""
    changed = portal().accounts.office.unlink(actor(), account)
    flash(f"{changed.name} is no developer any more. Nothing changed on Apigee.", "success")
    return _back(account)


def _page(account: int, problems: Mapping[str, str] = NONE, status: int = 200) -> Response:
    office, registration = portal().accounts.office, portal().registration
    view = office.get(account)
    is_refused = view.account.standing is Standing.REFUSED
    return render(
        "admin/accounts_show.html",
        code=status,
        view=view,
        account=view.account,
        is_own=actor().account_id == account,
        offers=office.offers(oneself(), view.account),
        sessions=portal().session_office.of(view.account),
        job=registration.under_way(view.account),
        told=registration.office.reason(view.account) if is_refused else "",
        blocking=portal().developer_office.access.blocking(view.account),
        form=forms.FormView({"role": "", "reason": "", "why": ""}, problems),
    )


def _linking(account: int, form: forms.FormView, status: int = 200) -> Response:
    view = portal().accounts.office.unlinked(account)
    return render(
        "admin/accounts_link.html", code=status, view=view, account=view.account, form=form
    )


def _back(account: int) -> Response:
    """Return to the page that the form was on: the account's, or the developer's."""
    following = safe_path(request.form.get("next", ""))
    own = url_for("accounts.show", account=account)
    return go_to(following if following != url_for("pages.home") else own)
