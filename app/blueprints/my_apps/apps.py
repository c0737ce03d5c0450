"""Listing, creating, showing and deleting the developer's own apps."""

from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from app.blueprints.my_apps import editing, listing
from app.blueprints.my_apps.creation import (
    created_page,
    filled,
    form_again,
    form_page,
    internal_name,
)
from app.domain.errors import Conflict, InvalidInput, Upstream
from app.domain.step_up import Dangerous
from app.services.apps import AppView
from app.web import forms
from app.web.access import developer
from app.web.context import account, actor, portal, roles
from app.web.htmx import go_to, render, wants_fragment
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("my_apps", __name__)


@bp.get("/apps")
@developer
@limited("search")
def index() -> Response:
    """List the apps: a page of them, or of what was asked for among all of them."""
    return listing.list_page(listing.asked_list())


@bp.get("/apps/new")
@developer
def new() -> Response:
    """Ask for a new app; while its name is typed, only the internal name is answered."""
    if wants_fragment():
        return internal_name(forms.argument("display_name"))
    policy = portal().creation.admission.apps
    empty = dict.fromkeys(editing.attributes_again(), "")
    chosen = policy.preselected(request.args.getlist("products"))
    return form_page(forms.new_app(chosen, empty))


@bp.post("/apps/new")
@developer
@limited("create_app")
def create() -> Response:
    """Create the app; the answer is the page with the key, the one exception to 303."""
    form = forms.AppFields()
    try:
        wanted = filled(form)
        created = portal().creation.create(account().owner, actor(), roles(), wanted)
    except (InvalidInput, Upstream) as error:
        return form_again(form, error)
    return created_page(created, wanted)


@bp.get("/apps/<name>")
@developer
def show(name: str) -> Response:
    """Show one app with its keys' states."""
    view = portal().apps.show(account().owner, name)
    calls = portal().products.calls(view.app.products)
    known: dict[str, Any] = {
        "calls": calls,
        "is_stale": view.stale,
        "as_of": view.as_of,
        "most_keys": portal().key_addition.policy.keys_per_app,
        "shown_once": portal().keys.shown_once,
    }
    return render("my_apps/show.html", **_shown(view), **known)


@bp.get("/apps/<name>/edit")
@developer
def edit(name: str) -> Response:
    """Ask what is to change."""
    return editing.form_page(name)


@bp.post("/apps/<name>/edit")
@developer
@limited("write")
def update(name: str) -> Response:
    """Write what was changed; somebody else's change in between is shown, not overwritten."""
    form, owner = forms.EditFields(), account().owner
    try:
        saved = portal().editing.update(owner, actor(), roles(), name, editing.asked(form))
    except (InvalidInput, Conflict, Upstream) as error:
        return editing.form_again(name, form, error)
    flash("The changes are saved." if saved else "Nothing was changed.", "success")
    return go_to(url_for("my_apps.show", name=name))


@bp.get("/apps/<name>/deletion")
@developer
def deletion(name: str) -> Response:
    """Ask for the app's name before it is deleted."""
    view = portal().apps.get(account().owner, name)
    return render(
        "my_apps/deletion.html", **_shown(view), form=forms.first_shown({"confirm_name": ""})
    )


@bp.post("/apps/<name>/deletion")
@developer
@fresh(Dangerous.APP_DELETE)
@limited("write")
def delete(name: str) -> Response:
    """Delete the app when its name was typed."""
    form = forms.DeletionFields()
    try:
        portal().apps.delete(account().owner, actor(), name, forms.text(form.confirm_name))
    except InvalidInput as error:
        view = portal().apps.get(account().owner, name)
        shown = forms.shown(form, error.fields)
        return render("my_apps/deletion.html", code=422, **_shown(view), form=shown)
    flash("The app is deleted.", "success")  # no name: messages wait in the session's row
    return go_to(url_for("my_apps.index"))


def _shown(view: AppView) -> dict[str, Any]:
    return {
        "app": view.app,
        "keys": view.keys,
        "titles": portal().products.known_titles(),
        "developer_active": view.developer_active,
    }
