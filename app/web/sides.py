"""Pages that stand on two sides: for the person's own apps, and for those of somebody else.

The views are the same. What differs is said here: whose apps they are about, and who is let in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from flask import Blueprint, Response, url_for

from app.domain.developers import Owner
from app.web.access import developer
from app.web.context import account

View = Callable[..., Response]
Guard = Callable[[View], View]


class Right(Enum):
    """What a page lets people do; each side has its guard for it."""

    READ = "read"
    CHANGE = "change"
    REVEAL = "reveal"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the places where the pages stand, with the guard of each right."""

    guards: Mapping[Right, Guard]


OWN: Final = Side(MappingProxyType(dict.fromkeys(Right, developer)))


class Pages:
    """The routes of one resource, of which each side gets a blueprint of its own."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._routes: list[tuple[str, str, Right, View]] = []

    def get(self, rule: str, right: Right = Right.READ) -> Callable[[View], View]:
        """Answer a page at this address."""
        return self._route("GET", rule, right)

    def post(self, rule: str, right: Right = Right.CHANGE) -> Callable[[View], View]:
        """Take a form at this address."""
        return self._route("POST", rule, right)

    def on(self, side: Side) -> Blueprint:
        """Return the blueprint with the guards of that side around its views."""
        blueprint = Blueprint(self._name, __name__)
        for method, rule, right, view in self._routes:
            guarded = side.guards[right](view)
            blueprint.add_url_rule(rule, view.__name__, guarded, methods=[method])
        return blueprint

    def _route(self, method: str, rule: str, right: Right) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            self._routes.append((method, rule, right, view))
            return view

        return decorate


def whose() -> Owner:
    """Return whose apps this request is about; only behind a guard."""
    return account().owner


def address(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - what an address can hold
    """Return the address of another page on the side that this request is on."""
    return url_for(endpoint, **values)
