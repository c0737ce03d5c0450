"""The home page."""

from flask import Blueprint, Response

from app.domain.errors import Upstream
from app.web.access import reading
from app.web.context import portal, roles
from app.web.htmx import render

bp = Blueprint("pages", __name__)


@bp.get("/")
@reading
def home() -> Response:
    """Say in one screen what one can do here; without Apigee too."""
    try:
        products = portal().products.visible(roles())
    except Upstream:
        products = ()
    call = portal().products.first_call(item.name for item in products)
    return render("pages/home.html", products=products[:6], call=call)
