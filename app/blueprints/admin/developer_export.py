"""Developers as a table: chosen on a page, and streamed as it is read."""

from flask import Blueprint, Response, request, stream_with_context

from app.blueprints.admin.developer_list import arguments_of, asked_developers
from app.domain.errors import NotFound
from app.domain.people import Permission
from app.services.developers import COUNTED
from app.services.exports.columns import DEVELOPER_COLUMNS
from app.web import forms
from app.web.access import requires
from app.web.context import actor, portal
from app.web.htmx import render
from app.web.limits import limited
from app.web.spreadsheet import attachment, csv_lines, in_chunks

bp = Blueprint("exports", __name__, url_prefix="/admin/developers")


@bp.get("/export")
@requires(Permission.EXPORT_DEVELOPERS)
def choose() -> Response:
    """Ask which table is wanted; filter and order are those of the list."""
    query = asked_developers()
    return render(
        "admin/developers_export.html",
        known=arguments_of(query),
        total=portal().developers.total(query, portal().developers.search(query)),
        most=COUNTED,
    )


@bp.get("/export.csv")
@requires(Permission.EXPORT_DEVELOPERS)
@limited("write")
def download() -> Response:
    """Answer the rows as they are read, so that their number does not matter."""
    if request.args.get("kind", "developers") != "developers":
        raise NotFound("There is no such table.")
    rows = portal().exports.developers.rows(actor(), asked_developers())
    lines = csv_lines(DEVELOPER_COLUMNS, rows)
    chunks = in_chunks(lines, with_mark=bool(forms.argument("bom")))
    name = f"developers-{portal().clock.now():%Y-%m-%d}.csv"
    return attachment(stream_with_context(chunks), name, "text/csv; charset=utf-8")
