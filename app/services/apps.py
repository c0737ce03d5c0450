"""A developer's apps: found through their owner, read through the cache, written with a trail."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.apps import AppPage, CreatedApp, DeveloperApp, NewApp
from app.domain.audit import Action, Actor
from app.domain.callbacks import callback_problem
from app.domain.clock import Clock
from app.domain.developers import Owner
from app.domain.errors import (
    AlreadyExists,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    PortalError,
    UpstreamKind,
)
from app.domain.names import name_problem, unprintable
from app.domain.overview import AppRow, KeyRow, app_row, key_rows, matches
from app.services.developer_status import DeveloperStatuses
from app.services.facts import Dated, Facts
from app.services.keys import Keys
from app.services.ports import Accounts, ApigeeApps, Creations, Parallel
from app.services.products import Products
from app.services.trail import Target, Trail

WAIT_SECONDS: Final = 5.0
WAIT_STEP_SECONDS: Final = 0.25
MAX_DESCRIPTION: Final = 1000
NAME_TAKEN: Final = "You already have an app with this name. Choose another one."


@dataclass(frozen=True, slots=True)
class Listing:
    """A developer's apps as of a moment; ``next_start`` is where unread ones begin."""

    rows: tuple[AppRow, ...]
    as_of: datetime
    stale: bool
    developer_active: bool
    next_start: str | None = None


@dataclass(frozen=True, slots=True)
class AppView:
    """One app with its keys' states, read afresh."""

    app: DeveloperApp
    keys: tuple[KeyRow, ...]
    developer_active: bool
    as_of: datetime


@dataclass(frozen=True, slots=True)
class AppsReads:
    """What reading apps takes: Apigee, the cached facts, the developer's status, parallelism."""

    apigee: ApigeeApps
    facts: Facts
    statuses: DeveloperStatuses
    parallel: Parallel
    seconds: int


@dataclass(frozen=True, slots=True)
class AppsWrites:
    """What changing apps takes: claims against doubles, the count of changes, the trail."""

    creations: Creations
    keys: Keys
    accounts: Accounts
    trail: Trail
    sleep: Callable[[float], None] = time.sleep


