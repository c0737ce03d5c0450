"""A developer's e-mail address in the administration: what changes, and the new one."""

from flask import Blueprint, Response, flash, request, url_for

from app.domain.errors import InvalidInput, OutcomeUnknown
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.web import forms
from app.web.access import requires
from app.web.context import actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("developer_email", __name__, url_prefix="/admin/developers/<developer>/email")
LOST = (
    "Apigee's answer was lost, so nobody knows yet whether the address was changed. "
    "Type it again in a minute: what was done already is not done twice."
)


@bp.get("")
@requires(Permission.CHANGE_DEVELOPERS)
def show(developer: str) -> Response:
    """Say what changes and what stays, and ask; on X say that it cannot be."""
    return _page(developer, forms.first_shown({"new_email": ""}))


@bp.post("")
@requires(Permission.CHANGE_DEVELOPERS)
@fresh(Dangerous.DEVELOPER_EMAIL)
@limited("write")
def change(developer: str) -> Response:
    """Give the developer the address that was typed."""
    typed = request.form.get("new_email", "")
    try:
        changed = portal().developer_office.moving.change(actor(), developer, typed)
    except InvalidInput as error:
        form = forms.FormView({"new_email": forms.visible(typed)}, error.fields)
        return _page(developer, form, 422)
    except OutcomeUnknown:
        flash(LOST, "warning")
        return go_to(url_for("developer_email.show", developer=developer))
    flash(f"{changed.name} has the address {changed.email} now.", "success")
    return go_to(url_for("admin.developers_show", developer=developer))


def _page(developer: str, form: forms.FormView, status: int = 200) -> Response:
    return render(
        "admin/developers_email.html",
        code=status,
        form=form,
        row=portal().developers.index.get(developer),
        is_fixed=portal().developer_office.moving.is_fixed,
    )
