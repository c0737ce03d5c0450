"""Developers' apps in the administrator's hand: whose they are, and how they are found."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.domain.apps import AppFilter, OrganizationApp
from app.domain.audit import Action, Actor, Phase
from app.domain.clock import Clock
from app.domain.developers import Developer, Owner
from app.domain.errors import InvalidInput, NotFound
from app.domain.people import DEVELOPER, Account
from app.domain.secret import Secret
from app.services.apigee_port import ApigeeDevelopers, ApigeeOrganizationApps
from app.services.developer_port import IndexedDeveloper
from app.services.ports import Accounts, DeveloperIndex
from app.services.products import Products
from app.services.trail import Target, Trail

NOTHING_TYPED: Final = "Paste what you have."
NO_DEVELOPER: Final = "No developer on Apigee has this ID."
NO_APP: Final = "No app on Apigee has this ID."
NO_ID: Final = (
    "This does not look like an ID: Apigee's are like 1b4e28ba-2fa1-41d2-883f-0016d3cca427. "
    "For a key, choose API key."
)
# What is no ID may be a key, and those are in no address.
ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
NO_KEY: Final = (
    "No app on Apigee has this key. It may have been deleted, or be of another organization."
)
EDGE_CANNOT: Final = (
    "Apigee Edge cannot look for a key. Find the developer or the app, and compare the last four "
    "characters of its keys."
)
OF_A_GROUP: Final = "This app belongs to {group}, which is an AppGroup or a company, no developer."


class Clue(StrEnum):
    """What an app or a developer is looked for by."""

    DEVELOPER_ID = "developer_id"
    APP_ID = "app_id"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Holder:
    """A developer whose apps somebody else has in hand, with the portal account if there is one."""

    row: IndexedDeveloper
    account: Account | None
    asked_at: datetime

    @property
    def owner(self) -> Owner:
        """Whose apps they are.

        Changes are counted with the account. Without one nothing that is known is young enough,
        so the moment takes the number's place, in milliseconds.
        """
        moment = int(self.asked_at.timestamp() * 1000)
        generation = self.account.generation if self.account else moment
        return Owner(self.row.email, self.row.developer_id, generation)

    @property
    def audience(self) -> frozenset[str]:
        """The roles that decide which products the developer may have."""
        return self.account.audience if self.account else frozenset({DEVELOPER})


@dataclass(frozen=True, slots=True)
class Found:
    """A developer by the index's opaque id, with the app and key that led there, if any."""

    public_id: str
    app: str = ""
    key_id: str = ""


@dataclass(frozen=True, slots=True)
class AppOffice:
    """Everything about other people's apps that My Apps does not know.

    ``fingerprint`` makes a ``key_id``; ``finds_keys`` says that Apigee looks for keys: X does.
    """

    apigee: ApigeeDevelopers
    apps: ApigeeOrganizationApps
    index: DeveloperIndex
    accounts: Accounts
    products: Products
    trail: Trail
    clock: Clock
    fingerprint: Callable[[str], str]
    finds_keys: bool

    def holder(self, public_id: str) -> Holder:
        """Return whose apps are worked on, without asking Apigee; raise ``NotFound``."""
        row = self.index.get(public_id)
        return Holder(row, self.accounts.of_developer(row.email), self.clock.now())

    def beyond(self, holder: Holder, names: Collection[str]) -> tuple[str, ...]:
        """Return those of the products that the developer could not ask for."""
        open_now = {product.name for product in self.products.visible(holder.audience)}
        return tuple(name for name in dict.fromkeys(names) if name not in open_now)

    @contextmanager
    def overriding(
        self, actor: Actor, holder: Holder, app: str, names: Collection[str]
    ) -> Iterator[None]:
        """Record the products of a change of an app that go beyond the developer's rights."""
        beyond = self.beyond(holder, names)
        if not beyond:
            yield
            return
        target = Target("app", app, holder.owner.email)
        with self.trail.around(actor, Action.PRODUCT_OVERRIDE, target, ", ".join(beyond)):
            yield

    def find(self, actor: Actor, clue: Clue, text: str) -> Found:
        """Return whom an id or a key leads to; raise ``InvalidInput`` where it leads nowhere.

        What was typed is on no record: it may be a key.
        """
        if not text:
            raise InvalidInput({"text": NOTHING_TYPED})
        try:
            found, name = self._found(clue, text)
        except InvalidInput:
            self.trail.refusal(actor, Action.APP_FIND, Target(clue.value, ""), "not found")
            raise
        target = Target("app" if found.app else "developer", found.app or name, name)
        self.trail.event(actor, Action.APP_FIND, target, Phase.DONE, f"by {clue.value}")
        return found

    def _found(self, clue: Clue, text: str) -> tuple[Found, str]:
        if clue is not Clue.KEY and not ID.fullmatch(text):
            raise InvalidInput({"text": NO_ID})
        if clue is Clue.DEVELOPER_ID:
            developer = self._developer(text)
            return Found(self._public_id(developer)), developer.email
        item = self._app(text) if clue is Clue.APP_ID else self._with_key(text)
        if item.group:
            raise InvalidInput({"text": OF_A_GROUP.format(group=item.group)})
        developer = self._developer(item.app.developer_id)
        key_id = self.fingerprint(text) if clue is Clue.KEY else ""
        name = item.app.name if item.app.has_page else ""
        return Found(self._public_id(developer), name, key_id), developer.email

    def _developer(self, developer_id: str) -> Developer:
        try:
            return self.apigee.get(developer_id)
        except (NotFound, InvalidInput):
            raise InvalidInput({"text": NO_DEVELOPER}) from None

    def _app(self, app_id: str) -> OrganizationApp:
        try:
            return self.apps.get(app_id)
        except (NotFound, InvalidInput):
            raise InvalidInput({"text": NO_APP}) from None

    def _with_key(self, key: str) -> OrganizationApp:
        if not self.finds_keys:
            raise InvalidInput({"text": EDGE_CANNOT})
        found = next(self.apps.all(AppFilter(consumer_key=Secret(key))), None)
        if found is None:
            raise InvalidInput({"text": NO_KEY})
        return found

    def _public_id(self, developer: Developer) -> str:
        """Return the id of the developer's row, which is made where nobody synchronized since."""
        self.index.save((developer,), self.clock.now())
        rows = self.index.by_folded_email(developer.email)
        return next(row.public_id for row in rows if row.email == developer.email)
