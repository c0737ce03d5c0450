"""A person's own sessions: ended one by one, or all at once."""

from flask import Blueprint, Response, flash, url_for

from app.web import leaving, sessions
from app.web.access import person
from app.web.context import account, actor, portal
from app.web.htmx import go_to
from app.web.limits import limited

bp = Blueprint("own_sessions", __name__, url_prefix="/account/sessions")


@bp.post("/<public_id>/ending")
@person
@limited("write")
def end(public_id: str) -> Response:
    """End one session; ending this one is signing out."""
    if public_id == sessions.current_public_id():
        portal().sign_in.signed_out(actor(), account())
        return leaving.leave()
    portal().session_office.end(actor(), account(), public_id)
    flash("The session has ended.", "success")
    return go_to(url_for("account.show"))


@bp.post("/ending")
@person
@limited("write")
def end_all() -> Response:
    """Sign out everywhere."""
    return leaving.leave(everywhere=True)
