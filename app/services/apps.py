"""A developer's apps: found through their owner, read through the cache, deleted with a trail."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, TypeVar, cast

from app.domain.app_list import AskedList, FoundApps, Order, by_name, found_apps
from app.domain.apps import AppPage, DeveloperApp
from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Owner
from app.domain.errors import InvalidInput, Upstream
from app.domain.overview import NOTHING_KNOWN, AppRow, KeyRow, app_row, key_rows
from app.domain.sightings import Look
from app.domain.twins import twins
from app.services.apigee_port import ApigeeApps
from app.services.changes import Counted
from app.services.developer_status import DeveloperStatuses
from app.services.facts import Dated, Facts
from app.services.hindsight import Hindsight
from app.services.memories import Memories
from app.services.ports import Accounts, Parallel
from app.services.products import Products
from app.services.refusals import on_record
from app.services.sightings import Sightings
from app.services.trail import Target, Trail

T = TypeVar("T")
Rows = tuple[KeyRow, ...]
_AS_IT_IS: Final = AskedList()


@dataclass(frozen=True, slots=True)
class Listing:
    """A developer's apps as of a moment; ``next_start`` is where the next list of Apigee begins.

    ``products`` are those of all the apps that were looked at, by display name; ``twins`` the
    internal names of those among them whose display name another one has too.
    """

    found: FoundApps
    products: Mapping[str, str]
    as_of: datetime
    stale: bool
    developer_active: bool
    next_start: str | None = None
    twins: frozenset[str] = frozenset()

    @property
    def rows(self) -> tuple[AppRow, ...]:
        """The apps that are shown."""
        return self.found.rows


@dataclass(frozen=True, slots=True)
class AppView:
    """One app with its keys' states; ``stale`` where Apigee did not tell all of it anew."""

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
    hindsight: Hindsight
    seconds: int

    def named(self, owner: Owner, name: str) -> DeveloperApp:
        """Return one app as it was listed of late, else read it; raise ``NotFound``."""
        first = self.facts.known(_page_keys(owner, None)[0])
        listed = first.apps if isinstance(first, AppPage) else ()
        found = next((app for app in listed if app.name == name), None)
        return found or self.apigee.get(owner.email, name)

    def last_known(self, owner: Owner, name: str) -> Dated[DeveloperApp] | None:
        """Return one app as it was last listed, however old that is, without asking."""
        for page in self.listed(owner):
            for app in page.value.apps:
                if app.name == name:
                    return Dated(app, page.at, stale=True)
        return None

    def known_apps(self, owner: Owner) -> list[DeveloperApp]:
        """Return the apps as they were last listed, however old that is, without asking."""
        for number in owner.generations:
            pages = [page for _key, page in self._pages_of(owner, number)]
            if pages:
                return [app for page in pages for app in page.value.apps]
        return []

    def every(self, owner: Owner) -> list[DeveloperApp]:
        """Return all apps from lists that are as young as those of My Apps."""
        pages = self.pages(owner, AskedList(order=Order.NAME))
        return [app for page in pages for app in page.value.apps]

    def seen(self, owner: Owner, read: Dated[DeveloperApp]) -> None:
        """Let the list that is known show an app as it was read since."""
        app = read.value
        for key, page in list(self._pages_of(owner, owner.generations[0])):
            apps = tuple(app if held.name == app.name else held for held in page.value.apps)
            if page.at <= read.at and apps != page.value.apps:
                self.facts.amend(key, by_name(AppPage(apps, page.value.next_start)))

    def listed(self, owner: Owner) -> Iterator[Dated[AppPage]]:
        """Yield the pages that are known, also from before our last changes, the latest first."""
        for number in owner.generations:
            yield from (page for _key, page in self._pages_of(owner, number))

    def _pages_of(self, owner: Owner, generation: str) -> Iterator[tuple[str, Dated[AppPage]]]:
        start: str | None = ""
        while start is not None:
            key = f"apps:{owner.email}:{generation}:{start}"
            known = self.facts.last(key)
            if known is None:
                return
            page = cast(Dated[AppPage], known)
            yield key, page
            start = page.value.next_start

    def pages(self, owner: Owner, asked: AskedList) -> list[Dated[AppPage]]:
        """Return one list of Apigee, or all where all are needed."""
        start = None if asked.needs_all else asked.start
        pages = [self._page(owner, start, refresh=asked.refresh)]
        while asked.needs_all and pages[-1].value.next_start is not None:
            pages.append(self._page(owner, pages[-1].value.next_start, refresh=asked.refresh))
        return pages

    def _page(self, owner: Owner, start: str | None, *, refresh: bool) -> Dated[AppPage]:
        key, *before = _page_keys(owner, start)

        def load() -> AppPage:
            return by_name(self.apigee.page(owner.email, start=start))

        return self.facts.read(key, self.seconds, load, refresh=refresh, before=before)

    def current(self, owner: Owner, read: Callable[[], T]) -> tuple[T, Dated[bool]]:
        """Return what ``read`` reads and the developer's status; Apigee is asked once more at most.

        That is for the status where it is old, else for the products where they are old: both
        are looked at again within half a minute of being shown.
        """
        fresh = self.statuses.fresh(owner)
        if fresh is None:
            return self.statuses.beside(owner, read, self.parallel)
        if self.products.is_recent():
            return read(), fresh
        found, _ = self.parallel(read, self.products.lately)
        return found, fresh

    def rows(self, owner: Owner, read: Dated[DeveloperApp], *, active: bool, now: datetime) -> Rows:
        """Return the states of an app's keys; one that was read afresh is compared with before."""
        app = read.value
        existing = self.products.existing_for(app)
        known = self.memories.of_app(owner.developer_id, app.app_id)
        if not read.stale:
            known = self.hindsight.checked(app, read.at, known)
            look = Look(app, active, read.at, existing)
            known = Sightings(self.facts).reminded(look, known)
        rows = partial(key_rows, app, developer_active=active, now=now, memories=known)
        return rows(existing=existing, switched_at=self.statuses.switched_at(owner))


