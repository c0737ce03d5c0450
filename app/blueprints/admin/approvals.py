"""Approvals: who waits for access to API products, oldest first, and deciding about it."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, request, url_for

from app.domain.approvals import Wanted
from app.domain.errors import Conflict, InvalidInput
from app.domain.keys import ApprovalStatus
from app.domain.people import Permission
from app.domain.plurals import number_of
from app.domain.step_up import Dangerous
from app.services.approvals.decisions import Decision
from app.services.approvals.desk import COUNTED, Asking, Outcome
from app.web import forms
from app.web.access import requires
from app.web.context import account, actor, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.step_up import fresh

bp = Blueprint("approvals", __name__, url_prefix="/admin/approvals")


@bp.get("")
@requires(Permission.READ_APPROVALS)
@limited("search")
def index() -> Response:
    """List what waits, as Apigee confirms it."""
    return _page(forms.first_shown({"request": (), "reason": ""}))


@bp.post("")
@requires(Permission.DECIDE_APPROVALS)
@fresh(Dangerous.ACCESS_DECIDE)
@limited("write")
def decide() -> Response:
    """Approve or refuse the chosen requests; where not all were done, say which and why."""
    chosen, decision = _chosen(), _decision()
    try:
        outcomes = portal().approvals.desk.answer(account(), actor(), chosen, decision)
    except InvalidInput as error:
        values = {"request": tuple(map(str, chosen)), "reason": decision.reason}
        return _page(forms.FormView(values, error.fields), code=422)
    word = "approved" if decision.approves else "refused"
    if any(item.problem for item in outcomes):
        return _report(outcomes, word)
    flash(f"{number_of(len(outcomes), 'request')} {word}.", "success")
    return go_to(url_for("approvals.index", **_asked()))


@bp.post("/scan")
@requires(Permission.DECIDE_APPROVALS)
@limited("write")
def scan() -> Response:
    """Let the next worker look at every app of the organization."""
    try:
        portal().approvals.desk.scan_now(actor())
        flash("Apigee is looked through as soon as a worker is free.", "success")
    except Conflict:
        flash("Apigee is being looked through at this moment.", "success")
    return go_to(url_for("approvals.index"))


def _chosen() -> list[Wanted]:
    one = request.form.get("approve", "")
    texts = [one] if one else request.form.getlist("request")
    return [wanted for wanted in map(Wanted.read, texts) if wanted is not None]


def _decision() -> Decision:
    """The button of a row approves; what is neither that nor said gives nothing away."""
    approves = bool(forms.value("approve")) or forms.value("decision") == "approve"
    if approves:
        return Decision(ApprovalStatus.APPROVED)
    return Decision(ApprovalStatus.REVOKED, request.form.get("reason", ""))


def _report(outcomes: Sequence[Outcome], word: str) -> Response:
    return render(
        "admin/approvals_report.html",
        outcomes=outcomes,
        done=sum(not item.problem for item in outcomes),
        word=word,
        titles=portal().products.titles(),
        asked=_asked(),
    )


def _asked() -> dict[str, Any]:
    names = ("q", "product", "app", "after")
    return {name: forms.argument(name) or None for name in names}


def _page(form: forms.FormView, code: int = 200) -> Response:
    desk, asked = portal().approvals.desk, _asked()
    asking = Asking(**{name: value for name, value in asked.items() if value})
    return render(
        "admin/approvals_index.html",
        block="requests",
        code=code,
        page=desk.page(account(), asking),
        most=COUNTED,
        products=desk.products(account()),
        titles=portal().products.titles(),
        scan=desk.last_scan(),
        owns_all=desk.scope(account()) is None,
        asked=asked,
        form=form,
    )
