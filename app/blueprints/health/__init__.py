"""Whether the process lives, whether it is ready, and its figures for whoever proves a token."""

from flask import Blueprint, Response, abort, request

from app.web import draining
from app.web.access import public
from app.web.context import portal

bp = Blueprint("health", __name__)


@bp.get("/livez")
@public
def livez() -> Response:
    """Say that the process answers; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def readyz() -> Response:
    """Say whether people may be sent here: not while it stops, nor without its database.

    Without Apigee it is ready all the same, and says so: every other process lacks it too.
    """
    if draining.has_begun():
        return Response("stopping\n", status=503, mimetype="text/plain")
    if not portal().ready():
        return Response("the database is not ready\n", status=503, mimetype="text/plain")
    detail = "" if portal().apigee_answers() else "the last calls to Apigee failed\n"
    return Response(f"ready\n{detail}", mimetype="text/plain")


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Tell Prometheus the figures; without the token there is no such page."""
    office = portal().figures
    if not office.admits(request.headers.get("Authorization", "")):
        abort(404)
    return Response(office.told(), content_type="text/plain; version=0.0.4; charset=utf-8")
