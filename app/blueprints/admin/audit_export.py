"""The audit log as a file."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from flask import Blueprint, Response, stream_with_context

from app.domain.audit import Action, AuditQuery
from app.domain.errors import InvalidInput
from app.domain.people import Permission
from app.web import forms
from app.web.access import requires
from app.web.audit_file import FORMATS
from app.web.context import actor, portal
from app.web.htmx import render
from app.web.limits import limited
from app.web.spreadsheet import attachment

bp = Blueprint("audit", __name__, url_prefix="/admin/audit")
ACTIONS: Final = {action.value: action for action in Action}
EMPTY: Final = dict.fromkeys(("format", "action", "actor", "target", "since", "until"), "")
NO_DAY: Final = "Enter a day such as 2026-03-01."


@bp.get("/export")
@requires(Permission.EXPORT_AUDIT)
def choose() -> Response:
    """Ask which rows are wanted."""
    return render("audit/export.html", form=forms.first_shown(EMPTY))


@bp.post("/export")
@requires(Permission.EXPORT_AUDIT)
@limited("write")
def export() -> Response:
    """Answer the rows as they are read, so that their number does not matter."""
    form = forms.AuditExportFields()
    try:
        query = _query(form)
    except InvalidInput as error:
        return render("audit/export.html", code=422, form=forms.shown(form, error.fields))
    kind = "jsonl" if forms.text(form.format) == "jsonl" else "csv"
    rows = portal().audit.rows(actor(), query)
    name = f"audit-{portal().clock.now():%Y-%m-%d}.{kind}"
    lines = stream_with_context(FORMATS[kind].lines(rows))
    return attachment(lines, name, FORMATS[kind].content_type)


def _query(form: forms.AuditExportFields) -> AuditQuery:
    problems: dict[str, str] = {}
    since, until = (_day(form, name, problems) for name in ("since", "until"))
    if since and until and until <= since:
        problems["until"] = "Choose a day that is not before the first one."
    if problems:
        raise InvalidInput(problems)
    return AuditQuery(
        actor=forms.text(form.actor),
        action=ACTIONS.get(forms.text(form.action)),
        target=forms.text(form.target),
        since=since,
        until=until,
    )


def _day(form: forms.AuditExportFields, name: str, problems: dict[str, str]) -> datetime | None:
    typed = forms.text(form[name])
    if not typed:
        return None
    try:
        day = datetime.combine(date.fromisoformat(typed), time(), UTC)
        return day if name == "since" else day + timedelta(days=1)
    except (ValueError, OverflowError):  # nothing follows the last day that there is
        problems[name] = NO_DAY
        return None
