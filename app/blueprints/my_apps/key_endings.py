"""Turning an own key off and on, and deleting it."""

from typing import Final

from flask import Blueprint, Response, flash, url_for

from app.blueprints.my_apps.key_page import found, shown
from app.domain.errors import InvalidInput
from app.web import forms
from app.web.access import developer
from app.web.context import account, actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited

bp = Blueprint("key_endings", __name__)
UNTOUCHED = {"do": "", "sure": ""}
ON: Final = "The key is turned on. It works within about 3 minutes."
OFF: Final = "The key is turned off. Its calls fail within about 3 minutes."


@bp.get("/apps/<name>/keys/<key_id>/revocation")
@developer
def revocation(name: str, key_id: str) -> Response:
    """Say what stops when the key is turned off, or who may turn it on again."""
    view, row = found(name, key_id)
    return render("keys/revocation.html", **shown(view, row), form=forms.first_shown(UNTOUCHED))


@bp.post("/apps/<name>/keys/<key_id>/revocation")
@developer
@limited("write")
def revoke(name: str, key_id: str) -> Response:
    """Turn the key off, or on again with ``do=on``."""
    form = forms.EndingFields()
    try:
        _turn(name, key_id, form)
    except InvalidInput as error:
        view, row = found(name, key_id)
        again = forms.shown(form, error.fields)
        return render("keys/revocation.html", code=422, **shown(view, row), form=again)
    return go_to(url_for("my_apps.show", name=name))


@bp.get("/apps/<name>/keys/<key_id>/deletion")
@developer
def deletion(name: str, key_id: str) -> Response:
    """Ask before a key is deleted; one that may work has to be turned off first."""
    view, row = found(name, key_id)
    return render("keys/deletion.html", **shown(view, row), form=forms.first_shown(UNTOUCHED))


@bp.post("/apps/<name>/keys/<key_id>/deletion")
@developer
@limited("write")
def delete(name: str, key_id: str) -> Response:
    """Delete the key."""
    form = forms.EndingFields()
    try:
        sure = bool(form.sure.data)
        portal().key_changes.delete(account().owner, actor(), name, key_id, sure=sure)
    except InvalidInput as error:
        view, row = found(name, key_id)
        again = forms.shown(form, error.fields)
        return render("keys/deletion.html", code=422, **shown(view, row), form=again)
    flash("The key is deleted.", "success")
    return go_to(url_for("my_apps.show", name=name))


def _turn(name: str, key_id: str, form: forms.EndingFields) -> None:
    changes, owner = portal().key_changes, account().owner
    if forms.text(form.do) == "on":
        turned = changes.turn_on(owner, actor(), name, key_id)
        flash(ON if turned else "The key is on already.", "success")
        return
    turned = changes.turn_off(owner, actor(), name, key_id, sure=bool(form.sure.data))
    flash(OFF if turned else "The key is off already.", "success")
