"""Who was invited to register, and taking an invitation back."""

from typing import Final

from flask import Blueprint, Response, flash, request, url_for

from app.domain.errors import NotFound
from app.domain.people import Permission
from app.services.registration_office import NOT_INVITED
from app.web.access import requires
from app.web.context import actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited

bp = Blueprint("invitations", __name__, url_prefix="/admin/developers/invitations")
PER_PAGE: Final = 50


@bp.get("")
@requires(Permission.CHANGE_DEVELOPERS)
@limited("search")
def index() -> Response:
    """List the invitations by address, 50 on a page."""
    after = request.args.get("after", "")
    found = portal().registration.office.invitations(after, PER_PAGE + 1)
    rows, more = found[:PER_PAGE], found[PER_PAGE:]
    following = rows[-1].email if more else ""
    return render("admin/invitations.html", rows=rows, after=after, following=following)


@bp.post("/sending")
@requires(Permission.CHANGE_DEVELOPERS)
@limited("write")
def send() -> Response:
    """Send an invitation that is there once more, at most once a day."""
    email = request.form.get("email", "")
    office = portal().registration.office
    if not office.requests.is_invited(email):
        raise NotFound(NOT_INVITED)
    office.invite(actor(), email)
    flash(f"The invitation goes to {email} again, unless it did so today.", "success")
    return go_to(url_for("invitations.index"))


@bp.post("/withdrawal")
@requires(Permission.CHANGE_DEVELOPERS)
@limited("write")
def withdraw() -> Response:
    """Take the invitation of an address back."""
    email = request.form.get("email", "")
    portal().registration.office.withdraw(actor(), email)
    flash(f"{email} is not invited any more.", "success")
    return go_to(url_for("invitations.index"))
