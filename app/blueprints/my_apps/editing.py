"""The form of an app that exists, and what it says when somebody else was faster."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from app.domain.apps import DeveloperApp
from app.services.app_editing import AskedEdit, field_of
from app.web import forms
from app.web.context import portal
from app.web.htmx import render

LABELS = {
    "display_name": "App name",
    "description": "What the app is for",
    "callback_url": "Callback URL",
}


def asked(form: forms.EditFields) -> AskedEdit:
    """Return what was typed; fields that the configuration does not open are not read."""
    names = portal().editing.policy.editable
    typed = {name: request.form.get(field_of(name)) for name in names}
    return AskedEdit(
        display_name=forms.text(form.display_name),
        description=forms.text(form.description),
        callback_url=forms.text(form.callback_url),
        attributes={name: value.strip() for name, value in typed.items() if value is not None},
        revision=forms.text(form.revision),
    )


def edit_page(app: DeveloperApp) -> Response:
    """Show the form with what Apigee has."""
    work = portal().editing
    return _page(app, forms.first_shown({**work.values(app), "revision": work.revision(app)}))


def refused_page(
    app: DeveloperApp, form: forms.EditFields, problems: Mapping[str, str]
) -> Response:
    """Show the form with what was typed and what is wrong with it."""
    return _page(app, _typed(app, form, problems), code=422)


def conflict_page(app: DeveloperApp, form: forms.EditFields) -> Response:
    """Show what is on Apigee now beside what was typed; sending it again writes it over."""
    shown = _typed(app, form, {}, revision=portal().editing.revision(app))
    held = portal().editing.values(app)
    typed = {key: str(getattr(shown, key).value) for key in held}
    labels = {**LABELS, **{field_of(name): label for name, label, _ in _fields(app)}}
    rows = [(labels[key], held[key], typed[key]) for key in held if held[key] != typed[key]]
    return _page(app, shown, code=409, conflict=rows)


def _typed(
    app: DeveloperApp, form: forms.EditFields, problems: Mapping[str, str], **fixed: str
) -> forms.FormView:
    fields = [(field_of(name), value) for name, _label, value in _fields(app)]
    typed = {key: forms.visible(request.form.get(key, value)) for key, value in fields}
    return forms.shown(form, problems, **typed, **fixed)


def _fields(app: DeveloperApp) -> tuple[tuple[str, str, str], ...]:
    return portal().editing.policy.fields(app.attributes)


def _page(
    app: DeveloperApp,
    form: forms.FormView,
    *,
    code: int = 200,
    conflict: list[tuple[str, str, str]] | None = None,
) -> Response:
    known: dict[str, Any] = {
        "app": app,
        "form": form,
        "attributes": [(field_of(name), label) for name, label, _ in _fields(app)],
        "conflict": conflict,
    }
    return render("my_apps/edit.html", code=code, **known)
