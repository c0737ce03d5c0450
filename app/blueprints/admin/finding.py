"""Finding a developer or an app by what somebody sent: an ID, or a key."""

from flask import Blueprint, Response, url_for

from app.domain.errors import InvalidInput
from app.domain.people import Permission
from app.services.app_office import Clue, Found
from app.web import forms
from app.web.access import opens, requires
from app.web.context import actor, portal
from app.web.htmx import go_to, render
from app.web.in_hand import NAME
from app.web.limits import limited

bp = Blueprint("finding", __name__, url_prefix="/admin/find")


@bp.get("")
@requires(Permission.READ_APPS)
def ask() -> Response:
    """Ask for an ID or a key."""
    return _page(forms.first_shown({"clue": Clue.DEVELOPER_ID.value, "text": ""}))


@bp.post("")
@requires(Permission.READ_APPS)
@limited("reveal")
def find() -> Response:
    """Open what was found; what was typed is never sent back, for it may be a key."""
    form = forms.FindFields()
    try:
        found = portal().app_office.find(actor(), _clue(form), forms.text(form.text))
    except InvalidInput as error:
        return _page(forms.shown(form, error.fields, text=""), code=422)
    return go_to(_address(found))


def _clue(form: forms.FindFields) -> Clue:
    try:
        return Clue(forms.text(form.clue))
    except ValueError:
        raise InvalidInput({"clue": "Say what it is."}) from None


def _address(found: Found) -> str:
    developer = found.public_id
    if found.app:
        anchor = f"label-{found.key_id}" if found.key_id else None
        page = f"{NAME}.my_apps.show"
        return url_for(page, developer=developer, name=found.app, _anchor=anchor)
    page = "admin.developers_show"
    return url_for(page if opens(page) else f"{NAME}.my_apps.index", developer=developer)


def _page(form: forms.FormView, *, code: int = 200) -> Response:
    can_find_keys = portal().app_office.finds_keys
    return render("admin/find.html", code=code, form=form, can_find_keys=can_find_keys)
