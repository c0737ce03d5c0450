"""The administrator's side: the pages of My Apps, for the apps of the developer of the address."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property, wraps
from types import MappingProxyType
from typing import Any, Final, cast

from flask import Blueprint, Response, g, url_for

from app.domain.audit import Actor
from app.domain.developers import Owner
from app.domain.people import Permission
from app.domain.products import OVERRIDE
from app.domain.registrations import Standing
from app.services.app_office import Holder
from app.web import access, context, forms
from app.web.access import requires
from app.web.sides import Guard, Guards, Pages, Right, Side, View, address, current

NAME: Final = "developer_apps"
PERMISSIONS: Final[Mapping[Right, Permission]] = MappingProxyType(
    {
        Right.READ: Permission.READ_APPS,
        Right.CHANGE: Permission.CHANGE_APPS,
        Right.REVEAL: Permission.REVEAL_KEYS,
    }
)


class InHand(Side):
    """The side where a developer's apps are in somebody else's hand."""

    is_own = False
    prefix = f"{NAME}."
    layout = "layouts/admin.html"
    you, your = "the developer", "the developer's"

    def __init__(self, public_id: str) -> None:
        self.public_id = public_id

    @cached_property
    def holder(self) -> Holder:
        """Whose apps they are, from the address; raise ``NotFound``."""
        return context.portal().app_office.holder(self.public_id)

    @property
    def name(self) -> str:
        """The developer, as people know them."""
        return self.holder.row.name

    @property
    def title(self) -> str:  # type: ignore[override] # the developer is in it
        """What the list is called."""
        return f"Apps of {self.name}"

    @property
    def owner(self) -> Owner:
        """The developer of the address."""
        return self.holder.owner

    @property
    def is_waiting(self) -> bool:
        """Whether the developer's registration waits for an administrator."""
        account = self.holder.account
        return account is not None and account.standing is Standing.WAITING

    @property
    def roles(self) -> frozenset[str]:
        """The developer's own, not those of who acts; and the override where it is asked for."""
        return self.holder.audience | {OVERRIDE} if self.offers_all else self.holder.audience

    @property
    def actor(self) -> Actor:
        """Who acts, in the developer's stead."""
        return replace(context.actor(), for_another=True)

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        """The way to the list of the apps, by the pages that the person may open."""
        row, apps = self.holder.row, address("my_apps.index")
        if not access.opens("admin.developers_show"):
            return [(self.title, apps)]
        developer = url_for("admin.developers_show", developer=row.public_id)
        top = url_for("admin.developers_index")
        return [("Developers", top), (self.name, developer), ("Apps", apps)]

    @property
    def may_override(self) -> bool:
        """Whether every product may be offered: to nobody for themselves."""
        return not self.actor.has(self.holder.account)

    @property
    def offers_all(self) -> bool:  # type: ignore[override] # asked for by the address or the form
        """Whether products are offered that the developer may not ask for."""
        return forms.value("every") == "1" and self.may_override

    def may(self, right: str) -> bool:
        """Tell whether the person has a ``Right`` here."""
        return context.may(PERMISSIONS[Right(right)])

    def beyond(self, names: Collection[str]) -> Collection[str]:
        """Return those of the products that the developer could not ask for."""
        office = context.portal().app_office
        return office.beyond(self.holder, names) if self.offers_all else ()

    def overriding(self, app: str, names: Collection[str]) -> AbstractContextManager[None]:
        """Record what a change of an app takes beyond the developer's rights."""
        if not self.offers_all:
            return super().overriding(app, names)
        return context.portal().app_office.overriding(self.actor, self.holder, app, names)


def blueprint(pages: Iterable[Pages]) -> Blueprint:
    """Return the pages below the address of a developer."""
    around = Blueprint(NAME, __name__, url_prefix="/admin/developers/<developer>")
    for each in pages:
        around.register_blueprint(each.behind(GUARDS))
    around.url_value_preprocessor(_take_developer)
    around.url_defaults(_same_developer)
    return around


def _take_developer(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The views know of no developer: they ask the side whose apps they are about."""
    g.side = InHand((values or {}).pop("developer"))


def _same_developer(_endpoint: str, values: dict[str, Any]) -> None:
    side = current()
    if isinstance(side, InHand):
        values.setdefault("developer", side.public_id)


def _guard(permission: Permission) -> Guard:
    def guard(view: View) -> View:
        @wraps(view)
        def found(*args: object, **kwargs: object) -> Response:
            _ = cast(InHand, current()).holder
            return view(*args, **kwargs)

        return cast(View, requires(permission)(found))

    return guard


GUARDS: Final[Guards] = MappingProxyType(
    {right: _guard(permission) for right, permission in PERMISSIONS.items()}
)
