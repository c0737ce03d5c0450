"""The switch of a portal account, as its own page and its developer's have it."""

from flask import flash, request

from app.domain.errors import InvalidInput
from app.domain.people import Account
from app.web import forms
from app.web.context import actor, portal


def switch(account: Account) -> None:
    """Block sign-in or allow it again, as the form says, and tell so.

    Raises ``InvalidInput`` for what is neither, and for a reason that cannot be kept.
    """
    office, wanted = portal().accounts.office, forms.value("sign_in")
    if wanted == "blocked":
        changed = office.block(actor(), account.account_id, request.form.get("why", ""))
        told = "is signed out everywhere and cannot sign in."
    elif wanted == "allowed":
        changed = office.unblock(actor(), account.account_id)
        told = "can sign in."
    else:
        raise InvalidInput({"sign_in": "Choose blocked or allowed."})
    flash(f"{changed.name} {told}", "success")
