"""Where browsers report what the content security policy has blocked."""

from typing import Final, cast

from flask import Blueprint, Response, current_app, request
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import RequestEntityTooLarge

from app.web.access import public
from app.web.blocked_content import BlockedContent
from app.web.extensions import csrf
from app.web.limits import limited

bp = Blueprint("csp_report", __name__)
csrf.exempt(bp)  # a browser sends it, not a form; nothing but a line of the log comes of it
LARGEST: Final = 16 * 1024


@bp.post("/csp-report")
@public
@limited("report")
def take() -> Response:
    """Take a report; the browser gets no word about it."""
    request.max_content_length = LARGEST
    cast(BlockedContent, current_app.extensions["blocked_content"]).tell(request.get_data())
    return Response(status=204)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """Refuse what cannot be a report."""
    return Response(status=413)


@bp.errorhandler(RateLimitExceeded)
def too_often(_error: RateLimitExceeded) -> Response:
    """Refuse an address that sends one report after the other."""
    return Response(status=429, headers={"Retry-After": "60"})
