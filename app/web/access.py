"""Guards: every route names the one that protects it, or says that it is public."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Final, NoReturn, ParamSpec, Protocol, TypeVar, cast

from flask import Response, current_app, redirect, url_for

from app.domain.audit import Action
from app.domain.errors import NotAllowed
from app.domain.people import Permission
from app.services.trail import PERMISSION, Target
from app.web import context
from app.web.htmx import go_to, wants_fragment
from app.web.return_to import here

IN_DOUBT: Final = (
    "The sign-in service does not answer, so your roles cannot be confirmed right now. "
    "Reload the page in a minute. If that does not help, sign out and sign in again."
)
# The side of the administration, from its top.
ADMIN_PAGES: Final = (
    "admin.developers_index",
    "exports.choose",
    "finding.ask",
    "accounts.index",
    "sync.index",
    "organization_apps.index",
    "approvals.index",
    "jobs.index",
    "audit.index",
    "status.show",
)
EVERY_RIGHT: Final = frozenset(Permission)
KEPT: Final = 256  # sets of rights: as many as there are sets of roles in use
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
    """Let in who is a developer and accepted the terms; others do that first."""
    return _guarded("developer", view, _registered)


def requires(permission: Permission) -> Callable[[View[P, R]], View[P, R | Response]]:
    """Let in who has the permission; a refusal is recorded."""

    def decorate(view: View[P, R]) -> View[P, R | Response]:
        return _guarded(permission.value, view, lambda: _permitted(permission))

    return decorate


def administration(view: View[P, R]) -> View[P, R | Response]:
    """Let in whom any page of the administration lets in; a refusal is recorded."""
    return _guarded("administration", view, _administers)


def opens(endpoint: str) -> bool:
    """Tell whether a page's guard lets the person in by their rights: menus ask the guard."""
    return _opens(current_app.view_functions[endpoint], context.person().rights)


def first_admin_page() -> str:
    """Return the endpoint of the first page of the administration that the person may open.

    It is empty for everybody else.
    """
    return _first_of(context.person().rights)


@lru_cache(maxsize=KEPT)
def _first_of(rights: frozenset[Permission]) -> str:
    """Return it for a set of rights: guards are the code's, the same for every application."""
    views = current_app.view_functions
    return next((endpoint for endpoint in ADMIN_PAGES if _opens(views[endpoint], rights)), "")


def _opens(view: Callable[..., object], rights: frozenset[Permission]) -> bool:
    guard = getattr(view, "guard", "")
    return guard in rights or guard not in EVERY_RIGHT


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
    step = context.portal().registration.next_step(context.account())
    return None if step is None else go_to(url_for(step.value, next=here()))


def _permitted(permission: Permission) -> Response | None:
    if not context.signed_in():
        return to_sign_in()
    return None if context.may(permission) else _refused(permission.value)


def _administers() -> Response | None:
    if not context.signed_in():
        return to_sign_in()
    return None if first_admin_page() else _refused("administration")


def _refused(right: str) -> NoReturn:
    if context.in_doubt():
        raise NotAllowed(IN_DOUBT)
    target = Target(PERMISSION, right)
    context.portal().trail.refusal(context.actor(), Action.ACCESS_REFUSED, target)
    raise NotAllowed("Your account does not have the right to do this.")
