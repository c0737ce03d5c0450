"""Adding a developer in the administration."""

from flask import Blueprint, Response, flash, url_for

from app.domain.developers import NewDeveloper
from app.domain.errors import InvalidInput, Upstream
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.web import forms
from app.web.access import requires
from app.web.context import actor, portal
from app.web.errors import retried
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("developer_beginning", __name__, url_prefix="/admin/developers/new")


@bp.get("")
@requires(Permission.CHANGE_DEVELOPERS)
def new() -> Response:
    """Show the empty form."""
    empty = {"first_name": "", "last_name": "", "email": "", "user_name": "", "invite": True}
    return render("admin/developers_new.html", form=forms.first_shown(empty), known=None)


@bp.post("")
@requires(Permission.CHANGE_DEVELOPERS)
@fresh(Dangerous.DEVELOPER_ADD)
@limited("write")
def create() -> Response:
    """Add the developer, and invite them where that is ticked."""
    form = forms.NewDeveloperFields()
    adding = portal().developer_office.adding
    try:
        row = adding.add(actor(), _asked(form), invites=form.invite.data)
    except InvalidInput as error:
        known = adding.known(forms.text(form.email)) if "email" in error.fields else None
        shown = forms.shown(form, error.fields)
        return render("admin/developers_new.html", code=422, form=shown, known=known)
    except Upstream as error:
        again = forms.shown(form, {"": error.message})
        return retried(render("admin/developers_new.html", code=503, form=again, known=None), error)
    flash(f"{row.name} is added{' and invited' if form.invite.data else ''}.", "success")
    return go_to(url_for("admin.developers_show", developer=row.public_id))


def _asked(form: forms.NewDeveloperFields) -> NewDeveloper:
    return NewDeveloper(
        email=forms.text(form.email),
        first_name=forms.text(form.first_name),
        last_name=forms.text(form.last_name),
        user_name=forms.text(form.user_name),
    )
