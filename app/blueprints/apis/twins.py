"""The API reference as Markdown, for machines and for the same readers."""

from flask import Blueprint, Response

from app.services.reading.apis import giving
from app.web.access import reading
from app.web.api_twins import api_twin, operation_twin
from app.web.context import portal, roles
from app.web.revalidated import answered

bp = Blueprint("api_twins", __name__)


@bp.get("/apis/<slug>.md")
@reading
def show(slug: str) -> Response:
    """Answer an API as a whole."""
    apis = portal().reading.apis
    seen = apis.get(slug, roles())
    return answered(api_twin(seen, apis.overview(seen.api)), "text/markdown")


@bp.get("/apis/<slug>/<operation>.md")
@reading
def operation(slug: str, operation: str) -> Response:
    """Answer one operation or webhook."""
    apis = portal().reading.apis
    seen = apis.get(slug, roles())
    found = apis.operation(seen.api, operation)
    text = operation_twin(seen.api, found, giving(seen, found.operation))
    return answered(text, "text/markdown")
