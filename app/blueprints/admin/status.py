"""Status: how the portal is doing, and those that it depends on."""

from flask import Blueprint, Response

from app.domain.checks import Finding
from app.domain.people import Permission
from app.web.access import requires
from app.web.context import portal
from app.web.htmx import render
from app.web.limits import limited

bp = Blueprint("status", __name__, url_prefix="/admin/status")


@bp.get("")
@requires(Permission.READ_STATUS)
def show() -> Response:
    """Show what the portal knows of itself; nobody else is asked."""
    return _page(portal().status.look(), is_whole=False)


@bp.post("")
@requires(Permission.READ_STATUS)
@limited("write")
def check() -> Response:
    """Ask Apigee and the sign-in services, and show what came: it is kept nowhere."""
    return _page(portal().status.ask(), is_whole=True)


def _page(findings: tuple[Finding, ...], *, is_whole: bool) -> Response:
    return render("status/show.html", block="findings", findings=findings, is_whole=is_whole)
