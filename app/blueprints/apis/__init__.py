"""The API reference, as the reader may see it."""

from flask import Blueprint, Response, request

from app.blueprints.apis.downloads import send
from app.blueprints.apis.shown import beside
from app.web import forms
from app.web.access import reading
from app.web.call_samples import called
from app.web.context import portal, roles
from app.web.htmx import render
from app.web.limits import limited

bp = Blueprint("apis", __name__)


@bp.get("/apis")
@reading
@limited("search")
def index() -> Response:
    """List the APIs that the reader may see, versions of one together."""
    query = forms.argument("q")
    found = portal().reading.apis.listed(roles(), query)
    return render("apis/index.html", block="apis", found=found, query=query)


@bp.get("/apis/<slug>")
@reading
@limited("search")
def show(slug: str) -> Response:
    """Show an API as a whole, or the operations that are looked for in it."""
    seen = portal().reading.apis.get(slug, roles())
    part = "side" if request.args.get("part") == "side" else ""
    block = "side_operations" if part else "operations"
    around = beside(seen)
    return render("apis/show.html", block=block, part=part, seen=seen, api=seen.api, **around)


@bp.get("/apis/<slug>/<operation>")
@reading
def operation(slug: str, operation: str) -> Response:
    """Show one operation or webhook; its address stays the same while the document keeps its id."""
    shown = called(slug, operation)
    around = beside(shown["seen"], operation, shown["found"].operation)
    return render("apis/operation.html", **shown, **around)


@bp.get("/apis/<slug>/schemas/<path:schema>")
@reading
def schema(slug: str, schema: str) -> Response:
    """Show one schema of an API by its name in the document."""
    apis = portal().reading.apis
    seen = apis.get(slug, roles())
    found = apis.schema(seen.api, schema)
    return render("apis/schema.html", seen=seen, api=seen.api, found=found)


@bp.get("/apis/<slug>/openapi.<kind>")
@reading
def document(slug: str, kind: str) -> Response:
    """Send the API's document as JSON or YAML; the address stays the same."""
    apis = portal().reading.apis
    seen = apis.get(slug, roles())
    return send(apis.document(seen.api, kind), f"{slug}.{kind}")
