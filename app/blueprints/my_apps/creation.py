"""The form of a new app and the page that shows its key."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

from flask import Response, flash

from app.blueprints.my_apps.editing import attributes, attributes_again
from app.domain.apps import CreatedApp, NewApp
from app.domain.errors import InvalidInput, OutcomeUnknown, Upstream
from app.domain.keys import ApprovalStatus
from app.domain.names import app_name_from, name_problem
from app.domain.products import ApiProduct
from app.services.app_admission import field_of, full
from app.services.facts import Dated
from app.web import forms
from app.web.context import portal
from app.web.errors import retried
from app.web.htmx import go_to, render
from app.web.sides import address, current, roles, whose


def form_page(
    form: forms.FormView, *, status: int = 200, unsent: Upstream | None = None
) -> Response:
    """Show the form; without Apigee it says so."""
    known = {**_context(form), "unsent": unsent, "is_unknown": isinstance(unsent, OutcomeUnknown)}
    return render("my_apps/new.html", code=status, **known)


def form_again(form: forms.AppFields, error: InvalidInput | Upstream) -> Response:
    """Show what was typed with what is in its way; sent once more, the form makes one app."""
    if isinstance(error, InvalidInput):
        return form_page(forms.shown(form, error.fields, **attributes_again()), status=422)
    again = forms.shown(form, {}, **attributes_again())
    return retried(form_page(again, status=503, unsent=error), error)


def internal_name(display_name: str) -> Response:
    """Answer only the internal name that a display name leads to, and whether it is taken.

    Apigee is not asked: what is known of the list has to do.
    """
    name = "" if name_problem(display_name) else app_name_from(display_name)
    taken = bool(name) and portal().creation.names.seems_taken(whose(), display_name)
    return render("my_apps/new.html", block="internal_name", internal_name=name, is_taken=taken)


def filled(form: forms.AppFields) -> NewApp:
    """Return what was asked for, field by field; raise ``InvalidInput`` without a request id."""
    request_id = forms.text(form.request_id)
    if not request_id.isalnum() or len(request_id) > 64:  # noqa: PLR2004 - twice what we issue
        raise InvalidInput({"display_name": "This form is incomplete. Reload the page."})
    display_name = forms.text(form.display_name)
    return NewApp(
        name=app_name_from(display_name),
        display_name=display_name,
        description=forms.text(form.description),
        callback_url=forms.text(form.callback_url),
        products=forms.chosen(form.products),
        request_id=request_id,
        attributes=attributes(),
        key_days=portal().creation.admission.keys.days(forms.text(form.expires_in_days)),
    )


def created_page(created: CreatedApp, wanted: NewApp) -> Response:
    """Show the new app with its key, the only page besides show and copy that holds one.

    A form that had made an app before shows that one, whatever was ``wanted`` since.
    """
    app = created.app
    held = {item.name: item.status for key in app.keys for item in key.products}
    key = created.pair.consumer_key.reveal() if created.pair else None
    active = _with(held, ApprovalStatus.APPROVED)
    return render(
        "my_apps/created.html",
        app=app,
        unmade=wanted if wanted.display_name != app.display_name else None,
        pair=created.pair,
        active=active,
        waiting=_with(held, ApprovalStatus.PENDING),
        calls=portal().products.calls([item.name for item in active], key) if key else (),
        developer_active=_developer_active(),
        shown_once=portal().keys.shown_once,
    )


def made(created: CreatedApp) -> Response:
    """Open the new app, for those who may make one and not see its key."""
    flash("The app is created. Its developer finds the key on the app's page.", "success")
    return go_to(address("my_apps.show", name=created.app.name))


def _developer_active() -> bool:
    """Tell the status; the app is made, so an Apigee that has fallen silent is no failure."""
    try:
        return portal().statuses.is_active(whose())
    except Upstream:
        return True


def _with(held: dict[str, ApprovalStatus], status: ApprovalStatus) -> list[ApiProduct]:
    titles = portal().products.titles()
    return [
        ApiProduct(name, titles.get(name, name))
        for name, having in held.items()
        if having is status
    ]


def _context(form: forms.FormView) -> dict[str, Any]:
    known: dict[str, Any] = {
        "form": form,
        "request_id": form.request_id.value or uuid4().hex,
        "internal_name": "",
        "is_taken": False,
        "policy": portal().creation.admission.keys,
        "shown_once": portal().keys.shown_once,
        "attributes": [(field_of(name), label) for name, label, _ in _attributes()],
        **_UNREAD,
    }
    try:
        active = portal().statuses.is_active(whose())
        return {**known, **_choices(), "developer_active": active}
    except Upstream:
        return {**known, "unavailable": True}


def _attributes() -> tuple[tuple[str, str, str], ...]:
    return portal().creation.admission.apps.fields(())


def _choices() -> dict[str, Any]:
    """Return what may be chosen, what every app gets, and what is in the way of a new one."""
    owner, admission, read = whose(), portal().creation.admission, _offered()
    most, held = admission.apps.apps_per_developer, roles()
    known = {"is_stale": read.stale, "as_of": read.at, "products": read.value}
    if most is not None and portal().apps.count(owner) >= most:
        return {**known, "obstacle": full(most)}
    try:
        required = admission.required(held)
    except InvalidInput as error:
        return {**known, "obstacle": error.message}
    return {
        **known,
        "required": required,
        "offered": admission.apps.offered(read.value),
        "beyond": current().beyond([product.name for product in read.value]),
        "refusals": admission.operator.refusals(owner, held, read.value),
    }


def _offered() -> Dated[Sequence[ApiProduct]]:
    return portal().products.offered(roles())


_UNREAD: Final[Mapping[str, Any]] = {
    "products": (),
    "required": (),
    "offered": (),
    "beyond": (),
    "refusals": {},
    "obstacle": "",
    "developer_active": True,
    "unavailable": False,
    "is_stale": False,
    "as_of": None,
}