class Apps:
    """The apps of one owner at a time; what is not the owner's is not found."""

    def __init__(
        self, reads: AppsReads, writes: AppsWrites, products: Products, clock: Clock
    ) -> None:
        self._reads = reads
        self._writes = writes
        self._products = products
        self._clock = clock

    def listing(
        self, owner: Owner, *, start: str | None = None, query: str = "", refresh: bool = False
    ) -> Listing:
        """Return a page of up to 100 apps, or every matching app when something is searched."""
        apps, active = self._reads.parallel(
            lambda: self._page(owner, start, refresh=refresh),
            lambda: self._reads.statuses.is_active(owner),
        )
        page = apps.value
        found = list(page.apps)
        following = page.next_start
        while query and following is not None:
            more = self._page(owner, following).value
            found += more.apps
            following = more.next_start
        rows = tuple(
            app_row(app, developer_active=active, now=self._clock.now())
            for app in found
            if matches(app, self._titles(app) if query else (), query)
        )
        return Listing(rows, apps.at, apps.stale, active, following)

    def get(self, owner: Owner, name: str) -> AppView:
        """Read one app afresh; raise ``NotFound`` when the owner has none of that name."""
        app, active = self._reads.parallel(
            lambda: self._reads.apigee.get(owner.email, name),
            lambda: self._reads.statuses.is_active(owner),
        )
        return self.view(app, developer_active=active)

    def view(self, app: DeveloperApp, *, developer_active: bool) -> AppView:
        """Return an app that was just read with its keys' states."""
        now = self._clock.now()
        rows = key_rows(app, developer_active=developer_active, now=now)
        return AppView(app, rows, developer_active, now)

    def create(self, owner: Owner, actor: Actor, roles: frozenset[str], new: NewApp) -> CreatedApp:
        """Create the app once, however often the same request arrives.

        Raises ``InvalidInput`` per field, and ``OutcomeUnknown`` when Apigee's answer was lost
        and the app cannot be found yet.
        """
        self._check(new, roles)
        if not self._writes.creations.begin(owner.developer_id, new.request_id, self._clock.now()):
            return self._again(owner, actor, self._made_before(owner, new))
        target = Target("app", new.name, owner.email)
        try:
            with self._writes.trail.around(actor, Action.APP_CREATE, target):
                created = self._create_once(owner, actor, new)
        except OutcomeUnknown:
            raise
        except PortalError:
            self._writes.creations.failed(owner.developer_id, new.request_id)
            raise
        self._writes.creations.finished(owner.developer_id, new.request_id, created.app.app_id)
        self._writes.accounts.developer_changed(owner.email)
        return created

    def delete(self, owner: Owner, actor: Actor, name: str, typed: str) -> DeveloperApp:
        """Delete an app whose display name was typed; raise ``InvalidInput`` if it differs."""
        app = self._reads.apigee.get(owner.email, name)
        if typed.strip() != app.display_name.strip():
            text = f"The name does not match. Type: {app.display_name}"
            raise InvalidInput({"confirm_name": text})
        with self._writes.trail.around(actor, Action.APP_DELETE, Target("app", name, owner.email)):
            self._reads.apigee.delete(owner.email, name)
        self._writes.accounts.developer_changed(owner.email)
        return app

    def _check(self, new: NewApp, roles: frozenset[str]) -> None:
        problems: dict[str, str] = {}
        wrong_name = name_problem(new.display_name)
        if wrong_name:
            problems["display_name"] = wrong_name
        if len(new.description) > MAX_DESCRIPTION:
            problems["description"] = f"Use at most {MAX_DESCRIPTION} characters."
        elif unprintable(" ".join(new.description.split())):
            problems["description"] = "Remove characters that cannot be seen."
        wrong_callback = callback_problem(new.callback_url)
        if wrong_callback:
            problems["callback_url"] = wrong_callback
        try:
            self._products.requested(new.products, roles)
        except InvalidInput as error:
            problems.update(error.fields)
        if problems:
            raise InvalidInput(problems)

    def _create_once(self, owner: Owner, actor: Actor, new: NewApp) -> CreatedApp:
        try:
            return self._reads.apigee.create(owner.email, new)
        except (AlreadyExists, OutcomeUnknown) as error:
            found = self._found_by_request(owner, new)
            if found is not None:
                return self._again(owner, actor, found)
            if isinstance(error, OutcomeUnknown):
                raise
            raise InvalidInput({"display_name": NAME_TAKEN}) from None

    def _found_by_request(self, owner: Owner, new: NewApp) -> DeveloperApp | None:
        try:
            app = self._reads.apigee.get(owner.email, new.name)
        except PortalError:
            return None
        return app if app.request_id == new.request_id else None

    def _again(self, owner: Owner, actor: Actor, app: DeveloperApp) -> CreatedApp:
        """Show what the request made before, with its key: a reload must not lose it."""
        if not app.keys:
            return CreatedApp(app, None)
        pair = self._writes.keys.reveal(owner, actor, app.name, app.keys[-1].key_id)
        return CreatedApp(app, pair)

    def _made_before(self, owner: Owner, new: NewApp) -> DeveloperApp:
        waited = 0.0
        while waited <= WAIT_SECONDS:
            app = self._known(owner, new)
            if app is not None:
                return app
            self._writes.sleep(WAIT_STEP_SECONDS)
            waited += WAIT_STEP_SECONDS
        text = (
            "This app is still being created. Look at My apps in a minute; no second one is made."
        )
        raise OutcomeUnknown(UpstreamKind.TIMEOUT, text)

    def _known(self, owner: Owner, new: NewApp) -> DeveloperApp | None:
        app_id = self._writes.creations.app_id(owner.developer_id, new.request_id)
        if app_id is None:
            return None
        for app in self._every(owner):
            if app.app_id == app_id:
                return app
        raise NotFound("This form was sent before, and the app it made is gone. Start a new one.")

    def _every(self, owner: Owner) -> Sequence[DeveloperApp]:
        page = self._reads.apigee.page(owner.email)
        apps = list(page.apps)
        while page.next_start is not None:
            page = self._reads.apigee.page(owner.email, start=page.next_start)
            apps += page.apps
        return apps

    def _page(self, owner: Owner, start: str | None, *, refresh: bool = False) -> Dated[AppPage]:
        key = f"apps:{owner.email}:{owner.generation}:{start or ''}"

        def load() -> AppPage:
            return self._reads.apigee.page(owner.email, start=start)

        if refresh:
            return self._reads.facts.keep(key, self._reads.seconds, load())
        return self._reads.facts.read(key, self._reads.seconds, load)

    def _titles(self, app: DeveloperApp) -> list[str]:
        catalogue = self._products.catalogue()
        return [catalogue[name].display_name for name in app.products if name in catalogue]
