"""The home page."""

from collections.abc import Sequence

from flask import Blueprint, Response

from app.domain.errors import Upstream
from app.domain.products import ApiProduct
from app.web import site
from app.web.access import reading
from app.web.context import portal, roles
from app.web.htmx import render

bp = Blueprint("pages", __name__)


@bp.get("/")
@reading
def home() -> Response:
    """Say in one screen what one can do here; without Apigee too."""
    found, held = site.home(), roles()
    products = _products(held) if any(block.needs_products for block in found.blocks) else ()
    return render(
        "pages/home.html",
        home=found,
        products=products,
        call=portal().reading.apis.first_call(products, held),
        apis=portal().reading.apis.listed(held).families if found.has("apis") else (),
    )


def _products(held: frozenset[str]) -> Sequence[ApiProduct]:
    try:
        return portal().products.visible(held)
    except Upstream:
        return ()
