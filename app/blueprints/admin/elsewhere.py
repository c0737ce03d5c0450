"""A developer's status in further organizations: shown, set in one, and what went wrong told."""

from collections.abc import Sequence

from flask import Blueprint, Response, flash, request, url_for

from app.blueprints.admin.developer_list import STATUSES
from app.domain.errors import InvalidInput, NotFound
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.services.organizations.office import StatusThere
from app.web.access import requires
from app.web.context import actor, may, portal
from app.web.htmx import go_to, render, wants_fragment
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("elsewhere", __name__, url_prefix="/admin/developers/<developer>/organizations")


@bp.get("")
@requires(Permission.READ_DEVELOPERS)
@limited("search")
def show(developer: str) -> Response:
    """Show the status in each further organization, as each says it now."""
    return _page(developer)


@bp.post("/<organization>")
@requires(Permission.CHANGE_DEVELOPER_STATUS)
@fresh(Dangerous.DEVELOPER_STATUS)
@limited("write")
def change(developer: str, organization: str) -> Response:
    """Activate or deactivate in one of them, such as where it failed before."""
    status = STATUSES.get(request.form.get("status", ""))
    if status is None:
        raise InvalidInput({"status": "Choose active or inactive."})
    there = portal().developers.set_status_in(actor(), developer, organization, status)
    tell_elsewhere((there,))
    if wants_fragment():
        return _page(developer)
    return go_to(url_for("elsewhere.show", developer=developer))


def tell_elsewhere(report: Sequence[StatusThere] | None) -> None:
    """Say where it is done and, one by one, where it is not."""
    done = [there for there in report or () if there.status]
    if done and done[0].status:
        names = ", ".join(there.organization for there in done)
        flash(f"{done[0].status.value.capitalize()} in {names}, too.", "success")
    for there in report or ():
        if there.has_failed:
            again = "Try again under Other organizations."
            flash(f"Not done in {there.organization}: {there.problem} {again}", "error")


def _page(developer: str) -> Response:
    developers = portal().developers
    if not developers.organizations.names:
        raise NotFound("The portal knows no other organization.")
    row = developers.index.get(developer)
    is_own = developers.is_of(actor(), row)
    return render(
        "admin/organizations.html",
        block="organizations",
        row=row,
        elsewhere=developers.organizations.statuses(row.email),
        may_change=may(Permission.CHANGE_DEVELOPER_STATUS) and not is_own,
    )
