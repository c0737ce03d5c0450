"""The terms of use, asked for again whenever there is a new version."""

from flask import Blueprint, Response, flash

from app.domain.errors import InvalidInput
from app.web import forms
from app.web.access import person
from app.web.context import account, actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.return_to import safe_path

bp = Blueprint("terms", __name__)


@bp.get("/account/terms")
@person
def show() -> Response:
    """Ask for the terms as they are now, or lead on where there is nothing to accept."""
    following = safe_path(forms.argument("next"))
    if not portal().registration.rules.wants_terms_of(account()):
        return go_to(following)
    return _page(forms.first_shown({"accept_terms": ""}), following)


@bp.post("/account/terms")
@person
@limited("write")
def accept() -> Response:
    """Keep who accepted which version, and when."""
    form = forms.TermsFields()
    following = safe_path(form.next.data)
    try:
        portal().registration.accept_terms(account(), actor(), forms.text(form.accept_terms))
    except InvalidInput as error:
        return _page(forms.shown(form, error.fields), following, status=422)
    flash("You accepted the terms.", "success")
    return go_to(following)


def _page(form: forms.FormView, following: str, status: int = 200) -> Response:
    rules, who = portal().registration.rules, account()
    return render(
        "account/terms.html", code=status, form=form, next=following, rules=rules, account=who
    )
