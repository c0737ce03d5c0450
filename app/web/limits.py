"""Rate limits by name, as the settings have them."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar, cast

from flask import Response, current_app, request

from app.web.extensions import limiter

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, R]


class _Marked(Protocol):
    limit: str


def limited(name: str) -> Callable[[View[P, R]], View[P, R]]:
    """Let a route do its work as often as the limit of that name allows.

    A form that goes back to be corrected does not count, and neither does a list that is shown
    without searching. Of logout tokens only those count that are refused: a provider may sign
    out a whole company at once.
    """

    def rate() -> str:
        return str(current_app.config["RATES"][name])

    limit = limiter.limit(rate, deduct_when=_was_refused if name == "logout" else _did_work)

    def decorate(view: View[P, R]) -> View[P, R]:
        cast(_Marked, view).limit = name
        counted = limit(view)
        return _where_something_is_searched(counted, view) if name == "search" else counted

    return decorate


def limited_together(name: str) -> Callable[[View[P, R]], View[P, R]]:
    """Let a route do its work as often as the limit of that name allows everybody together."""

    def rate() -> str:
        return str(current_app.config["RATES"][name])

    def everybody() -> str:
        return f"everybody:{name}"

    def decorate(view: View[P, R]) -> View[P, R]:
        return limiter.limit(rate, key_func=everybody, deduct_when=_did_work)(view)

    return decorate


def _where_something_is_searched(counted: View[P, R], view: View[P, R]) -> View[P, R]:
    @wraps(counted)
    def either(*args: P.args, **kwargs: P.kwargs) -> R:
        return (counted if request.args.get("q") else view)(*args, **kwargs)

    return either


def _did_work(response: Response) -> bool:
    return response.status_code != 422  # noqa: PLR2004 - a form with errors


def _was_refused(response: Response) -> bool:
    return response.status_code >= 400  # noqa: PLR2004 - HTTP's own classes
