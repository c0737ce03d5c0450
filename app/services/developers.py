"""Developers in the administrator's hand: search, one developer's page, activate, deactivate."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final

from app.domain.audit import Action, Actor, AuditEntry
from app.domain.clock import Clock
from app.domain.developers import Developer, DeveloperStatus
from app.domain.errors import NotAllowed, NotFound, Upstream
from app.domain.overview import AppRow, app_row, working_if_active
from app.domain.people import Account
from app.domain.registrations import Decision, Standing
from app.services.apigee_port import ApigeeApps, ApigeeDevelopers
from app.services.audit_port import AuditLog
from app.services.changes import Counted
from app.services.developer_port import DeveloperPage, DeveloperSearch, IndexedDeveloper
from app.services.developer_status import switched_at
from app.services.mail.mail import Mail
from app.services.organizations.office import ACTIONS as ELSEWHERE
from app.services.organizations.office import Organizations, StatusThere
from app.services.ports import Accounts, DeveloperIndex, Parallel
from app.services.products import Products
from app.services.registration_port import Registrations
from app.services.trail import Target, Trail
from app.services.turns import Turns

OWN_STATUS: Final = (
    "You cannot approve, activate or deactivate yourself as a developer. Another administrator can."
)
BUSY: Final = "Somebody else is changing this developer's status. Try again in a minute."
# Counting more would take longer than anybody reads.
COUNTED: Final = 1_000
ACTIONS = {
    DeveloperStatus.ACTIVE: Action.DEVELOPER_ACTIVATE,
    DeveloperStatus.INACTIVE: Action.DEVELOPER_DEACTIVATE,
}


@dataclass(frozen=True, slots=True)
class DeveloperView:
    """One developer as the administrator sees them.

    ``developer`` and ``apps`` are None while Apigee does not answer: then only the index's row
    is known. ``working_keys`` counts those that work while the developer is active.
    ``elsewhere`` is what setting the status came to in the further organizations. Of who
    ``is_gone`` from Apigee only the row is left.
    """

    row: IndexedDeveloper
    developer: Developer | None
    apps: tuple[AppRow, ...] | None
    working_keys: int
    account: Account | None = None
    elsewhere: tuple[StatusThere, ...] | None = None
    is_gone: bool = False

    @property
    def is_active(self) -> bool:
        """Apigee's status, or the last known one."""
        return self.developer.is_active if self.developer else self.row.is_active


