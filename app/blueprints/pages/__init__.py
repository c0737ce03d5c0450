"""The home page."""

from collections.abc import Sequence

from flask import Blueprint, Response

from app.domain.errors import Upstream
from app.domain.products import ApiProduct
from app.web.access import reading
from app.web.context import portal, roles
from app.web.htmx import render
from app.web.site import reader

bp = Blueprint("pages", __name__)


@bp.get("/")
@reading
def home() -> Response:
    """Say in one screen what one can do here; without Apigee too."""
    found = portal().reading.site.home(reader())
    products = _products() if any(block.needs_products for block in found.blocks) else ()
    return render(
        "pages/home.html",
        home=found,
        products=products,
        call=portal().reading.apis.first_call(products),
        apis=portal().reading.apis.listed(roles()).families if found.has("apis") else (),
    )


def _products() -> Sequence[ApiProduct]:
    try:
        return portal().products.visible(roles())
    except Upstream:
        return ()
