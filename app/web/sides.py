"""Pages that stand on two sides: for the person's own apps, and for those of somebody else.

The views are the same. What differs is said here: whose apps they are about, who acts, and who
is let in.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, cast

from flask import Blueprint, Response, g, url_for

from app.domain.audit import Actor
from app.domain.developers import Owner
from app.domain.registrations import Standing
from app.web import context
from app.web.access import developer

View = Callable[..., Response]
Guard = Callable[[View], View]
Guards = Mapping["Right", Guard]


class Right(StrEnum):
    """What a page lets people do; each side has its guard for it."""

    READ = "read"
    CHANGE = "change"
    REVEAL = "reveal"


class Side:
    """The person's own side, where they may do everything; ``prefix`` begins its endpoints.

    ``your`` and ``you`` are the words for whose things they are.
    """

    is_own = True
    prefix = ""
    layout = "layouts/base.html"
    title = "My apps"
    you, your = "you", "your"
    # Whether products are offered that the owner may not ask for.
    offers_all = False

    @property
    def owner(self) -> Owner:
        """Whose apps they are."""
        return context.account().owner

    @property
    def is_waiting(self) -> bool:
        """Whether the owner's registration waits for an administrator."""
        return context.account().standing is Standing.WAITING

    @property
    def roles(self) -> frozenset[str]:
        """The roles that decide which products are seen."""
        return context.roles()

    @property
    def actor(self) -> Actor:
        """Who acts, for the audit log."""
        return context.actor()

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        """The way to the list of the apps."""
        return [(self.title, address("my_apps.index"))]

    def may(self, right: str) -> bool:
        """Tell whether the person has a ``Right`` here."""
        return right == Right.READ or not context.is_viewing()

    def beyond(self, _names: Collection[str]) -> Collection[str]:
        """Return those of the products that the owner could not ask for."""
        return ()

    def overriding(self, _app: str, _names: Collection[str]) -> AbstractContextManager[None]:
        """Record what a change of an app takes beyond the owner's rights."""
        return nullcontext()


OWN_SIDE: Final = Side()
OWN: Final[Guards] = MappingProxyType(dict.fromkeys(Right, developer))


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

    def behind(self, guards: Guards) -> Blueprint:
        """Return a blueprint with the guards of a side around the views."""
        blueprint = Blueprint(self._name, __name__)
        for method, rule, right, view in self._routes:
            guarded = guards[right](view)
            blueprint.add_url_rule(rule, view.__name__, guarded, methods=[method])
        return blueprint

    def _route(self, method: str, rule: str, right: Right) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            self._routes.append((method, rule, right, view))
            return view

        return decorate


def current() -> Side:
    """Return the side that this request is on."""
    return cast(Side, g.get("side", OWN_SIDE))


def whose() -> Owner:
    """Return whose apps this request is about; only behind a guard."""
    return current().owner


def roles() -> frozenset[str]:
    """Return the roles that decide which products are seen; only behind a guard."""
    return current().roles


def actor() -> Actor:
    """Return who acts, for the audit log; only behind a guard."""
    return current().actor


def address(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - what an address can hold
    """Return the address of another page on the side that this request is on."""
    return url_for(f"{current().prefix}{endpoint}", **values)
