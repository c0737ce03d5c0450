"""Viewing as a developer: begun on the developer's page, ended by the banner of every page."""

from flask import Blueprint, Response, url_for

from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.web import viewing
from app.web.access import person, requires
from app.web.context import account, actor, portal
from app.web.htmx import go_to
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("viewing", __name__)


@bp.post("/admin/developers/<developer>/view")
@requires(Permission.VIEW_AS)
@fresh(Dangerous.DEVELOPER_VIEW)
@limited("write")
def begin(developer: str) -> Response:
    """Begin; the developer's list of apps comes next."""
    viewing.begin(portal().view_as.begin(actor(), account(), developer))
    return go_to(url_for("my_apps.index"))


@bp.post("/viewing/ending")
@person
@limited("write")
def end() -> Response:
    """End it and go back to the developer's page; once more does nothing."""
    developer = viewing.end("ended")
    if not developer:
        return go_to(url_for("pages.home"))
    return go_to(url_for("admin.developers_show", developer=developer))
