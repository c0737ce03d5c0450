"""The pages of the documentation, the same for machines, and their pictures and downloads."""

from typing import cast

from flask import Blueprint, Response, redirect, request, url_for

from app.web.access import reading
from app.web.content_files import sent
from app.web.context import portal, roles
from app.web.htmx import render
from app.web.page_samples import samples_of, twin_of
from app.web.revalidated import answered

bp = Blueprint("docs", __name__)


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
    return sent(portal().reading.pages.file(file, roles()))


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
