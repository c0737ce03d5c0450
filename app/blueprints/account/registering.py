"""The registration form: what it asks, what was typed, and where it leads."""

from flask import Response, flash, request, url_for

from app.domain.errors import InvalidInput
from app.domain.people import Account
from app.services.registration_rules import RegistrationForm, RegistrationRules
from app.web import forms
from app.web.context import account, actor, portal
from app.web.htmx import go_to, render


def untouched() -> forms.FormView:
    """Return the form as it is first shown, with what the sign-in told."""
    who = account()
    names: dict[str, object] = {"first_name": who.first_name, "last_name": who.last_name}
    names |= {"email": who.email, "user_name": who.user_name or who.email, "accept_terms": ""}
    return forms.first_shown(names | _answers())


def tried(form: forms.RegistrationFields) -> Account:
    """Register; a registration that is under way already is only tried once more."""
    service, who = portal().registration, account()
    if who.standing:
        return service.resume(who, actor())
    return service.register(who, actor(), _filled(form))


def led_on(made: Account, following: str) -> Response:
    """Go where the person wanted to, or say what their registration waits for."""
    if made.standing or not made.is_developer:
        return go_to(url_for("account.register", next=following))
    flash("You are registered as a developer.", "success")
    return go_to(url_for("my_apps.index") if following == url_for("pages.home") else following)


def form_again(form: forms.RegistrationFields, error: InvalidInput, following: str) -> Response:
    """Show what was typed, with what is wrong with it."""
    # In the order of the page: the terms come last, below the operator's own questions.
    fixed = {"email": account().email, **_answers(), "accept_terms": forms.text(form.accept_terms)}
    return form_page(forms.shown(form, error.fields, **fixed), following, status=422)


def form_page(form: forms.FormView, following: str, status: int = 200) -> Response:
    """Show the form, and why an earlier one came to nothing."""
    return render(
        "account/register.html",
        code=status,
        form=form,
        next=following,
        rules=_rules(),
        account=account(),
        asks_terms=_rules().wants_terms_of(account()),
        reason=portal().registration.office.reason(account()),
    )


def _filled(form: forms.RegistrationFields) -> RegistrationForm:
    names = [extra.name for extra in _rules().fields]
    answers = _answers().values()
    return RegistrationForm(
        first_name=forms.text(form.first_name),
        last_name=forms.text(form.last_name),
        user_name=forms.text(form.user_name),
        accepted=forms.text(form.accept_terms),
        attributes=dict(zip(names, answers, strict=True)),
    )


def _answers() -> dict[str, str]:
    """Return by field what was answered to the operator's own questions."""
    fields = (extra.field for extra in _rules().fields)
    return {name: forms.visible(request.form.get(name, "")).strip() for name in fields}


def _rules() -> RegistrationRules:
    return portal().registration.rules
