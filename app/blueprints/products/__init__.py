"""The product catalogue, as the reader may see it."""

import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, request

from app.blueprints.products.holders import holders
from app.domain.attributes import labeled
from app.domain.errors import Upstream
from app.domain.product_lists import ProductSearch
from app.domain.products import Approval
from app.web import forms
from app.web.access import reading
from app.web.context import portal, roles, signed_in
from app.web.htmx import render
from app.web.limits import limited

bp = Blueprint("products", __name__)

APPROVALS: Final[Mapping[str, Approval]] = {"instant": Approval.AUTO, "manual": Approval.MANUAL}
PAGE_NUMBER: Final = r"[1-9][0-9]{0,4}"
BACKWARDS: Final = "-name"
UNREAD: Final[Mapping[str, Any]] = {"page": None, "is_stale": False, "as_of": None}


@bp.get("/products")
@reading
@limited("search")
def index() -> Response:
    """List the products that the reader may request; only who is signed in has them read anew."""
    wanted = _wanted()
    refresh = signed_in() and "refresh" in request.args
    known: Mapping[str, Any]
    try:
        dated = portal().products.page(roles(), wanted, refresh=refresh)
        known = {"page": dated.value, "is_stale": dated.stale, "as_of": dated.at}
    except Upstream:
        known = UNREAD
    state = _state(wanted)
    return render("products/index.html", block="products", wanted=wanted, state=state, **known)


@bp.get("/products/<name>")
@reading
def show(name: str) -> Response:
    """Show one product with what it opens and, to a developer, the own apps that have it."""
    dated = portal().products.view(name, roles())
    own = holders(dated.value.product)
    return render(
        "products/show.html",
        block="own_apps" if own and "q" in request.args else "content",
        view=dated.value,
        product=dated.value.product,
        attributes=labeled(dated.value.product.attributes, portal().presentation.product_labels),
        own=own,
        is_stale=dated.stale,
        as_of=dated.at,
    )


def _wanted() -> ProductSearch:
    page = request.args.get("page", "1")
    return ProductSearch(
        query=forms.argument("q"),
        approval=forms.choice("approval", APPROVALS),
        environment=forms.argument("environment"),
        api=forms.argument("api"),
        descending=request.args.get("sort") == BACKWARDS,
        page=int(page) if re.fullmatch(PAGE_NUMBER, page) else 1,
    )


def _state(wanted: ProductSearch) -> dict[str, str | None]:
    """Return what was looked for as the address says it, so that links keep it."""
    words = {kind: word for word, kind in APPROVALS.items()}
    return {
        "q": wanted.query or None,
        "approval": words[wanted.approval] if wanted.approval else None,
        "environment": wanted.environment or None,
        "api": wanted.api or None,
        "sort": BACKWARDS if wanted.descending else None,
    }