@dataclass(frozen=True, slots=True)
class Developers:
    """The developers of the organization, addressed by the index's opaque id."""

    apigee: ApigeeDevelopers
    apps: ApigeeApps
    index: DeveloperIndex
    accounts: Accounts
    trail: Trail
    audit: AuditLog
    clock: Clock
    parallel: Parallel
    products: Products
    requests: Registrations
    mail: Mail
    organizations: Organizations
    turns: Turns

    def search(self, query: DeveloperSearch) -> DeveloperPage:
        """Return one page of the index; Apigee is not asked."""
        return self.index.search(query)

    def total(self, query: DeveloperSearch, page: DeveloperPage) -> int:
        """Return how many developers match, counting to one more than ``COUNTED``."""
        if page.next_after is None and page.previous_before is None:
            return len(page.rows)
        if page.total is not None:
            return page.total
        return self.index.count(query, COUNTED + 1)

    def get(self, public_id: str) -> DeveloperView:
        """Read one developer and the first 100 apps afresh; raise ``NotFound`` for no row."""
        row = self.index.get(public_id)
        try:
            developer, page = self.parallel(
                lambda: self.apigee.get(row.email), lambda: self.apps.page(row.email)
            )
        except Upstream:
            return DeveloperView(row, None, None, 0, self.accounts.of_developer(row.email))
        except NotFound:
            account = self.accounts.of_developer(row.email)
            return DeveloperView(row, None, (), 0, account, is_gone=True)
        now = self.clock.now()
        self.products.lately()
        existing = self.products.existing().for_app
        active, switched = developer.is_active, switched_at(self.audit, row.email)
        rows = tuple(
            app_row(
                app,
                developer_active=active,
                now=now,
                existing=existing(app),
                switched_at=switched,
            )
            for app in page.apps
        )
        working = sum(working_if_active(app, now, existing(app)) for app in page.apps)
        account = self.accounts.of_developer(row.email)
        return DeveloperView(_refreshed(row, developer), developer, rows, working, account)

    def last_change(self, row: IndexedDeveloper) -> AuditEntry | None:
        """Return the last activation or deactivation that was made here, or None."""
        return self.audit.last_done(tuple(ACTIONS.values()), row.email)

    def set_status(
        self,
        actor: Actor,
        public_id: str,
        status: DeveloperStatus,
        sure: Callable[[], None] = lambda: None,
    ) -> DeveloperView:
        """Do what ``switch`` does, and read the developer afresh.

        The view says what came of it ``elsewhere``. ``sure`` raises where it may not be done any
        more, now that nobody else changes the status.
        """
        row, elsewhere = self.switch(actor, public_id, status, sure)
        view = replace(self.get(public_id), elsewhere=elsewhere)
        if view.developer is None:
            return replace(view, row=row)
        self.index.save((view.developer,), self.clock.now())
        return view

    def switch(
        self,
        actor: Actor,
        public_id: str,
        status: DeveloperStatus,
        sure: Callable[[], None] = lambda: None,
    ) -> tuple[IndexedDeveloper, tuple[StatusThere, ...]]:
        """Activate or deactivate somebody else; every process then reads the developer afresh.

        Once it is done in the portal's own organization, it is done in each further one; what
        came of that is returned beside the row. Raises ``NotAllowed`` for the developer that
        the actor is: that takes four eyes.
        Where another form did the same at this moment, nothing is done a second time.
        """
        seen = self._other(actor, public_id, ACTIONS[status])
        with self.changing(public_id):
            sure()
            row = self.index.get(public_id)
            if row.status is status is not seen.status:
                return row, ()
            return self._switched(actor, row, status)

    def changing(self, public_id: str) -> AbstractContextManager[None]:
        """Let nobody else change the developer's status meanwhile; raise ``Busy``."""
        return self.turns.held(public_id, "the developer's status", BUSY)

    def _switched(
        self, actor: Actor, row: IndexedDeveloper, status: DeveloperStatus
    ) -> tuple[IndexedDeveloper, tuple[StatusThere, ...]]:
        target = Target("developer", row.email)
        counted = Counted(self.accounts, row.email)
        with self.trail.around(actor, ACTIONS[status], target, beside=counted):
            self.apigee.set_status(row.email, status)
        self._tell(actor, row, status)
        elsewhere = self.organizations.set_status(actor, row.email, status)
        changed = replace(row, status=status)
        self.index.save((_as_on_apigee(changed),), self.clock.now())
        return changed, elsewhere

    def set_status_in(
        self, actor: Actor, public_id: str, organization: str, status: DeveloperStatus
    ) -> StatusThere:
        """Do the same in one further organization; raise ``NotFound`` and ``NotAllowed``."""
        row = self._other(actor, public_id, ELSEWHERE[status])
        (there,) = self.organizations.set_status(actor, row.email, status, only=organization)
        return there

    def _other(self, actor: Actor, public_id: str, action: Action) -> IndexedDeveloper:
        row = self.index.get(public_id)
        if self.is_of(actor, row):
            self.trail.refusal(actor, action, Target("developer", row.email), NotAllowed.__name__)
            raise NotAllowed(OWN_STATUS)
        return row

    def is_of(self, actor: Actor, row: IndexedDeveloper) -> bool:
        """Tell whether who acts is this developer."""
        return actor.has(self.accounts.of_developer(row.email))

    def _tell(self, actor: Actor, row: IndexedDeveloper, status: DeveloperStatus) -> None:
        """Whoever waited for an administrator, or was refused, is approved by being activated."""
        if status is DeveloperStatus.INACTIVE:
            if row.is_active:
                self.mail.developer_deactivated(row.email)
            return
        account = self.accounts.of_developer(row.email)
        if account is not None and account.standing is not Standing.NOTHING:
            decision = Decision(Standing.NOTHING, actor.name, self.clock.now())
            self.requests.decide(account.account_id, decision)
            self.trail.note(actor, Action.REGISTRATION_APPROVE, Target("developer", row.email))
            self.mail.registration_approved(account)
        elif not row.is_active:
            self.mail.developer_activated(row.email)


def _refreshed(row: IndexedDeveloper, developer: Developer) -> IndexedDeveloper:
    return replace(
        row,
        first_name=developer.first_name,
        last_name=developer.last_name,
        user_name=developer.user_name,
        status=developer.status,
    )


def _as_on_apigee(row: IndexedDeveloper) -> Developer:
    return Developer(
        email=row.email,
        developer_id=row.developer_id,
        first_name=row.first_name,
        last_name=row.last_name,
        user_name=row.user_name,
        status=row.status,
        attributes=row.attributes,
        created_at=row.created_at,
        last_modified_at=row.last_modified_at,
        apps_count=row.apps_count,
    )
