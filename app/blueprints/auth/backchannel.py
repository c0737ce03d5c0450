"""Back-channel logout: a provider tells the portal, server to server, that somebody is gone.

OpenID Connect Back-Channel Logout 1.0. No cookie is read or set, and every answer is JSON.
"""

import logging
from typing import Final

from flask import Blueprint, Response, jsonify, request
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import RequestEntityTooLarge

from app.domain.errors import NotFound, SignInFailed, Upstream
from app.web import refusals
from app.web.access import public
from app.web.context import actor, portal
from app.web.extensions import csrf
from app.web.limits import limited

bp = Blueprint("backchannel", __name__)
csrf.exempt(bp)  # the token is signed; a form of ours is not where it comes from
LARGEST: Final = 32 * 1024

logger = logging.getLogger(__name__)


@bp.post("/auth/<provider>/backchannel-logout")
@public
@limited("logout")
def logout(provider: str) -> Response:
    """End the sessions that the provider's signed token names."""
    chosen = portal().providers.get(provider)
    if chosen is None:
        raise NotFound("There is no such provider.")
    request.max_content_length = LARGEST
    notice = chosen.logout_notice(request.form.get("logout_token", ""))
    portal().session_office.logged_out(actor(), notice)
    portal().figures.figures.logged_out(provider, "done")
    return Response("{}", mimetype="application/json")


@bp.errorhandler(SignInFailed)
def refused_for_a_reason(error: SignInFailed) -> Response:
    """Say no more than that the token was not accepted; the audit log has the reason."""
    provider = str((request.view_args or {}).get("provider", ""))
    portal().session_office.refused(actor(), provider, error)
    portal().figures.figures.logged_out(provider, error.reason)
    return _problem(400)


@bp.errorhandler(Upstream)
@bp.errorhandler(NotFound)
def refused(_error: Exception) -> Response:
    """Say the same where nothing could be checked."""
    return _problem(400)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """Refuse what cannot be a token."""
    return _problem(413)


@bp.errorhandler(RateLimitExceeded)
def too_often(_error: RateLimitExceeded) -> Response:
    """Refuse an address that sends one refused token after the other."""
    refusals.too_often()
    response = _problem(429)
    response.headers["Retry-After"] = "60"
    return response


@bp.errorhandler(Exception)
def failed(error: Exception) -> Response:
    """Tell the provider that nobody was signed out, whatever stood in the way."""
    logger.error("A back-channel logout failed: %s", type(error).__name__)
    return _problem(400)


def _problem(status: int) -> Response:
    response = jsonify(error="invalid_request")
    response.status_code = status
    return response
