"""Many developers activated or deactivated: chosen on the list, looked at, begun, reported."""

from itertools import islice

from flask import Blueprint, Response, flash, request, url_for

from app.blueprints.admin.developer_list import STATUSES, address_of, arguments_of, asked_developers
from app.domain.errors import InvalidInput
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.services.developer_office.bulk import MOST
from app.services.developer_office.bulk_port import Bulk
from app.web.access import requires
from app.web.context import actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("developer_bulk", __name__, url_prefix="/admin/developers/bulk")


@bp.post("")
@requires(Permission.CHANGE_DEVELOPER_STATUS)
@limited("write")
def plan() -> Response:
    """Keep who was ticked, or everybody on the list, and show them before anything is done."""
    status = STATUSES.get(request.form.get("to", ""))
    if status is None:
        raise InvalidInput({"to": "Choose active or inactive."})
    try:
        number = portal().developer_office.bulk.plan(status, _chosen())
    except InvalidInput as error:
        flash(error.message, "warning")
        return go_to(address_of(arguments_of(asked_developers())))
    return go_to(url_for("developer_bulk.show", bulk=number))


@bp.get("/<int:bulk>")
@requires(Permission.CHANGE_DEVELOPER_STATUS)
def show(bulk: int) -> Response:
    """Name everybody and ask; once it was begun, say how far it is and who failed."""
    return _page(portal().developer_office.bulk.get(bulk))


@bp.post("/<int:bulk>")
@requires(Permission.CHANGE_DEVELOPER_STATUS)
@fresh(Dangerous.DEVELOPER_STATUS)
@limited("write")
def begin(bulk: int) -> Response:
    """Change everybody who waits or failed before."""
    portal().developer_office.bulk.begin(actor(), bulk)
    return go_to(url_for("developer_bulk.show", bulk=bulk))


def _chosen() -> list[str]:
    if request.form.get("every") != "yes":
        return request.form.getlist("developer")
    rows = portal().developers.index.every(asked_developers())
    return [row.public_id for row in islice(rows, MOST + 1)]


def _page(bulk: Bulk) -> Response:
    return render(
        "admin/developers_bulk.html",
        block="bulk",
        bulk=bulk,
        organizations=portal().developers.organizations.names,
    )
