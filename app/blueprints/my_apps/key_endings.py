"""Turning an own key off and on, and deleting it."""

from typing import Any, Final

from flask import Response, flash

from app.blueprints.my_apps.key_page import found, shown
from app.domain.errors import InvalidInput
from app.domain.keys import ApprovalStatus
from app.domain.notes import Author
from app.domain.step_up import Dangerous
from app.web import forms
from app.web.context import portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.sides import Pages, Right, actor, address, current, whose
from app.web.step_up import fresh

pages = Pages("key_endings")
UNTOUCHED = {"do": "", "sure": ""}
ON: Final = "The key is turned on. It works within about 3 minutes."
OFF: Final = "The key is turned off. Its calls fail within about 3 minutes."


@pages.get("/apps/<name>/keys/<key_id>/revocation", Right.CHANGE)
def revocation(name: str, key_id: str) -> Response:
    """Say what stops when the key is turned off, or who may turn it on again."""
    form = forms.first_shown(UNTOUCHED)
    return render("keys/revocation.html", **_about(name, key_id), form=form)


@pages.post("/apps/<name>/keys/<key_id>/revocation")
@fresh(Dangerous.KEY_STATUS)
@limited("write")
def revoke(name: str, key_id: str) -> Response:
    """Turn the key off, or on again with ``do=on``."""
    form = forms.EndingFields()
    try:
        _turn(name, key_id, form)
    except InvalidInput as error:
        again = forms.shown(form, error.fields)
        return render("keys/revocation.html", code=422, **_about(name, key_id), form=again)
    return go_to(address("my_apps.show", name=name))


@pages.get("/apps/<name>/keys/<key_id>/deletion", Right.CHANGE)
def deletion(name: str, key_id: str) -> Response:
    """Ask before a key is deleted; one that may work has to be turned off first."""
    form = forms.first_shown(UNTOUCHED)
    return render("keys/deletion.html", **_about(name, key_id), form=form)


@pages.post("/apps/<name>/keys/<key_id>/deletion")
@fresh(Dangerous.KEY_DELETE)
@limited("write")
def delete(name: str, key_id: str) -> Response:
    """Delete the key."""
    form = forms.EndingFields()
    try:
        sure = bool(form.sure.data)
        portal().key_changes.delete(whose(), actor(), name, key_id, sure=sure)
    except InvalidInput as error:
        again = forms.shown(form, error.fields)
        return render("keys/deletion.html", code=422, **_about(name, key_id), form=again)
    flash("The key is deleted.", "success")
    return go_to(address("my_apps.show", name=name))


def _turn(name: str, key_id: str, form: forms.EndingFields) -> None:
    changes, owner = portal().key_changes, whose()
    if forms.text(form.do) == "on":
        turned = changes.turn_on(owner, actor(), name, key_id)
        flash(ON if turned else "The key is on already.", "success")
        return
    turned = changes.turn_off(owner, actor(), name, key_id, sure=bool(form.sure.data))
    flash(OFF if turned else "The key is off already.", "success")


def _about(name: str, key_id: str) -> dict[str, Any]:
    view, row = found(name, key_id)
    is_off = row.key.status is ApprovalStatus.REVOKED
    by = row.status.memory.turned_off_by
    is_theirs = by is Author.OWNER if current().is_own else by is not Author.SYSTEM
    return {**shown(view, row), "is_off": is_off, "can_be_on": is_off and is_theirs}
