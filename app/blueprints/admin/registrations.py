"""Approving and refusing who registered, from the developer's page."""

from flask import Blueprint, Response, flash, request, url_for

from app.blueprints.admin.elsewhere import tell_elsewhere
from app.domain.errors import InvalidInput
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.web.access import requires
from app.web.context import actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("admin_registrations", __name__, url_prefix="/admin")


@bp.post("/developers/<developer>/registration")
@requires(Permission.CHANGE_DEVELOPER_STATUS)
@fresh(Dangerous.DEVELOPER_STATUS)
@limited("write")
def decide(developer: str) -> Response:
    """Approve the registration, or refuse it with a reason that the person reads."""
    try:
        if request.form.get("decision") == "approve":
            view = portal().registration.office.approve(actor(), developer)
            flash(f"{view.row.name} is approved.", "success")
            tell_elsewhere(view.elsewhere)
        else:
            _refuse(developer, request.form.get("reason", ""))
    except InvalidInput as error:
        return render("admin/registration.html", code=422, developer=developer, text=error.message)
    return go_to(url_for("admin.developers_show", developer=developer))


def _refuse(developer: str, reason: str) -> None:
    office = portal().registration.office
    account = office.account_of(developer)
    office.refuse(actor(), account, reason)
    flash(f"{account.name} is refused.", "success")
