"""Administration: where it begins, and the developers."""

from flask import Blueprint, Response, flash, request, url_for

from app.blueprints.admin.developer_list import STATUSES, asked_developers, list_page
from app.blueprints.admin.developer_page import developer_page, page_when_gone
from app.blueprints.admin.elsewhere import tell_elsewhere
from app.domain.errors import InvalidInput, NotFound
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.web.access import administration, first_admin_page, requires
from app.web.context import actor, portal
from app.web.htmx import go_to, wants_fragment
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.get("")
@administration
def index() -> Response:
    """Begin with the first page that the person may open."""
    return go_to(url_for(first_admin_page()))


@bp.get("/developers")
@requires(Permission.READ_DEVELOPERS)
@limited("search")
def developers_index() -> Response:
    """Search the developer index; Apigee is not asked."""
    return list_page(asked_developers())


@bp.get("/developers/<developer>")
@requires(Permission.READ_DEVELOPERS)
def developers_show(developer: str) -> Response:
    """Show one developer with status, attributes, account and apps."""
    return developer_page(portal().developers.get(developer))


@bp.post("/developers/<developer>/status")
@requires(Permission.CHANGE_DEVELOPER_STATUS)
@fresh(Dangerous.DEVELOPER_STATUS)
@limited("write")
@page_when_gone
def developers_status(developer: str) -> Response:
    """Activate or deactivate, at once."""
    status = STATUSES.get(request.form.get("status", ""))
    if status is None:
        raise InvalidInput({"status": "Choose active or inactive."})
    view = portal().developers.set_status(actor(), developer, status)
    flash(f"{view.row.name} is {status.value}.", "success")
    tell_elsewhere(view.elsewhere)
    if wants_fragment():
        return developer_page(view)
    return go_to(url_for("admin.developers_show", developer=developer))


@bp.post("/developers/<developer>/sessions")
@requires(Permission.END_SESSIONS)
@limited("write")
def developers_sessions(developer: str) -> Response:
    """End every session of the developer's account."""
    record = portal().developer_office.access.of(developer).record
    if record is None:
        raise NotFound("Nobody has signed in as this developer.")
    ended = portal().session_office.end_all(actor(), record.account)
    flash(f"Ended {ended} {'session' if ended == 1 else 'sessions'}.", "success")
    access = url_for("developer_access.show", developer=developer)
    is_there = request.form.get("next") == access
    return go_to(access if is_there else url_for("admin.developers_show", developer=developer))
