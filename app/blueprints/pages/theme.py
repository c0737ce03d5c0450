"""The operator's own style, logo, icon and fonts."""

from typing import cast

from flask import Blueprint, Response, request

from app.domain.errors import NotFound
from app.web.access import public
from app.web.content_files import sent
from app.web.context import portal
from app.web.htmx import load_again
from app.web.static_files import YEAR_SECONDS

bp = Blueprint("theme", __name__)


@bp.get("/theme/style.css")
@public
def style() -> Response:
    """Answer what the theme changes, as a style sheet."""
    theme = portal().reading.site.theme()
    answer = Response(theme.style, content_type="text/css; charset=utf-8")
    answer.set_etag(theme.digest or "none")
    return _kept(cast(Response, answer.make_conditional(request)), theme.digest)


@bp.get("/theme/changes")
@public
def changes() -> Response:
    """While the content is written, have a page load again when it differs from what was seen."""
    reading = portal().reading
    if not reading.is_written:
        raise NotFound("There is no such page.")
    is_same = request.args.get("seen") == reading.site.digest()
    return Response(status=204) if is_same else load_again()


@bp.get("/theme/<path:file>")
@public
def send(file: str) -> Response:
    """Send a file that the theme uses, and no other."""
    found = portal().reading.site.file(file)
    return _kept(sent(found), found.digest)


def _kept(answer: Response, digest: str) -> Response:
    """Let browsers keep it for good where the address has the hash of what is sent."""
    is_lasting = request.args.get("v") == digest
    lasting = f"public, max-age={YEAR_SECONDS}, immutable"
    answer.headers["Cache-Control"] = lasting if is_lasting else "public, no-cache"
    return answer
