"""A fresh sign-in before a dangerous action.

Whoever has none is sent to the provider, and back to a page that asks once more. What was sent
waits meanwhile in the person's own browser: signed, and of use for the same account only.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import wraps
from typing import Any, Final, ParamSpec, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from flask import Response, current_app, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from app.domain.errors import NotFound, OutcomeUnknown, PortalError
from app.domain.people import Account
from app.domain.step_up import SECRET, Dangerous, Grant, about, telling
from app.web import forms, sessions
from app.web.context import account, portal
from app.web.htmx import go_to, wants_fragment
from app.web.return_to import safe_path

WAITING_SECONDS: Final = 900  # ten minutes to sign in, five to press the button
FIRST_REFUSAL: Final = 400
_CSRF: Final = "csrf_token"

P = ParamSpec("P")
R = TypeVar("R", bound=object)
View = Callable[P, R]


class _Marked(Protocol):
    fresh: Dangerous


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody was about to do, by ``method`` (POST, or GET for a file).

    ``is_whole`` is false where what was sent is a secret or was too long to be kept; ``digest``
    stands for what was even too long to say what is done.
    """

    account_id: int
    action: str
    path: str
    back: str
    fields: tuple[tuple[str, str], ...] = ()
    is_whole: bool = True
    method: str = "POST"
    digest: str = ""

    @property
    def about(self) -> str:
        """What a grant for it is about."""
        return self.digest or about(Dangerous(self.action), self.path, self.fields)


def fresh(action: Dangerous) -> Callable[[View[P, R]], View[P, R | Response]]:
    """Let the action be done only after a fresh sign-in for it, where the operator says so.

    Comes behind the guard and before the limit. What was sent waits in the browser, but for the
    secrets of the actions that are named so. A grant with which nothing was done (a form with
    errors, a refusal, Apigee away) stays good; one whose outcome is unknown is used.
    """

    def decorate(view: View[P, R]) -> View[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            if not portal().sign_in.step_up.asks_for(action):
                return view(*args, **kwargs)
            what = about(action, request.path, _sent())
            grant = portal().sign_in.step_up.take(sessions.current(), what)
            if grant is None:
                return _ask(action)
            return _used(grant, lambda: view(*args, **kwargs))

        cast(_Marked, guarded).fresh = action
        return guarded

    return decorate


def asked() -> Asked | None:
    """Return what the person was about to do before they were asked to sign in again."""
    name, _ = _cookie()
    try:
        kept = _serializer().loads(request.cookies.get(name, ""), max_age=WAITING_SECONDS)
    except BadSignature:
        return None
    if kept["account_id"] != account().account_id:
        return None
    return Asked(**{**kept, "fields": tuple(map(tuple, kept["fields"]))})


def left(response: Response, state: str) -> Response:
    """Let the browser remember who leaves for the provider, whatever becomes of the session."""
    name, how = _cookie("left")
    value = _serializer("left").dumps([state, account().account_id])
    response.set_cookie(name, value, max_age=sessions.BEFORE_SIGN_IN_SECONDS, **how)
    return response


def whose(state: str) -> Account | None:
    """Return whose fresh sign-in comes back with this state, though the session has ended.

    A provider tells of a sign-out when somebody else signs in there. Whoever it was, it proves
    nothing: it serves to say who was asked.
    """
    name, _ = _cookie("left")
    lifetime = sessions.BEFORE_SIGN_IN_SECONDS
    try:
        begun, number = _serializer("left").loads(request.cookies.get(name, ""), max_age=lifetime)
        return portal().sign_in.accounts.get(number) if state and begun == state else None
    except (BadSignature, NotFound):
        return None


def _used(grant: Grant, do: Callable[[], R]) -> R:
    try:
        answer = do()
    except OutcomeUnknown:
        raise
    except (PortalError, HTTPException):
        portal().sign_in.step_up.give_back(grant)
        raise
    if isinstance(answer, Response):
        if answer.status_code >= FIRST_REFUSAL:
            portal().sign_in.step_up.give_back(grant)
        else:
            name, how = _cookie()
            answer.delete_cookie(name, **how)
    return answer


def _ask(action: Dangerous) -> Response:
    url = url_for("step_up.again")
    response = go_to(url, status=401) if wants_fragment() else go_to(url)
    sent = _sent()
    method = "GET" if request.method in forms.SAFE_METHODS else "POST"
    waiting = Asked(
        account().account_id, action.value, request.path, _page_before(), sent, method=method
    )
    name, how = _cookie()
    value = _written(waiting, is_secret=action in SECRET)
    response.set_cookie(name, value, max_age=WAITING_SECONDS, **how)
    return response


def _written(waiting: Asked, *, is_secret: bool) -> str:
    """Return as much of it as a cookie holds, at least that which tells it from all else."""
    fields = telling(Dangerous(waiting.action), waiting.fields)
    part = replace(waiting, fields=fields, is_whole=False)
    least = replace(part, fields=(), digest=waiting.about)
    for each in (part,) if is_secret else (waiting, part):
        written = _serializer().dumps(asdict(each))
        if len(written) <= sessions.LONGEST_COOKIE:
            return written
    return _serializer().dumps(asdict(least))


def _sent() -> tuple[tuple[str, str], ...]:
    return tuple(field for field in forms.fields().items(multi=True) if field[0] != _CSRF)


def _page_before() -> str:
    """Return the path of the page with the form, to go back to."""
    parts = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    return safe_path(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def _cookie(purpose: str = "asked") -> tuple[str, dict[str, Any]]:
    return cast(sessions.Sessions, current_app.session_interface).beside(purpose)


def _serializer(purpose: str = "asked") -> URLSafeTimedSerializer:
    keys = [*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"]]
    return URLSafeTimedSerializer(keys, salt=f"step-up-{purpose}")
