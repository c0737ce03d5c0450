"""The developer's address on Apigee, where it is another one than the provider's by now."""

from flask import Blueprint, Response, flash, request, url_for

from app.domain.errors import InvalidInput, OutcomeUnknown
from app.domain.step_up import Dangerous
from app.web.access import person
from app.web.context import account, actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("address", __name__, url_prefix="/account")
LOST = (
    "Apigee's answer was lost, so nobody knows yet whether your address was changed. "
    "The portal looks again by itself."
)


@bp.get("/email")
@person
def show() -> Response:
    """Say what changes and what stays, and ask."""
    return _page()


@bp.post("/email")
@person
@fresh(Dangerous.DEVELOPER_EMAIL)
@limited("write")
def change() -> Response:
    """Give the developer the address that was confirmed."""
    try:
        portal().accounts.address.change(account(), actor(), request.form.get("new_email", ""))
    except InvalidInput as error:
        return _page(error.message, status=422)
    except OutcomeUnknown:
        flash(LOST, "warning")
    else:
        flash(f"Apigee has you as {account().email} now.", "success")
    return go_to(url_for("account.show"))


def _page(problem: str = "", status: int = 200) -> Response:
    who = account()
    obstacle = portal().accounts.address.obstacle(who)
    return render(
        "account/email.html", code=status, account=who, obstacle=obstacle, problem=problem
    )
