"""Jobs: what the portal does later, how it stands, retry and cancel."""

from flask import Blueprint, Response, flash, request, url_for

from app.domain.jobs import JobState
from app.domain.people import Permission
from app.domain.step_up import Dangerous
from app.web import forms
from app.web.access import requires
from app.web.context import actor, may, portal
from app.web.htmx import go_to, render
from app.web.limits import limited
from app.web.row_numbers import row_number
from app.web.step_up import fresh

bp = Blueprint("jobs", __name__, url_prefix="/admin/jobs")
STATES = {state.value: state for state in JobState}


@bp.get("")
@requires(Permission.READ_JOBS)
def index() -> Response:
    """List the jobs, newest first, of one state or of all."""
    state, before = forms.choice("state", STATES), request.args.get("before", type=row_number)
    return render(
        "jobs/index.html",
        block="jobs",
        page=portal().work.office.page(state, before),
        state=state.value if state else "",
        before=before,
        may_change=may(Permission.CHANGE_JOBS),
    )


@bp.post("/<int:number>/retry")
@requires(Permission.CHANGE_JOBS)
@fresh(Dangerous.JOB_CHANGE)
@limited("write")
def retry(number: int) -> Response:
    """Let a job that waits or failed be done as soon as a worker is free."""
    portal().work.office.hasten(actor(), number)
    flash(f"Job {number} is done as soon as a worker is free.", "success")
    return go_to(url_for("jobs.index"))


@bp.get("/<int:number>/cancellation")
@requires(Permission.CHANGE_JOBS)
def cancellation(number: int) -> Response:
    """Say what will not be done, and ask."""
    return render("jobs/cancellation.html", job=portal().work.office.cancelable(number))


@bp.post("/<int:number>/cancellation")
@requires(Permission.CHANGE_JOBS)
@fresh(Dangerous.JOB_CHANGE)
@limited("write")
def cancel(number: int) -> Response:
    """Cancel a job that waits or failed."""
    portal().work.office.cancel(actor(), number)
    flash(f"Job {number} is canceled.", "success")
    return go_to(url_for("jobs.index"))
