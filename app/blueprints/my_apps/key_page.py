"""What the pages about one key of one's own have in common."""

from typing import Any
from uuid import uuid4

from app.domain.errors import InvalidInput, NotFound
from app.domain.overview import KeyRow, is_last_working, key_rows
from app.services.apps import AppView
from app.web import forms
from app.web.context import portal
from app.web.sides import whose


def found(name: str, key_id: str) -> tuple[AppView, KeyRow]:
    """Read an own app afresh with one key of it; raise ``NotFound`` without one."""
    view = portal().apps.get(whose(), name)
    for row in view.keys:
        if row.key.key_id == key_id:
            return view, row
    raise NotFound("There is no such key.")


def shown(view: AppView, row: KeyRow) -> dict[str, Any]:
    """Return what every such page says of its key."""
    existing, now = portal().products.existing().for_app(view.app), portal().clock.now()
    return {
        "app": view.app,
        "row": row,
        "titles": portal().products.known_titles(),
        "developer_active": view.developer_active,
        "is_last_working": is_last_working(view.app, row.key.key_id, now, existing),
        "is_last": len(view.app.keys) == 1,
    }


def titled(name: str, key_id: str) -> dict[str, str]:
    """Return what people call an app and one of its keys, as it was listed or else read."""
    listed = portal().apps.last_known(whose(), name)
    app = listed.value if listed else portal().apps.get(whose(), name).app
    memories = portal().key_changes.memories.of_app(app.developer_id, app.app_id)
    rows = key_rows(app, developer_active=True, now=portal().clock.now(), memories=memories)
    label = next((row.label for row in rows if row.key.key_id == key_id), "")
    return {"display_name": app.display_name, "label": label}


def request_id(form: forms.RepeatableFields) -> str:
    """Return the form's request id; raise ``InvalidInput`` without a usable one."""
    sent = forms.text(form.request_id)
    if not sent.isalnum() or len(sent) > 64:  # noqa: PLR2004 - twice what we issue
        raise InvalidInput({"": "This form is incomplete. Reload the page."})
    return sent


def fresh_id(form: forms.FormView) -> str:
    """Return the request id of a form that comes back, or a new one."""
    return str(form.request_id.value or uuid4().hex)