class Apps:
    """The apps of one owner at a time; what is not the owner's is not found."""

    def __init__(self, reads: AppsReads, accounts: Accounts, trail: Trail, clock: Clock) -> None:
        self._reads = reads
        self._accounts = accounts
        self._trail = trail
        self._clock = clock

    def listing(self, owner: Owner, asked: AskedList = _AS_IT_IS) -> Listing:
        """Return a page of one list of Apigee, or of what was asked for among all apps.

        Where Apigee does not answer, what is known is shown.
        """
        self._reads.products.learn()
        pages, status = self._reads.statuses.beside(
            owner,
            lambda: self._read(owner, asked),
            self._reads.parallel,
            refresh=asked.refresh,
        )
        apps = [app for page in pages for app in page.value.apps]
        row = self._summing(owner, developer_active=status.value)
        titles = self._titles(asked)
        found = found_apps(apps, asked, titles, row)
        stale = [fact.at for fact in pages if fact.stale] + [status.at] * status.stale
        as_of = min([*stale, *(page.at for page in pages)])
        products = _by_title((name for page in pages for name in page.value.products), titles)
        following = pages[-1].value.next_start
        alike = twins(apps) if pages[1:] else pages[0].value.twins
        return Listing(found, products, as_of, bool(stale), status.value, following, alike)

    def count(self, owner: Owner) -> int:
        """Return how many apps the developer has, as far as is known without asking anew."""
        return len(self._reads.every(owner))

    def get(self, owner: Owner, name: str) -> AppView:
        """Read one app afresh; raise ``NotFound`` when the owner has none of that name.

        The list that is known shows it as it is from then on.
        """
        reads, at = self._reads, self._clock.now()
        app, status = reads.current(owner, lambda: reads.apigee.get(owner.email, name))
        reads.seen(owner, Dated(app, at))
        return self._view(owner, Dated(app, at), status)

    def show(self, owner: Owner, name: str) -> AppView:
        """Read one app; where Apigee does not answer, return what is known of it, ``stale``."""
        try:
            return self.get(owner, name)
        except Upstream:
            app = self.last_known(owner, name)
            status = self._reads.statuses.last_known(owner)
            if app is None or status is None:
                raise
            return self._view(owner, app, status)

    def last_known(self, owner: Owner, name: str) -> Dated[DeveloperApp] | None:
        """Return one app as it was last listed, without asking; None when it was not."""
        return self._reads.last_known(owner, name)

    def _view(self, owner: Owner, read: Dated[DeveloperApp], status: Dated[bool]) -> AppView:
        active = status.value
        rows = self._reads.rows(owner, read, active=active, now=self._clock.now())
        stale = [fact.at for fact in (read, status) if fact.stale]
        return AppView(read.value, rows, active, min([*stale, read.at]), bool(stale))

    @property
    def trail(self) -> Trail:
        """Where refusals are written."""
        return self._trail

    @on_record(Action.APP_DELETE)
    def delete(self, owner: Owner, actor: Actor, name: str, typed: str) -> DeveloperApp:
        """Delete an app whose display name was typed; raise ``InvalidInput`` if it differs."""
        app = self._reads.apigee.get(owner.email, name)
        if typed.strip() != app.display_name.strip():
            text = f"The name does not match. Type: {app.display_name}"
            raise InvalidInput({"confirm_name": text})
        target = Target("app", name, owner.email)
        counted = Counted(self._accounts, owner.email, apps=-1)
        with self._trail.around(actor, Action.APP_DELETE, target, beside=counted):
            self._reads.apigee.delete(owner.email, name)
        self._reads.memories.app_gone(owner.developer_id, app.app_id, self._clock.now())
        return app

    def _summing(self, owner: Owner, *, developer_active: bool) -> Callable[[DeveloperApp], AppRow]:
        reads = self._reads
        memories, existing = reads.memories.of_owner(owner), reads.products.existing()
        summed = partial(
            app_row,
            developer_active=developer_active,
            now=self._clock.now(),
            switched_at=reads.statuses.switched_at(owner),
        )

        def row(app: DeveloperApp) -> AppRow:
            known = memories.get(app.app_id, NOTHING_KNOWN)
            return summed(app, memories=known, existing=existing.for_app(app))

        return row

    def _titles(self, asked: AskedList) -> Mapping[str, str]:
        products = self._reads.products
        return products.titles() if asked.query else products.known_titles()

    def _read(self, owner: Owner, asked: AskedList) -> list[Dated[AppPage]]:
        """Read the apps; where Apigee is asked for them, old products are read at the same time."""
        reads, start = self._reads, None if asked.needs_all else asked.start
        known = reads.facts.fresh(_page_keys(owner, start)[0], reads.seconds)
        if (known is not None and not asked.refresh) or not reads.products.is_aging():
            return reads.pages(owner, asked)
        return reads.parallel(lambda: reads.pages(owner, asked), reads.products.lately)[0]


def _by_title(names: Iterable[str], titles: Mapping[str, str]) -> Mapping[str, str]:
    found = {name: titles.get(name, name) for name in names}
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold()))


def _page_keys(owner: Owner, start: str | None) -> list[str]:
    """Return under what a page is known, and was known before our last changes."""
    return [f"apps:{owner.email}:{number}:{start or ''}" for number in owner.generations]
