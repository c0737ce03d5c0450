"""May the person behind a developer sign in to the portal: shown, blocked, allowed, invited."""

from typing import Final

from flask import Blueprint, Response, flash, request, url_for

from app.blueprints.admin.sign_in_switch import switch
from app.domain.errors import InvalidInput, NotFound
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.web import forms
from app.web.access import requires
from app.web.context import account, actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("developer_access", __name__, url_prefix="/admin/developers/<developer>/access")
NOBODY: Final = "Nobody has signed in to the portal as this developer."


@bp.get("")
@requires(Permission.READ_ACCOUNTS)
def show(developer: str) -> Response:
    """Show whether the person may sign in, and who decided otherwise; Apigee is not asked."""
    return _page(developer, forms.first_shown({"why": ""}))


@bp.post("")
@requires(Permission.CHANGE_ACCOUNTS)
@fresh(Dangerous.ACCOUNT_CHANGE)
@limited("write")
def change(developer: str) -> Response:
    """Block sign-in or allow it again, as on the account's own page."""
    record = portal().developer_office.access.of(developer).record
    if record is None:
        raise NotFound(NOBODY)
    try:
        switch(record.account)
    except InvalidInput as error:
        if "why" not in error.fields:
            raise
        typed = {"why": forms.visible(request.form.get("why", ""))}
        return _page(developer, forms.FormView(typed, error.fields), 422)
    return go_to(url_for("developer_access.show", developer=developer))


@bp.post("/invitation")
@requires(Permission.CHANGE_DEVELOPERS)
@limited("write")
def invite(developer: str) -> Response:
    """Invite the person to sign in for the first time."""
    row = portal().developers.index.get(developer)
    portal().registration.office.invite(actor(), row.email)
    flash(f"{row.email} is invited.", "success")
    return go_to(url_for("admin.developers_show", developer=developer))


def _page(developer: str, form: forms.FormView, code: int = 200) -> Response:
    access = portal().developer_office.access.of(developer)
    person = access.record.account if access.record else None
    return render(
        "admin/developers_access.html",
        code=code,
        row=access.row,
        record=access.record,
        blocking=access.blocking,
        account=person,
        form=form,
        is_own=person is not None and person.account_id == actor().account_id,
        offers=portal().accounts.office.offers(account(), person) if person else None,
        sessions=portal().session_office.of(person) if person else (),
    )
