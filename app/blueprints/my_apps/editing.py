"""The form of an app that exists, and what it says when saving did not work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, request

from app.domain.apps import DeveloperApp
from app.domain.errors import Conflict, InvalidInput, OutcomeUnknown, Upstream
from app.domain.keys import ApprovalStatus
from app.services.app_admission import field_of
from app.services.app_editing import AskedEdit
from app.web import forms
from app.web.context import portal
from app.web.errors import retried
from app.web.htmx import render
from app.web.sides import whose

LABELS = {
    "display_name": "App name",
    "description": "What the app is for",
    "callback_url": "Callback URL",
}


def asked(form: forms.EditFields) -> AskedEdit:
    """Return what was typed; fields that the configuration does not open are not read."""
    return AskedEdit(
        display_name=forms.text(form.display_name),
        description=forms.text(form.description),
        callback_url=forms.text(form.callback_url),
        attributes=attributes(),
        revision=forms.text(form.revision),
    )


def attributes() -> dict[str, str]:
    """Return what was typed into the attributes that the configuration opens."""
    names = portal().editing.policy.editable
    typed = {name: request.form.get(field_of(name)) for name in names}
    return {name: value.strip() for name, value in typed.items() if value is not None}


def attributes_again(app: DeveloperApp | None = None) -> dict[str, str]:
    """Return by field what was typed into the attributes, else what the app has."""
    held = portal().editing.policy.fields(app.attributes if app else ())
    known = {field_of(name): value for name, _label, value in held}
    return {key: forms.visible(request.form.get(key, value)) for key, value in known.items()}


def form_page(name: str) -> Response:
    """Show the form with what Apigee has, or with what was known while it does not answer."""
    owner = whose()
    try:
        return _fresh_page(portal().editing.read(owner, name))
    except Upstream:
        known = portal().apps.last_known(owner, name)
        if known is None:
            raise
        return _fresh_page(known.value, as_of=known.at)


def _fresh_page(app: DeveloperApp, as_of: datetime | None = None) -> Response:
    work = portal().editing
    values = {**work.values(app), "revision": work.revision(app)}
    return _page(app, forms.first_shown(values), as_of=as_of)


def form_again(
    name: str, form: forms.EditFields, error: InvalidInput | Conflict | Upstream
) -> Response:
    """Show what was typed, with what is in its way."""
    try:
        if isinstance(error, InvalidInput):
            app = portal().editing.read(whose(), name)
            return _page(app, _typed(app, form, error.fields), code=422)
        if isinstance(error, Conflict):
            return _conflict_page(portal().editing.read(whose(), name), form)
    except Upstream as silence:
        error = silence
    return _unsaved_page(name, form, error)


def _conflict_page(app: DeveloperApp, form: forms.EditFields) -> Response:
    """Show what is on Apigee now beside what was typed; sending it again writes it over."""
    shown = _typed(app, form, {}, revision=portal().editing.revision(app))
    held = portal().editing.values(app)
    typed = {key: str(getattr(shown, key).value) for key in held}
    labels = {**LABELS, **{field_of(name): label for name, label, _ in _fields(app)}}
    rows = [(labels[key], held[key], typed[key]) for key in held if held[key] != typed[key]]
    return _page(app, shown, code=409, conflict=rows)


def _unsaved_page(name: str, form: forms.EditFields, error: Upstream) -> Response:
    """Show what was typed to an Apigee that does not answer, also where the app is not known."""
    known = portal().apps.last_known(whose(), name)
    unread = DeveloperApp(app_id="", name=name, developer_id="", status=ApprovalStatus.APPROVED)
    app = known.value if known else unread
    return retried(_page(app, _typed(app, form, {}), code=503, unsaved=error), error)


def _typed(
    app: DeveloperApp, form: forms.EditFields, problems: Mapping[str, str], **fixed: str
) -> forms.FormView:
    return forms.shown(form, problems, **attributes_again(app), **fixed)


def _fields(app: DeveloperApp) -> tuple[tuple[str, str, str], ...]:
    return portal().editing.policy.fields(app.attributes)


def _page(
    app: DeveloperApp,
    form: forms.FormView,
    *,
    code: int = 200,
    conflict: list[tuple[str, str, str]] | None = None,
    unsaved: Upstream | None = None,
    as_of: datetime | None = None,
) -> Response:
    known: dict[str, Any] = {
        "app": app,
        "form": form,
        "attributes": [(field_of(name), label) for name, label, _ in _fields(app)],
        "conflict": conflict,
        "unsaved": unsaved,
        "is_unknown": isinstance(unsaved, OutcomeUnknown),
        "as_of": as_of,
    }
    return render("my_apps/edit.html", code=code, **known)
