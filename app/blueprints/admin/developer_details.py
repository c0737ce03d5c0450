"""A developer's names and custom attributes, edited in place on the developer's page."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, flash, request, url_for

from app.blueprints.admin.developer_page import (
    LABELS,
    NEW,
    Typed,
    developer_page,
    page_when_gone,
)
from app.domain.attributes import Attribute
from app.domain.developers import Developer
from app.domain.errors import Conflict, InvalidInput
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.services.developer_office.editing import DeveloperEditing
from app.web.access import requires
from app.web.context import actor, portal
from app.web.htmx import go_to, wants_fragment
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("developer_details", __name__, url_prefix="/admin/developers/<developer>")


@bp.post("/details")
@requires(Permission.CHANGE_DEVELOPERS)
@fresh(Dangerous.DEVELOPER_CHANGE)
@limited("write")
@page_when_gone
def names(developer: str) -> Response:
    """Change first, last or user name, whichever is sent."""
    typed = Typed(fields={name: _sent(name) for name in LABELS if name in request.form})
    editing, revision = portal().developer_office.editing, _revision()
    return _answered(
        developer,
        typed,
        lambda: editing.change_names(actor(), developer, typed.fields, revision),
    )


@bp.post("/attributes")
@requires(Permission.CHANGE_DEVELOPERS)
@fresh(Dangerous.DEVELOPER_CHANGE)
@limited("write")
@page_when_gone
def attributes(developer: str) -> Response:
    """Add an attribute, change the value of one, or delete it."""
    how = {"add": _added, "delete": _deleted}.get(request.form.get("do", ""), _changed)
    return how(portal().developer_office.editing, developer)


def _added(editing: DeveloperEditing, developer: str) -> Response:
    new = Attribute(_sent("attribute_name"), _sent("attribute_value"))
    typed = Typed(fields=dict(zip(NEW, (new.name, new.value), strict=True)))
    revision = _revision()
    change = partial(editing.add_attribute, actor(), developer, new, revision)
    return _answered(developer, typed, change, f"The attribute {new.name} is added")


def _changed(editing: DeveloperEditing, developer: str) -> Response:
    changed = Attribute(request.form.get("name", ""), _sent("value"))
    typed, revision = Typed(attributes={changed.name: changed.value}), _revision()
    change = partial(editing.set_attribute, actor(), developer, changed, revision)
    return _answered(developer, typed, change, f"The attribute {changed.name} is saved")


def _deleted(editing: DeveloperEditing, developer: str) -> Response:
    name, revision = request.form.get("name", ""), _revision()
    change = partial(editing.remove_attribute, actor(), developer, name, revision)
    return _answered(developer, Typed(), change, f"The attribute {name} is deleted")


def _revision() -> str:
    """What the page said of the developer; who sends none saw nothing that could be as it is."""
    return _sent("revision") or "none"


def _sent(name: str) -> str:
    return request.form.get(name, "")


def _answered(
    public_id: str, typed: Typed, change: Callable[[], Developer], done: str = ""
) -> Response:
    """Make the change and say what is ``done``; where it cannot be made show what was typed."""
    services = portal().developers
    try:
        changed = change()
    except InvalidInput as error:
        told = replace(typed, problems=error.fields)
        return developer_page(services.get(public_id), told, code=422)
    except Conflict:
        return developer_page(services.get(public_id), replace(typed, is_late=True), code=409)
    flash(f"{done}: {changed.name}." if done else f"{changed.name} is saved.", "success")
    if wants_fragment():
        return developer_page(services.get(public_id))
    return go_to(url_for("admin.developers_show", developer=public_id))
