"""The pages of the documentation, the same for machines, and their pictures and downloads."""

from typing import Final, cast

from flask import Blueprint, Response, redirect, request, send_file, url_for

from app.domain.documentation import ContentFile
from app.web.access import reading
from app.web.context import portal, roles
from app.web.htmx import render
from app.web.page_samples import samples_of, twin_of
from app.web.revalidated import answered

bp = Blueprint("docs", __name__)

# A drawing brings its own style; nothing else of what it could ask for is there.
FILE_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)


@bp.get("/docs/")
@reading
def index() -> Response:
    """Show the first page, or lead to the one that the side bar begins with."""
    return _page("")


@bp.get("/docs/<path:address>")
@reading
def show(address: str) -> Response:
    """Show a page; an address that differs by a slash leads to the right one."""
    return _page(address)


@bp.get("/docs/<path:page>.md")
@reading
def twin(page: str) -> Response:
    """Answer a page as Markdown, for machines."""
    found = portal().reading.pages.page(page, roles())
    return answered(twin_of(found), "text/markdown")


@bp.get("/docs/<media:file>")
@reading
def send(file: str) -> Response:
    """Send a picture or a download of the content; browsers ask each time whether it changed."""
    return _sent(portal().reading.pages.file(file, roles()))


def _page(address: str) -> Response:
    pages = portal().reading.pages
    entry = pages.find(address, roles())
    if entry.address != address:
        return cast(Response, redirect(url_for("docs.show", address=entry.address), 302))
    placed = pages.read(entry, roles())
    digest = placed.page.digest if portal().reading.is_written else ""
    if digest and request.args.get("seen") == digest:
        return Response(status=204)
    shown = samples_of(placed.page)
    return render("docs/show.html", placed=placed, page=placed.page, shown=shown, digest=digest)


def _sent(found: ContentFile) -> Response:
    answer = send_file(
        found.location,
        mimetype=found.media_type,
        as_attachment=not found.is_shown,
        conditional=True,
        etag=found.digest,
        last_modified=found.modified,
    )
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    return answer
