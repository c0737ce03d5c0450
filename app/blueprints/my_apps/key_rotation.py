"""Replacing an own key, and what can still be said about the old one until it stops."""

from datetime import datetime, timedelta

from flask import Response, flash

from app.blueprints.my_apps.key_answer import answered
from app.blueprints.my_apps.key_page import found, fresh_id, request_id, shown
from app.domain.errors import InvalidInput, NotPossible
from app.domain.rotation import Asked, Overlap
from app.domain.step_up import Dangerous
from app.web import forms
from app.web.context import portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.sides import Pages, Right, actor, address, current, roles, whose
from app.web.step_up import fresh

pages = Pages("key_rotation")
# What is done in an emergency comes last, where nobody ticks it by mistake.
OFFERED = (*(overlap for overlap in Overlap if overlap is not Overlap.NONE), Overlap.NONE)

UNTOUCHED = {"overlap": "24h", "expires_in_days": "", "request_id": "", "sure": ""}


@pages.get("/apps/<name>/keys/<key_id>/rotation", Right.CHANGE)
def show(name: str, key_id: str) -> Response:
    """Ask when the old key stops; of one that is being replaced, ask what else to do."""
    return _page(name, key_id, forms.first_shown(UNTOUCHED))


@pages.post("/apps/<name>/keys/<key_id>/rotation")
@fresh(Dangerous.KEY_ROTATE)
@limited("write")
def change(name: str, key_id: str) -> Response:
    """Replace the key (the answer is the page with the new one), or extend, stop or cancel."""
    form = forms.RotationFields()
    try:
        match forms.text(form.do):
            case "extend" | "stop" | "cancel":
                return _changed(name, key_id, form)
            case _:
                asked = _asked(name, key_id, form)
        with current().overriding(name, _held(name, key_id)):
            rotated = portal().rotation.start(whose(), actor(), roles(), asked)
    except InvalidInput as error:
        return _page(name, key_id, forms.shown(form, error.fields), code=422)
    return answered(name, rotated.pair, rotated)


def _asked(name: str, key_id: str, form: forms.RotationFields) -> Asked:
    days = portal().rotation.policy.days(forms.text(form.expires_in_days))
    return Asked(name, key_id, _overlap(form), request_id(form), days)


def _held(name: str, key_id: str) -> tuple[str, ...]:
    """Return the products that are carried over, where that may go beyond the owner's rights."""
    if not current().offers_all:
        return ()
    return tuple(item.name for item in found(name, key_id)[1].key.products)


def _changed(name: str, key_id: str, form: forms.RotationFields) -> Response:
    rotation, owner = portal().rotation, whose()
    match forms.text(form.do):
        case "extend":
            asked = Asked(name, key_id, _overlap(form, Overlap.NONE), "")
            until = rotation.extend(owner, actor(), asked)
            flash(f"The old key works until {_moment(until)}.", "success")
        case "stop":
            rotation.stop_now(owner, actor(), name, key_id, sure=bool(form.sure.data))
            flash("The old key is turned off. Its calls fail within about 3 minutes.", "success")
        case _:
            rotation.cancel(owner, actor(), name, key_id)
            flash("The replacement is canceled. The old key stays on.", "success")
    return go_to(address("my_apps.show", name=name))


def _overlap(form: forms.RotationFields, unsaid: Overlap = Overlap.DAY) -> Overlap:
    try:
        return Overlap(forms.text(form.overlap) or unsaid)
    except ValueError:
        raise InvalidInput({"overlap": "Choose one of the moments."}) from None


def _moment(value: datetime) -> str:
    return f"{value.day} {value:%b %Y, %H:%M} UTC"


def _page(name: str, key_id: str, form: forms.FormView, *, code: int = 200) -> Response:
    view, row = found(name, key_id)
    now, rotation = portal().clock.now(), portal().rotation
    if reason := row.why_not_replaced:
        raise NotPossible(reason)
    seconds = rotation.lifetime_seconds(row.key)
    owner, replaced = whose(), row.status.memory.retires_at is not None
    # It may read the catalogue, which the words for the products come from.
    carried = None if replaced else rotation.succession.carried(owner, row.key, roles())
    return render(
        "keys/rotation.html",
        code=code,
        **shown(view, row),
        carried=carried,
        stopping=rotation.stopping(owner, view.app, row.key) if replaced else (),
        form=form,
        request_id=fresh_id(form),
        ends_at=None if seconds is None else now + timedelta(seconds=seconds),
        lives_as_long=seconds == row.key.lifetime_seconds(now),
        policy=rotation.policy,
        moments=[(overlap.value, now + overlap.length) for overlap in OFFERED],
    )
