"""What people do with their own account: names, a copy of what is kept, deletion."""

from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, flash, url_for

from app.domain.errors import InvalidInput
from app.domain.step_up import Dangerous
from app.services.account_deletion import to_type
from app.web import forms, leaving
from app.web.access import person
from app.web.context import account, actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.own_data_file import own_data_file
from app.web.step_up import fresh

bp = Blueprint("own_account", __name__, url_prefix="/account")


@bp.get("/names")
@person
def names() -> Response:
    """Ask for first and last name."""
    who = account()
    return _names(forms.first_shown({"first_name": who.first_name, "last_name": who.last_name}))


@bp.post("/names")
@person
@limited("write")
def rename() -> Response:
    """Keep the names here and send them to Apigee."""
    form = forms.NameFields()
    given = forms.text(form.first_name), forms.text(form.last_name)
    try:
        has_arrived = portal().accounts.own.rename(account(), actor(), *given)
    except InvalidInput as error:
        return _names(forms.shown(form, error.fields), status=422)
    late = " Apigee does not answer right now and gets it as soon as it does."
    flash(f"Your name is saved.{'' if has_arrived else late}", "success")
    return go_to(url_for("account.show"))


@bp.post("/data")
@person
@fresh(Dangerous.ACCOUNT_DATA)
@limited("write")
def data() -> Response:
    """Answer everything that is kept about the person as a file."""
    return own_data_file(portal().accounts.own.data(account(), actor()))


@bp.get("/deletion")
@person
def deletion() -> Response:
    """Say what is lost and what stays, and ask."""
    return _deletion(forms.first_shown({"confirm_name": ""}))


def _confirmed(view: Callable[[], Response]) -> Callable[[], Response]:
    """Tell what was typed wrongly before anybody is sent to sign in again for it."""

    @wraps(view)
    def checked() -> Response:
        form = forms.DeletionFields()
        try:
            portal().accounts.deletion.check(account(), forms.text(form.confirm_name))
            return view()
        except InvalidInput as error:
            return _deletion(forms.shown(form, error.fields), status=422)

    return checked


@bp.post("/deletion")
@person
@_confirmed
@fresh(Dangerous.ACCOUNT_DELETE)
@limited("write")
def delete() -> Response:
    """Let a job delete the account, and sign the person out everywhere, now."""
    typed = forms.text(forms.DeletionFields().confirm_name)
    portal().accounts.deletion.begin(account(), actor(), typed)
    return leaving.leave(everywhere=True, for_good=True)


def _names(form: forms.FormView, status: int = 200) -> Response:
    policy = portal().accounts.own.policy
    return render("account/names.html", code=status, form=form, policy=policy)


def _deletion(form: forms.FormView, status: int = 200) -> Response:
    services, who = portal().accounts.deletion, account()
    obstacle = services.obstacle(who)
    return render(
        "account/deletion.html",
        code=status,
        form=form,
        how=services.how.value,
        obstacle=obstacle,
        apps=() if obstacle else services.concerned(who),
        account=who,
        to_type=to_type(who),
    )
