"""Rate limits by name, as the settings have them."""

from collections.abc import Callable
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
    without searching.
    """

    def rate() -> str:
        return str(current_app.config["RATES"][name])

    limit = limiter.limit(
        rate, deduct_when=_did_work, exempt_when=_searches_nothing if name == "search" else None
    )

    def decorate(view: View[P, R]) -> View[P, R]:
        cast(_Marked, view).limit = name
        return limit(view)

    return decorate


def _did_work(response: Response) -> bool:
    return response.status_code != 422  # noqa: PLR2004 - a form with errors


def _searches_nothing() -> bool:
    return not request.args.get("q")
