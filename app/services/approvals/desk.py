"""The queue of who waits for access: what the portal knows of it, held against Apigee."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from app.domain.approvals import ProductOwners, Scan, Wait, Wanted
from app.domain.apps import DeveloperApp, OrganizationApp
from app.domain.audit import Actor
from app.domain.clock import Clock
from app.domain.errors import InvalidInput, NotFound, PortalError, Upstream
from app.domain.jobs import Job, JobKind, NewJob
from app.domain.keys import ApprovalStatus, Key, KeyProduct
from app.domain.people import Account, Permission, Roles
from app.services.approvals.decisions import Decision, Decisions, check_reason
from app.services.approvals.port import AccessQueue, WaitQuery
from app.services.developer_port import DeveloperFilter, DeveloperSearch, IndexedDeveloper
from app.services.job_office import JobOffice
from app.services.ports import DeveloperIndex

# Apigee may answer from a copy that has not heard of a request of ours yet.
OLD_COPY: Final = timedelta(minutes=1)
# Counting more would take longer than anybody reads.
COUNTED: Final = 1_000
# What is over is passed over by reading on; a page never costs more calls than this.
MOST_READS: Final = 3
# Words that more people have in common are too few to find somebody by.
PEOPLE: Final = 50
NONE_CHOSEN: Final = "Choose at least one request."
NOT_YOURS: Final = "You do not decide about this product."


@dataclass(frozen=True, slots=True)
class Asking:
    """What somebody wants to see of the queue; ``q`` are words that name a developer."""

    q: str = ""
    product: str = ""
    app: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A row of the queue; without an answer of Apigee's only the portal's own part is known."""

    wait: Wait
    app: DeveloperApp | None
    key: Key | None
    developer: IndexedDeveloper | None


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Some rows, oldest first; ``next_after`` is empty on the last page.

    ``is_whole`` says that Apigee confirmed them.
    """

    rows: tuple[Request, ...]
    total: int
    next_after: str = ""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the decision about one request ended; ``problem`` is empty where it was done."""

    wanted: Wanted
    app: DeveloperApp | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalDesk:
    """What waits, for administrators, and for the owners of products: theirs only."""

    queue: AccessQueue
    decisions: Decisions
    index: DeveloperIndex
    owners: ProductOwners
    roles: Roles
    jobs: JobOffice
    clock: Clock

    def scope(self, person: Account) -> frozenset[str] | None:
        """Return the products somebody may see and decide about; None means every product."""
        everything = self.roles.permit(person, Permission.ALL_PRODUCTS)
        return None if everything else self.owners.of(person)

    def page(self, person: Account, asking: Asking) -> RequestPage:
        """Return a page of what Apigee says still waits; one call, at most three.

        What it finds decided, withdrawn or gone is forgotten. While Apigee does not answer the
        rows are as the portal knows them.
        """
        query = self._query(person, asking)
        total = self.queue.count(query, COUNTED + 1)
        for _ in range(MOST_READS):
            waits = self.queue.waiting(query)
            following = waits[-1].place if len(waits) == query.size else ""
            try:
                rows = self._confirmed(waits)
            except Upstream:
                return RequestPage(self._told(waits, {}), total, following, is_whole=False)
            if rows or not following:
                return RequestPage(rows, max(len(rows), total), following)
            query = replace(query, after=following)
        return RequestPage((), total, query.after)

    def every(self) -> Iterator[Request]:
        """Yield everything that waits, confirmed by Apigee with a call for each page."""
        query = WaitQuery()
        while waits := self.queue.waiting(query):
            yield from self._confirmed(waits)
            query = replace(query, after=waits[-1].place)

    def products(self, person: Account) -> Sequence[str]:
        """Return the products that anything waits for, of those that are the person's."""
        return self.queue.products(self.scope(person))

    def last_scan(self) -> Scan | None:
        """Return when the whole organization was last looked at."""
        return self.queue.last_scan()

    def scan_now(self, actor: Actor) -> Job:
        """Let the next worker look at every app; raise ``Conflict`` while one does."""
        new = NewJob(JobKind.SCAN_APPS, self.clock.now(), unique_key=JobKind.SCAN_APPS.value)
        return self.jobs.hasten(actor, self.jobs.jobs.add(new).job_id)

    def answer(
        self, person: Account, actor: Actor, wanted: Sequence[Wanted], decision: Decision
    ) -> Sequence[Outcome]:
        """Decide about some requests, each for itself; return how each ended.

        Raises ``InvalidInput`` for none, and for a refusal without a reason: nothing is done.
        """
        if not wanted:
            raise InvalidInput({"request": NONE_CHOSEN})
        check_reason(decision)
        apps = {item.app.app_id: item for item in self._apps({one.app_id for one in wanted})}
        scope = self.scope(person)
        return tuple(
            self._answered(actor, one, decision, (apps.get(one.app_id), scope))
            for one in dict.fromkeys(wanted)
        )

    def apps_of(self, person: Account, wanted: Sequence[Wanted]) -> Mapping[Wanted, str]:
        """Return what the apps of those requests are called that the person may decide about."""
        scope = self.scope(person)
        theirs = [one for one in wanted if scope is None or one.product in scope]
        apps = {item.app.app_id: item.app for item in self._apps({one.app_id for one in theirs})}
        return {
            one: app.display_name
            for one in theirs
            if (app := apps.get(one.app_id))
            and (key := app.key(one.key_id))
            and one.product in {product.name for product in key.products}
        }

    def _answered(
        self,
        actor: Actor,
        wanted: Wanted,
        decision: Decision,
        known: tuple[OrganizationApp | None, frozenset[str] | None],
    ) -> Outcome:
        app, scope = known
        try:
            if scope is not None and wanted.product not in scope:
                raise NotFound(NOT_YOURS)
            done = self.decisions.answer(actor, wanted, decision)
        except PortalError as error:
            return Outcome(wanted, app.app if app else None, error.message)
        return Outcome(wanted, done)

    def _query(self, person: Account, asking: Asking) -> WaitQuery:
        scope, people = self.scope(person), None
        if asking.product:
            scope = frozenset({asking.product}) & (scope if scope is not None else {asking.product})
        if asking.q:
            found = self.index.search(DeveloperSearch(asking.q, size=PEOPLE))
            people = tuple(row.developer_id for row in found.rows)
        return WaitQuery(scope, people, asking.app, asking.after)

    def _apps(self, app_ids: set[str]) -> Sequence[OrganizationApp]:
        return self.decisions.organization_apps.some(sorted(app_ids))

    def _confirmed(self, waits: Sequence[Wait]) -> tuple[Request, ...]:
        if not waits:
            return ()
        apps = {item.app.app_id: item.app for item in self._apps({w.wanted.app_id for w in waits})}
        there = [wait for wait in waits if self._still(wait, apps.get(wait.wanted.app_id))]
        return self._told(there, apps)

    def _still(self, wait: Wait, app: DeveloperApp | None) -> bool:
        key = app.key(wait.wanted.key_id) if app else None
        asked = KeyProduct(wait.wanted.product, ApprovalStatus.PENDING)
        if key is not None and asked in key.products:
            return True
        if self.clock.now() - wait.since > OLD_COPY:
            self.queue.settled(wait.wanted)
        return False

    def _told(self, waits: Sequence[Wait], apps: Mapping[str, DeveloperApp]) -> tuple[Request, ...]:
        people = self.index.by_developer_id({w.developer_id for w in waits}, DeveloperFilter())
        return tuple(self._row(wait, apps.get(wait.wanted.app_id), people) for wait in waits)

    def _row(
        self, wait: Wait, app: DeveloperApp | None, people: Mapping[str, IndexedDeveloper]
    ) -> Request:
        key = app.key(wait.wanted.key_id) if app else None
        return Request(wait, app, key, people.get(wait.developer_id))
