"""The whole portal over fakes: Apigee and the provider in memory, a real SQLite database."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from flask import Flask

from app.domain.audit import AuditEntry
from app.domain.developers import Developer, DeveloperStatus
from app.domain.people import Account
from app.domain.products import ApiProduct, Approval
from app.factory import create_app
from app.jobs.worker import Handler, Worker
from app.services.ingredients import ApigeePorts, Ports
from app.services.portal import Portal
from app.settings import Settings
from app.web import extensions
from tests.fakes.apigee import FakeApigee
from tests.fakes.identity import FakeProvider
from tests.fakes.jobs import FakeJobs
from tests.routes.client import Browser
from tests.uncounted import uncounted

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PUBLIC = "http://localhost:8000"


@dataclass(repr=False)
class HandClock:
    """A clock that a test moves."""

    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)


@dataclass(repr=False)
class House:
    """The application of one test with everything around it that a test may touch."""

    settings: Settings
    clock: HandClock = field(default_factory=HandClock)
    provider: FakeProvider = field(default_factory=FakeProvider)
    apigee: FakeApigee = field(default_factory=FakeApigee)
    change: Callable[[Ports], Ports] = lambda ports: ports

    def __post_init__(self) -> None:
        self.apigee.now = self.clock.now
        self.jobs = FakeJobs(self.clock)
        self.started: list[Callable[[], object]] = []
        # How a portal is put together is counted where that is tried: nearly each test makes one.
        self.flask: Flask = uncounted(lambda: create_app(self.settings, replace=self._over_fakes))
        self.apigee.add_product("weather-free", "Weather (free)")
        self.apigee.put_product(
            ApiProduct("payments", "Payments", description="Pay.", approval=Approval.MANUAL)
        )
        self.apigee.add_product("maps-partner", "Maps for partners", access="private")
        self.apigee.add_product("ledger", "Ledger", access="internal")

    @property
    def portal(self) -> Portal:
        return cast(Portal, self.flask.extensions["portal"])

    def context(self) -> AbstractContextManager[object]:
        """Give what a call outside a request needs."""
        return cast(AbstractContextManager[object], self.flask.app_context())

    def browser(self, base_url: str = "") -> Browser:
        """Return a browser of somebody who is not signed in."""
        url = base_url or f"{self.settings.public_origin}"
        return Browser(self.flask, self.provider, self.apigee, url)

    def developer(
        self, login: str = "dana", status: DeveloperStatus = DeveloperStatus.ACTIVE
    ) -> Developer:
        """Put a developer on Apigee and into the index, as after a synchronization."""
        made = self.apigee.add_developer(
            f"{login}@example.com", login.title(), "Reyes", status=status
        )
        with self.context():
            known = tuple(self.apigee.by_email.values())
            self.portal.registration.index.save(known, self.clock.now())
        self.apigee.calls.clear()
        return made

    def signed_in(self, login: str = "dana", **facts: Any) -> Browser:  # noqa: ANN401 - fields of Identity
        """Return a browser of that person; ``developer`` made them one before, or not."""
        browser = self.browser()
        browser.sign_in(login, **facts)
        return browser

    def administrator(self) -> Browser:
        """Return Ada's browser."""
        return self.signed_in("ada", roles=frozenset({"administrator"}))

    def public_id(self, email: str = "dana@example.com") -> str:
        """Return the opaque id that addresses show of a developer."""
        with self.context():
            from_index = self.portal.registration.index.by_folded_email(email)
        return from_index[0].public_id

    def account(self, email: str = "dana@example.com") -> Account | None:
        """Return the account that is linked to a developer."""
        with self.context():
            return self.portal.registration.accounts.of_developer(email)

    def account_number(self, email: str) -> int:
        """Return the number of the account with this address."""
        with self.context():
            return self.portal.accounts.office.book.of_email(email)[0].account_id

    def trail(self) -> list[AuditEntry]:
        """Return the audit log, oldest first."""
        with self.context():
            return list(reversed(self.portal.audit.log.recent(1000)))

    def finish_what_was_started(self) -> None:
        """Do what nobody waits for."""
        with self.context():
            while self.started:
                self.started.pop(0)()

    def work(self) -> None:
        """Do the jobs that are due, as a worker does them."""
        handlers = {kind: Handler(run) for kind, run in self.portal.work.handlers.items()}
        worker = Worker(self.jobs, handlers, "worker")
        with self.context():
            while worker.run_one():
                pass

    def break_audit(self) -> None:
        """Let no row of the audit log be written any more, while everything else works."""
        refuse = "BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"
        with self.context(), extensions.db.engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE TRIGGER audit_full {refuse}")

    def told(self) -> list[str]:
        """Return action and phase of every audit row, oldest first."""
        return [f"{entry.action.value} {entry.phase.value}" for entry in self.trail()]

    def _over_fakes(self, ports: Ports) -> Ports:
        self.apigee.observe = lambda _operation, _status, seconds: ports.meter.record(seconds)
        fake = self.apigee
        over = replace(
            ports,
            apigee=ApigeePorts(
                organization=fake.organization,
                developers=fake.developers,
                apps=fake.apps,
                organization_apps=fake.organization_apps,
                keys=fake.keys,
                products=fake.products,
                stats=fake.stats,
            ),
            store=replace(ports.store, jobs=self.jobs, queue=self.jobs),
            providers={self.provider.name: self.provider},
            clock=self.clock,
            fingerprint=fake.fingerprint,
            start=self.started.append,
        )
        return self.change(over)
