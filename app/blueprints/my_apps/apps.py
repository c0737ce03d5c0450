"""Listing, creating, showing and deleting the developer's own apps."""

from typing import Any

from flask import Response, flash, request

from app.blueprints.my_apps import editing, listing
from app.blueprints.my_apps.creation import (
    created_page,
    filled,
    form_again,
    form_page,
    internal_name,
    made,
)
from app.domain.errors import Conflict, InvalidInput, Upstream
from app.domain.step_up import Dangerous
from app.services.apps import AppView
from app.web import forms
from app.web.context import portal
from app.web.htmx import go_to, render, wants_fragment
from app.web.limits import limited
from app.web.sides import Pages, Right, actor, address, current, roles, whose
from app.web.step_up import fresh

pages = Pages("my_apps")


@pages.get("/apps")
@limited("search")
def index() -> Response:
    """List the apps: a page of them, or of what was asked for among all of them."""
    return listing.list_page(listing.asked_list())


@pages.get("/apps/new", Right.CHANGE)
def new() -> Response:
    """Ask for a new app; while its name is typed, only the internal name is answered."""
    if wants_fragment():
        return internal_name(forms.argument("display_name"))
    policy = portal().creation.admission.apps
    empty = dict.fromkeys(editing.attributes_again(), "")
    chosen = policy.preselected(request.args.getlist("products"))
    return form_page(forms.new_app(chosen, empty))


@pages.post("/apps/new")
@fresh(Dangerous.APP_CREATE)
@limited("create_app")
def create() -> Response:
    """Create the app; the answer is the page with the key, the one exception to 303."""
    form = forms.AppFields()
    try:
        wanted = filled(form)
        with current().overriding(wanted.name, wanted.products):
            created = portal().creation.create(whose(), actor(), roles(), wanted)
    except (InvalidInput, Upstream) as error:
        return form_again(form, error)
    return created_page(created, wanted) if current().may(Right.REVEAL) else made(created)


@pages.get("/apps/<name>")
def show(name: str) -> Response:
    """Show one app with its keys' states."""
    view = portal().apps.show(whose(), name)
    calls = portal().products.calls(view.app.products)
    known: dict[str, Any] = {
        "calls": calls,
        "is_stale": view.stale,
        "as_of": view.as_of,
        "most_keys": portal().key_addition.policy.keys_per_app,
        "shown_once": portal().keys.shown_once,
    }
    return render("my_apps/show.html", **_shown(view), **known)


@pages.get("/apps/<name>/edit", Right.CHANGE)
def edit(name: str) -> Response:
    """Ask what is to change."""
    return editing.form_page(name)


@pages.post("/apps/<name>/edit")
@limited("write")
def update(name: str) -> Response:
    """Write what was changed; somebody else's change in between is shown, not overwritten."""
    form, owner = forms.EditFields(), whose()
    try:
        saved = portal().editing.update(owner, actor(), roles(), name, editing.asked(form))
    except (InvalidInput, Conflict, Upstream) as error:
        return editing.form_again(name, form, error)
    flash("The changes are saved." if saved else "Nothing was changed.", "success")
    return go_to(address("my_apps.show", name=name))


@pages.get("/apps/<name>/deletion", Right.CHANGE)
def deletion(name: str) -> Response:
    """Ask for the app's name before it is deleted."""
    view = portal().apps.get(whose(), name)
    return render(
        "my_apps/deletion.html", **_shown(view), form=forms.first_shown({"confirm_name": ""})
    )


@pages.post("/apps/<name>/deletion")
@fresh(Dangerous.APP_DELETE)
@limited("write")
def delete(name: str) -> Response:
    """Delete the app when its name was typed."""
    form = forms.DeletionFields()
    try:
        portal().apps.delete(whose(), actor(), name, forms.text(form.confirm_name))
    except InvalidInput as error:
        view = portal().apps.get(whose(), name)
        shown = forms.shown(form, error.fields)
        return render("my_apps/deletion.html", code=422, **_shown(view), form=shown)
    flash("The app is deleted.", "success")  # no name: messages wait in the session's row
    return go_to(address("my_apps.index"))


def _shown(view: AppView) -> dict[str, Any]:
    return {
        "app": view.app,
        "keys": view.keys,
        "titles": portal().products.known_titles(),
        "developer_active": view.developer_active,
    }
