"""Whether the process lives and whether it is ready; nothing about what it holds."""

from flask import Blueprint, Response

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
    """Say whether the database has this version's tables, and the server goes on."""
    if draining.has_begun():
        return Response("stopping\n", status=503, mimetype="text/plain")
    if portal().ready():
        return Response("ready\n", mimetype="text/plain")
    return Response("the database is not ready\n", status=503, mimetype="text/plain")
