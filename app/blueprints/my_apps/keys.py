"""Keys of the developer's own apps: one value on request, a comparison, a label."""

from typing import Any, Final

from flask import Response, flash, request

from app.blueprints.my_apps.key_page import found, shown, titled
from app.domain.errors import InvalidInput
from app.domain.secret import Secret
from app.domain.step_up import Dangerous
from app.web import forms
from app.web.context import portal
from app.web.errors import answer
from app.web.htmx import go_to, render, wants_fragment
from app.web.limits import limited
from app.web.sides import Pages, Right, actor, address, whose
from app.web.step_up import fresh

pages = Pages("keys")
ONE_VALUE: Final = (
    'One value is shown at a time: "value" is "key" or "secret". Go back and use the button Show.'
)


@pages.post("/apps/<name>/keys/<key_id>/reveal", Right.REVEAL)
@fresh(Dangerous.KEY_REVEAL)
@limited("reveal")
def reveal(name: str, key_id: str) -> Response:
    """Show one value of one key, by POST only; the key where nothing says which."""
    if (which := _which()) is None:
        return answer(400, ONE_VALUE)
    pair = portal().keys.reveal(whose(), actor(), name, key_id)
    value = pair.consumer_secret if which == "secret" else pair.consumer_key
    known: dict[str, Any] = {"name": name, "key_id": key_id, "ending": pair.ending, "which": which}
    if not wants_fragment():
        known |= titled(name, key_id)
    return render("keys/reveal.html", block="secret", value=value.reveal(), **known)


@pages.get("/apps/<name>/keys/<key_id>/comparison", Right.REVEAL)
def comparison(name: str, key_id: str) -> Response:
    """Ask for a secret that may be this key's."""
    return _comparison(name, key_id, forms.first_shown({"secret": ""}))


@pages.post("/apps/<name>/keys/<key_id>/comparison", Right.REVEAL)
@fresh(Dangerous.KEY_VERIFY)
@limited("reveal")
def compare(name: str, key_id: str) -> Response:
    """Say whether the secret is this key's; what was typed is never sent back."""
    form = forms.ComparisonFields()
    typed = forms.text(form.secret)
    if not typed:
        problem = {"secret": "Paste the secret that you want to compare."}
        return _comparison(name, key_id, forms.shown(form, problem, secret=""), code=422)
    given = Secret(typed)
    is_same = portal().keys.compare(whose(), actor(), name, key_id, given)
    return _comparison(name, key_id, forms.first_shown({"secret": ""}), is_same=is_same)


@pages.get("/apps/<name>/keys/<key_id>/label", Right.CHANGE)
def naming(name: str, key_id: str) -> Response:
    """Ask what the key is to be called."""
    view, row = found(name, key_id)
    form = forms.first_shown({"label": row.status.memory.label})
    return render("keys/naming.html", **shown(view, row), form=form)


@pages.post("/apps/<name>/keys/<key_id>/label")
@limited("write")
def label(name: str, key_id: str) -> Response:
    """Call the key something; an empty text takes the label away."""
    form = forms.LabelFields()
    try:
        portal().key_changes.label(whose(), actor(), name, key_id, forms.text(form.label))
    except InvalidInput as error:
        view, row = found(name, key_id)
        again = forms.shown(form, error.fields)
        return render("keys/naming.html", code=422, **shown(view, row), form=again)
    flash("The key's label is changed.", "success")
    return go_to(address("my_apps.show", name=name))


def _which() -> str | None:
    """Return which value was asked for, None for what is neither."""
    sent = request.form.getlist("value") or ["key"]
    return sent[0] if sent in (["key"], ["secret"]) else None


def _comparison(
    name: str,
    key_id: str,
    form: forms.FormView,
    *,
    is_same: bool | None = None,
    code: int = 200,
) -> Response:
    view, row = found(name, key_id)
    context = shown(view, row)
    return render("keys/comparison.html", code=code, **context, form=form, is_same=is_same)
