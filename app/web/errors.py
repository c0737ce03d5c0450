"""One place that turns what went wrong into an answer: page or toast, never a traceback."""

import logging
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from flask import Flask, Response, request, url_for
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, SecurityError

from app.domain import errors
from app.domain.plurals import number_of
from app.web import refusals, request_id
from app.web.access import to_sign_in
from app.web.context import signed_in
from app.web.extensions import limiter
from app.web.htmx import go_to, render, swap_nothing, wants_fragment

LOG: Final = logging.getLogger(__name__)
STATUSES: Final[Mapping[type[errors.PortalError], int]] = MappingProxyType(
    {
        errors.NotFound: 404,
        errors.AlreadyExists: 409,
        errors.Conflict: 409,
        errors.NotPossible: 409,
        errors.LimitReached: 409,
        errors.Busy: 409,
        errors.NotAllowed: 403,
        errors.InvalidInput: 422,
        errors.Refused: 422,
        errors.TooMany: 429,
        errors.Upstream: 503,
        errors.OutcomeUnknown: 503,
        errors.NotRecorded: 503,
        errors.NotReady: 503,
        errors.SignInFailed: 400,
    }
)
STALE_FORM: Final = "This page was open for too long. Reload it and try again; nothing was changed."
BARE_FORM: Final = (
    "The form came without csrf_token, the field that shows that it is from this portal. Open the "
    "page again and send its own form; nothing was changed."
)
TOO_OFTEN: Final = "You did this more often than the portal allows. Nothing was changed."
SPOKEN: Final = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def answer(
    status: int, text: str = "", retry_after: int | None = None, words: str = ""
) -> Response:
    """Answer an error page, or a toast when only a part of a page was asked for.

    ``words`` names those of the page where the status alone does not tell them.
    """
    if wants_fragment():
        response = swap_nothing(status, text or "That did not work. Reload the page and try again.")
    else:
        response = render(
            "errors/error.html",
            code=status,
            status=status,
            shown=words or _shown(status),
            text=text,
            request_id=request_id.current(),
        )
    return _later(response, retry_after)


def retried(response: Response, error: errors.Upstream) -> Response:
    """Say on a page of one's own when the other side wants to be asked again."""
    return _later(response, error.retry_after)


def _later(response: Response, seconds: int | None) -> Response:
    if seconds is not None:
        response.headers["Retry-After"] = str(seconds)
    return response


def _shown(status: int) -> int:
    """Return the status whose words fit; rare ones are told like their class."""
    if status in SPOKEN:
        return status
    return 500 if status >= 500 else 400  # noqa: PLR2004 - HTTP's own classes


def install(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(errors.PortalError, _portal_error)
    app.register_error_handler(CSRFError, _csrf_error)
    for away in (OperationalError, InterfaceError, NoConnection):
        app.register_error_handler(away, _database_error)
    app.register_error_handler(RateLimitExceeded, _too_often)
    app.register_error_handler(SecurityError, _other_host)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)


def _portal_error(error: errors.PortalError) -> Response:
    retry_after = getattr(error, "retry_after", None)
    if isinstance(error, errors.NotFound) and not error.is_recorded:
        refusals.not_found()
    words = "not_possible" if isinstance(error, errors.NotPossible) else ""
    return answer(STATUSES[type(error)], error.message, retry_after, words)


def _csrf_error(_error: CSRFError) -> Response:
    try:
        refusals.forged("csrf")
    except RateLimitExceeded as error:
        return _too_often(error)
    if signed_in():
        sent = request.form.get("csrf_token") or request.headers.get("X-CSRFToken")
        return answer(400, STALE_FORM if sent else BARE_FORM)
    if request.endpoint == "auth.sign_out":  # the session ended before its person did
        return go_to(url_for("auth.signed_out"))
    return to_sign_in()


def _too_often(_error: RateLimitExceeded) -> Response:
    refusals.too_often()
    reached = limiter.current_limit
    seconds = max(1, int(reached.reset_at - time.time()) + 1) if reached else 60
    return answer(429, f"{TOO_OFTEN} Try again in {number_of(seconds, 'second')}.", seconds)


def _other_host(_error: SecurityError) -> Response:
    """Answer without any address of ours: under a name that is not, none can be built."""
    return Response("The portal is not served under this name.\n", 400, mimetype="text/plain")


def _http_error(error: HTTPException) -> Response:
    response = answer(error.code or 500)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _database_error(error: Exception) -> Response:
    LOG.error("The database does not answer: %s", type(error).__name__)
    return answer(503, "The portal's own database does not answer. Try again in a minute.")


def _unforeseen(error: Exception) -> Response:
    LOG.error("An unforeseen error", exc_info=error)
    return answer(500)
