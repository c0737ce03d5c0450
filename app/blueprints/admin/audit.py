"""The audit log: its page, and the log as a file."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from flask import Blueprint, Response, request, stream_with_context

from app.domain.errors import InvalidInput
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.services.audit_office import AuditPage
from app.services.developer_office.activity import concerned
from app.services.developer_port import IndexedDeveloper
from app.web import forms
from app.web.access import requires
from app.web.audit_file import FORMATS
from app.web.audit_question import audit_query
from app.web.context import actor, may, portal
from app.web.htmx import render
from app.web.limits import limited
from app.web.row_numbers import row_number
from app.web.spreadsheet import attachment
from app.web.step_up import fresh

bp = Blueprint("audit", __name__, url_prefix="/admin/audit")
ASKED: Final = ("q", "action", "since", "until", "developer")
WANTED: Final = ("action", "actor", "target", "since", "until")
NONE: Final[Mapping[str, str]] = MappingProxyType({})


@bp.get("")
@requires(Permission.READ_AUDIT)
@limited("search")
def index() -> Response:
    """Show the newest entries that are asked for, page by page."""
    before = request.args.get("before", type=row_number)
    row = _developer()
    try:
        query = audit_query(forms.argument)
    except InvalidInput as error:
        return _page(AuditPage(()), before, row, error.fields, 422)
    if row is not None:
        account = portal().developers.accounts.of_developer(row.email)
        query = replace(query, concerned=concerned(row, account))
    return _page(portal().audit.newest(query, before), before, row)


@bp.get("/export")
@requires(Permission.EXPORT_AUDIT)
def choose() -> Response:
    """Ask which rows are wanted; what the page was asked for stands there already."""
    known = {name: forms.argument(name) for name in WANTED}
    return render("audit/export.html", form=forms.first_shown({"format": "", **known}))


@bp.post("/export")
@requires(Permission.EXPORT_AUDIT)
@fresh(Dangerous.AUDIT_EXPORT)
@limited("write")
def export() -> Response:
    """Answer the rows as they are read, so that their number does not matter."""
    form = forms.AuditExportFields()
    try:
        query = audit_query(lambda name: forms.text(form[name]) if name in form else "")
    except InvalidInput as error:
        return render("audit/export.html", code=422, form=forms.shown(form, error.fields))
    kind = "jsonl" if forms.text(form.format) == "jsonl" else "csv"
    rows = portal().audit.rows(actor(), query)
    name = f"audit-{portal().clock.now():%Y-%m-%d}.{kind}"
    lines = stream_with_context(FORMATS[kind].lines(rows))
    return attachment(lines, name, FORMATS[kind].content_type)


def _developer() -> IndexedDeveloper | None:
    """Return the developer whose rows are wanted, if only one's are; raise ``NotFound``."""
    public_id = forms.argument("developer")
    return portal().developers.index.get(public_id) if public_id else None


def _page(
    page: AuditPage,
    before: int | None,
    developer: IndexedDeveloper | None,
    problems: Mapping[str, str] = NONE,
    status: int = 200,
) -> Response:
    return render(
        "audit/index.html",
        code=status,
        block="entries",
        page=page,
        before=before,
        problems=problems,
        developer=developer,
        asked={name: forms.argument(name) for name in ASKED},
        may_export=may(Permission.EXPORT_AUDIT),
    )
