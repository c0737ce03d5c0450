"""A developer's apps: found through their owner, read through the cache, deleted with a trail."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.apps import AppPage, DeveloperApp
from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Owner
from app.domain.errors import InvalidInput
from app.domain.overview import NOTHING_KNOWN, AppRow, KeyRow, app_row, key_rows, matches
from app.services.apigee_port import ApigeeApps
from app.services.changes import counted
from app.services.developer_status import DeveloperStatuses
from app.services.facts import Dated, Facts
from app.services.memories import Memories
from app.services.ports import Accounts, Parallel
from app.services.products import Products
from app.services.trail import Target, Trail


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
    """One app with its keys' states, read afresh; the developer's status may be ``stale``."""

    app: DeveloperApp
    keys: tuple[KeyRow, ...]
    developer_active: bool
    as_of: datetime
    stale: bool = False


@dataclass(frozen=True, slots=True)
class AppsReads:
    """What reading apps takes; lists are used for ``seconds`` without asking again."""

    apigee: ApigeeApps
    facts: Facts
    statuses: DeveloperStatuses
    products: Products
    parallel: Parallel
    memories: Memories
    seconds: int

    def named(self, owner: Owner, name: str) -> DeveloperApp:
        """Return one app as it was listed of late, else read it; raise ``NotFound``."""
        first = self.facts.known(_page_key(owner, None))
        listed = first.apps if isinstance(first, AppPage) else ()
        found = next((app for app in listed if app.name == name), None)
        return found or self.apigee.get(owner.email, name)


class Apps:
    """The apps of one owner at a time; what is not the owner's is not found."""

    def __init__(self, reads: AppsReads, accounts: Accounts, trail: Trail, clock: Clock) -> None:
        self._reads = reads
        self._accounts = accounts
        self._trail = trail
        self._clock = clock

    def listing(
        self, owner: Owner, *, start: str | None = None, query: str = "", refresh: bool = False
    ) -> Listing:
        """Return a page of up to 100 apps, or every matching app when something is searched.

        ``refresh`` asks Apigee whatever is known; without an answer the known is shown.
        """
        pages, status = self._reads.parallel(
            lambda: self._pages(owner, start, every=bool(query), refresh=refresh),
            lambda: self._reads.statuses.as_of(owner, refresh=refresh),
        )
        titles = self._reads.products.titles() if query else {}
        memories = self._reads.memories.of(owner.developer_id)
        now = self._clock.now()
        rows = tuple(
            app_row(
                app,
                developer_active=status.value,
                now=now,
                memories=memories.get(app.app_id, NOTHING_KNOWN),
            )
            for page in pages
            for app in page.value.apps
            if matches(app, [titles.get(name, "") for name in app.products], query)
        )
        stale = [fact.at for fact in pages if fact.stale] + [status.at] * status.stale
        as_of = min([*stale, *(page.at for page in pages)])
        return Listing(rows, as_of, bool(stale), status.value, pages[-1].value.next_start)

    def get(self, owner: Owner, name: str) -> AppView:
        """Read one app afresh; raise ``NotFound`` when the owner has none of that name."""
        app, status = self._reads.parallel(
            lambda: self._reads.apigee.get(owner.email, name),
            lambda: self._reads.statuses.as_of(owner),
        )
        now = self._clock.now()
        memories = self._reads.memories.of_app(owner.developer_id, app.app_id)
        rows = key_rows(app, developer_active=status.value, now=now, memories=memories)
        return AppView(app, rows, status.value, status.at if status.stale else now, status.stale)

    def delete(self, owner: Owner, actor: Actor, name: str, typed: str) -> DeveloperApp:
        """Delete an app whose display name was typed; raise ``InvalidInput`` if it differs."""
        app = self._reads.apigee.get(owner.email, name)
        if typed.strip() != app.display_name.strip():
            text = f"The name does not match. Type: {app.display_name}"
            raise InvalidInput({"confirm_name": text})
        target = Target("app", name, owner.email)
        with (
            counted(self._accounts, owner.email),
            self._trail.around(actor, Action.APP_DELETE, target),
        ):
            self._reads.apigee.delete(owner.email, name)
        self._reads.memories.app_gone(owner.developer_id, app.app_id, self._clock.now())
        return app

    def _pages(
        self, owner: Owner, start: str | None, *, every: bool, refresh: bool
    ) -> list[Dated[AppPage]]:
        pages = [self._page(owner, start, refresh=refresh)]
        while every and pages[-1].value.next_start is not None:
            pages.append(self._page(owner, pages[-1].value.next_start, refresh=refresh))
        return pages

    def _page(self, owner: Owner, start: str | None, *, refresh: bool) -> Dated[AppPage]:
        def load() -> AppPage:
            return self._reads.apigee.page(owner.email, start=start)

        key = _page_key(owner, start)
        return self._reads.facts.read(key, self._reads.seconds, load, refresh=refresh)


def _page_key(owner: Owner, start: str | None) -> str:
    return f"apps:{owner.email}:{owner.generation}:{start or ''}"
