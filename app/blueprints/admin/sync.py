"""Synchronization with Apigee: compare, look at what was found, apply, cancel."""

from typing import Final

from flask import Blueprint, Response, flash, request, url_for

from app.domain.errors import InvalidInput
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.domain.sync import Choices, Direction, FindingKind
from app.web import forms
from app.web.access import requires
from app.web.context import actor, may, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.row_numbers import row_number
from app.web.step_up import fresh

bp = Blueprint("sync", __name__, url_prefix="/admin/sync")
DIRECTIONS: Final = {direction.value: direction for direction in Direction}
KINDS: Final = {kind.value: kind for kind in FindingKind}


@bp.get("")
@requires(Permission.SYNCHRONIZE)
def index() -> Response:
    """Show the last runs and begin another one."""
    first = {"direction": Direction.TO_PORTAL.value, "only": ""}
    return _index(forms.first_shown(first))


@bp.post("")
@requires(Permission.SYNCHRONIZE)
@limited("write")
def compare() -> Response:
    """Begin a dry run."""
    form = forms.SyncFields()
    direction = DIRECTIONS.get(forms.text(form.direction), Direction.TO_PORTAL)
    try:
        run = portal().sync.compare(actor(), Choices(False, direction, forms.text(form.only)))
    except InvalidInput as error:
        return _index(forms.shown(form, error.fields), 422)
    return go_to(url_for("sync.show", number=run.number))


@bp.get("/<int:number>")
@requires(Permission.SYNCHRONIZE)
def show(number: int) -> Response:
    """Show how far a run is, and what it found."""
    kind, after = forms.choice("kind", KINDS), request.args.get("after", type=row_number)
    office = portal().sync
    return render(
        "sync/show.html",
        block="run",
        run=office.get(number),
        page=office.findings(number, kind, after or 0),
        kind=kind.value if kind else "",
        after=after,
        expected=office.expected(),
        may_decide=may(Permission.CHANGE_DEVELOPER_STATUS),
        may_read=may(Permission.READ_DEVELOPERS),
    )


@bp.post("/<int:number>/application")
@requires(Permission.SYNCHRONIZE)
@fresh(Dangerous.DEVELOPERS_SYNC)
@limited("write")
def apply(number: int) -> Response:
    """Begin a run that does what a dry run found."""
    run = portal().sync.apply(actor(), number)
    return go_to(url_for("sync.show", number=run.number))


@bp.post("/<int:number>/continuation")
@requires(Permission.SYNCHRONIZE)
@limited("write")
def go_on(number: int) -> Response:
    """Let a worker go on with a run that was interrupted."""
    portal().sync.go_on(actor(), number)
    flash("The synchronization goes on as soon as a worker is free.", "success")
    return go_to(url_for("sync.show", number=number))


@bp.post("/<int:number>/cancellation")
@requires(Permission.SYNCHRONIZE)
@limited("write")
def cancel(number: int) -> Response:
    """Cancel a run; what was taken over already stays."""
    portal().sync.cancel(actor(), number)
    flash("The synchronization is canceled.", "success")
    return go_to(url_for("sync.show", number=number))


def _index(form: forms.FormView, code: int = 200) -> Response:
    office = portal().sync
    return render("sync/index.html", code=code, form=form, runs=office.recent(), every=office.every)
