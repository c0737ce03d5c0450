"""Deleting a developer: what is lost, and the address typed."""

from flask import Blueprint, Response, flash, request, url_for

from app.domain.errors import InvalidInput, OutcomeUnknown
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.web import forms
from app.web.access import requires
from app.web.context import actor, may, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("developer_deletion", __name__, url_prefix="/admin/developers/<developer>/deletion")
LOST = (
    "Apigee's answer was lost, so nobody knows yet whether the developer was deleted. "
    "Deleting once more does no harm."
)


@bp.get("")
@requires(Permission.DELETE_DEVELOPERS)
def show(developer: str) -> Response:
    """Say what is lost, and ask."""
    return _page(developer, forms.first_shown({"confirm_email": ""}))


@bp.post("")
@requires(Permission.DELETE_DEVELOPERS)
@fresh(Dangerous.DEVELOPER_DELETE)
@limited("write")
def delete(developer: str) -> Response:
    """Delete the developer whose address was typed."""
    typed = request.form.get("confirm_email", "")
    try:
        gone = portal().developer_office.deletion.delete(actor(), developer, typed)
    except InvalidInput as error:
        form = forms.FormView({"confirm_email": forms.visible(typed)}, error.fields)
        return _page(developer, form, 422)
    except OutcomeUnknown:
        flash(LOST, "warning")
        return go_to(url_for("developer_deletion.show", developer=developer))
    flash(f"{gone.name} is deleted.", "success")
    return go_to(url_for("admin.developers_index"))


def _page(developer: str, form: forms.FormView, status: int = 200) -> Response:
    losses = portal().developer_office.deletion.losses(developer)
    return render(
        "admin/developers_deletion.html",
        code=status,
        form=form,
        row=losses.row,
        apps=losses.apps,
        keys=sum(len(app.keys) for app in losses.apps),
        account=losses.account,
        organizations=portal().developers.organizations.names,
        is_own=actor().has(losses.account),
        is_gone=losses.is_gone,
        may_deactivate=may(Permission.CHANGE_DEVELOPER_STATUS)
        and losses.row.is_active
        and not losses.is_gone,
    )
