"""Developers as a table that is streamed, and apps as one that a job makes and a page awaits."""

from collections.abc import Iterable, Sequence

from flask import Blueprint, Response, flash, request, stream_with_context

from app.blueprints.admin.developer_list import address_of, arguments_of, asked_developers
from app.domain.errors import NotFound
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.services.developer_port import filter_of
from app.services.developers import COUNTED
from app.services.exports.columns import APP_COLUMNS, DEVELOPER_COLUMNS, Row
from app.web import forms
from app.web.access import requires
from app.web.context import account, actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.spreadsheet import attachment, csv_lines, in_chunks
from app.web.step_up import fresh

bp = Blueprint("exports", __name__, url_prefix="/admin/developers")


@bp.get("/export")
@requires(Permission.EXPORT_DEVELOPERS)
def choose() -> Response:
    """Ask which table is wanted, and show how far those of apps are."""
    query = asked_developers()
    return render(
        "admin/developers_export.html",
        block="tables",
        known=arguments_of(query),
        query=query,
        total=portal().developers.total(query, portal().developers.search(query)),
        most=COUNTED,
        tables=portal().exports.apps.of(account().account_id),
    )


@bp.post("/export")
@requires(Permission.EXPORT_DEVELOPERS)
@limited("write")
def begin() -> Response:
    """Let a table of apps be made, of the developers that the address asks for."""
    query = asked_developers()
    portal().exports.apps.begin(actor(), account().account_id, filter_of(query))
    flash("The table is being made. It appears on this page.", "success")
    return go_to(address_of(arguments_of(query), "exports.choose"))


@bp.get("/export.csv")
@requires(Permission.EXPORT_DEVELOPERS)
@fresh(Dangerous.DEVELOPER_EXPORT)
@limited("write")
def download() -> Response:
    """Answer the rows as they are read, so that their number does not matter."""
    kind = request.args.get("kind", "developers")
    if kind == "developers":
        rows = portal().exports.developers.rows(actor(), asked_developers())
        return _file(kind, DEVELOPER_COLUMNS, rows)
    if kind == "apps":
        named = forms.argument("table")
        return _file(
            kind, APP_COLUMNS, portal().exports.apps.rows(actor(), account().account_id, named)
        )
    raise NotFound("There is no such table.")


def _file(kind: str, columns: Sequence[str], rows: Iterable[Row]) -> Response:
    chunks = in_chunks(csv_lines(columns, rows), with_mark=bool(forms.argument("bom")))
    name = f"{kind}-{portal().clock.now():%Y-%m-%d}.csv"
    return attachment(stream_with_context(chunks), name, "text/csv; charset=utf-8")
