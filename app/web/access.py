"""Guards: every route names the one that protects it, or says that it is public."""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, Protocol, TypeVar, cast

from flask import Response, redirect, url_for

from app.domain.audit import Action
from app.domain.errors import NotAllowed
from app.domain.people import Permission
from app.services.trail import Target
from app.web import context
from app.web.htmx import go_to, wants_fragment
from app.web.return_to import here

IN_DOUBT: Final = (
    "The sign-in service does not answer, so your roles cannot be confirmed right now. "
    "Reload the page in a minute."
)
P = ParamSpec("P")
R = TypeVar("R", bound=object)
View = Callable[P, R]
Check = Callable[[], Response | None]


class _Marked(Protocol):
    guard: str


def public(view: View[P, R]) -> View[P, R]:
    """Let everybody in: the route shows nothing of a person and asks nothing of Apigee."""
    cast(_Marked, view).guard = "public"
    return view


def reading(view: View[P, R]) -> View[P, R | Response]:
    """Let everybody read the shared catalogue, unless the operator wants a sign-in for it."""
    return _guarded("reading", view, _may_read)


def person(view: View[P, R]) -> View[P, R | Response]:
    """Let in who is signed in."""
    return _guarded("person", view, _signed_in)


def developer(view: View[P, R]) -> View[P, R | Response]:
    """Let in who is signed in and registered as a developer; others register first."""
    return _guarded("developer", view, _registered)


def requires(permission: Permission) -> Callable[[View[P, R]], View[P, R | Response]]:
    """Let in who has the permission; a refusal is recorded."""

    def decorate(view: View[P, R]) -> View[P, R | Response]:
        return _guarded(permission.value, view, lambda: _permitted(permission))

    return decorate


def to_sign_in() -> Response:
    """Send somebody to the sign-in and bring them back to the page they are on."""
    url = url_for("auth.sign_in", next=here())
    return go_to(url, status=401) if wants_fragment() else cast(Response, redirect(url))


def _guarded(name: str, view: View[P, R], check: Check) -> View[P, R | Response]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        refused = check()
        return view(*args, **kwargs) if refused is None else refused

    cast(_Marked, guarded).guard = name
    return guarded


def _may_read() -> Response | None:
    if context.signed_in() or context.portal().presentation.public_reading:
        return None
    return to_sign_in()


def _signed_in() -> Response | None:
    return None if context.signed_in() else to_sign_in()


def _registered() -> Response | None:
    if not context.signed_in():
        return to_sign_in()
    if context.account().is_developer:
        return None
    return go_to(url_for("account.register", next=here()))


def _permitted(permission: Permission) -> Response | None:
    if not context.signed_in():
        return to_sign_in()
    if context.account().may(permission):
        return None
    if context.in_doubt():
        raise NotAllowed(IN_DOUBT)
    target = Target("permission", permission.value)
    context.portal().trail.refusal(context.actor(), Action.ACCESS_REFUSED, target)
    raise NotAllowed("Your account does not have the right to do this.")
