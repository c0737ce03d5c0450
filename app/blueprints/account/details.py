"""The operator's own questions about a developer, on a page of their own."""

from flask import Blueprint, Response, flash, request, url_for

from app.domain.errors import InvalidInput
from app.web import forms
from app.web.access import person
from app.web.context import account, actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited

bp = Blueprint("details", __name__, url_prefix="/account")


@bp.get("/details")
@person
def show() -> Response:
    """Show what Apigee has of the person, to be changed."""
    services = portal().accounts.details
    held = services.answers(account())
    values = {extra.field: held[extra.name] for extra in services.fields}
    return _page(forms.first_shown(values))


@bp.post("/details")
@person
@limited("write")
def change() -> Response:
    """Keep the answers on Apigee."""
    services = portal().accounts.details
    typed = {extra: forms.visible(request.form.get(extra.field, "")) for extra in services.fields}
    try:
        services.change(account(), actor(), {extra.name: text for extra, text in typed.items()})
    except InvalidInput as error:
        values = {extra.field: text for extra, text in typed.items()}
        return _page(forms.FormView(values, error.fields), status=422)
    flash("Your details are saved.", "success")
    return go_to(url_for("account.show"))


def _page(form: forms.FormView, status: int = 200) -> Response:
    fields = portal().accounts.details.fields
    return render("account/details.html", code=status, form=form, fields=fields)
