"""The product catalogue, as the reader may see it."""

from typing import Any

from flask import Blueprint, Response

from app.domain.errors import Upstream
from app.web import forms
from app.web.access import reading
from app.web.context import portal, roles
from app.web.htmx import render
from app.web.limits import limited

bp = Blueprint("products", __name__)


@bp.get("/products")
@reading
@limited("search")
def index() -> Response:
    """List the products that the reader may request."""
    query = forms.argument("q")
    known: dict[str, Any] = {"query": query, "unavailable": False}
    try:
        dated = portal().products.as_of()
        found = portal().products.visible(roles(), query)
        known |= {"products": found, "is_stale": dated.stale, "as_of": dated.at}
    except Upstream:
        known |= {"products": (), "is_stale": False, "as_of": None, "unavailable": True}
    return render("products/index.html", block="products", **known)


@bp.get("/products/<name>")
@reading
def show(name: str) -> Response:
    """Show one product with the APIs that it opens."""
    product = portal().products.get(name, roles())
    dated = portal().products.as_of()
    return render(
        "products/show.html",
        product=product,
        calls=portal().products.calls([name]),
        is_stale=dated.stale,
        as_of=dated.at,
    )
