"""The services as the factory assembles them, over fakes of everything outside.

Time stands still until a test moves it. What sleeps moves it, too, and nothing really waits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TypeVar

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from app.apigee.hints import hint
from app.content.reference.library import ReferenceLibrary
from app.content.site.library import ContentSite
from app.content_ports import TOKENS
from app.domain.apis import Api
from app.domain.apps import NewApp
from app.domain.audit import Action, Actor, AuditEntry
from app.domain.developers import Owner
from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from app.domain.people import Account, Identity
from app.domain.policy import AccountPolicy, AppPolicy
from app.domain.products import AccessRule
from app.identity.advice import advice
from app.services.assembly import assemble
from app.services.ingredients import ApigeePorts, CacheAges, Ports, Rules, StorePorts
from app.services.meter import Meter
from app.services.operator import NoFurtherRules, OperatorPolicy
from app.services.portal import Portal, Presentation
from app.services.ports import Parallel
from app.services.reading.ports import ReadingPorts
from app.services.registration_rules import RegistrationRules
from app.services.session_port import SessionLimits, SessionRules
from app.services.status.inside import Setting
from app.services.status.outside import Advice
from app.store.approvals import AccessQueueStore
from app.store.developer_bulks import BulkStore
from app.store.sync_runs import SyncRunStore
from app.store.sync_sides import SyncSideStore
from tests.fakes.apigee import FakeApigee
from tests.fakes.audit import SilentStream
from tests.fakes.developer_index import FakeDeveloperIndex
from tests.fakes.documentation import FakeDocumentation, NothingToFind
from tests.fakes.exports import FakeExportFiles
from tests.fakes.jobs import FakeJobs
from tests.fakes.mail import FakeMail
from tests.fakes.notes import FakeNotes
from tests.fakes.registrations import FakeRegistrations
from tests.fakes.store import (
    FakeAccounts,
    FakeAuditLog,
    FakeCreations,
    FakeGrants,
    FakeSignInSessions,
)
from tests.unit.writing import catalogue_of

A = TypeVar("A")
B = TypeVar("B")

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DANA = "dana@example.com"
ACTOR = Actor(1, "Dana Reyes", "request-of-the-page", "192.0.2.7")
NO_ROLES: frozenset[str] = frozenset()
DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee cannot be reached.")
LOST = OutcomeUnknown(UpstreamKind.TIMEOUT, "The answer was lost.")
AGES = CacheAges(apps=60, products=300, developers=30, usage=300)
OFF = CacheAges(apps=0, products=0, developers=0, usage=0)
ACCESS = AccessRule(
    {"public": frozenset({"*"}), "internal": frozenset({"administrator"}), "private": frozenset()}
)
_NUMBERS = count(1)
# What runs of the synchronization are kept in; its own tests have a real one.
NO_DATABASE = sessionmaker(create_engine("sqlite://"))


@dataclass
class MovedClock:
    """A clock that a test moves."""

    moment: datetime = NOON

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)


@dataclass
class FakeCache:
    """``ports.Cache`` in a dict; values end by the clock."""

    clock: MovedClock
    kept: dict[str, tuple[object, datetime]] = field(default_factory=dict)

    def get(self, key: str) -> object | None:
        value, ends = self.kept.get(key, (None, self.clock.now()))
        return value if ends > self.clock.now() else None

    def set(self, key: str, value: object, timeout: int) -> object:
        self.kept[key] = (value, self.clock.now() + timedelta(seconds=timeout))
        return True


@dataclass
class FakeApis:
    """``ports.ApiCatalogue`` in a list."""

    apis: list[Api] = field(default_factory=list)

    def all(self) -> Sequence[Api]:
        return self.apis

    def for_product(self, product: str) -> Sequence[Api]:
        return [api for api in self.apis if product in api.products]


def in_turn(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """Run two reads one after the other, so that the order of calls is known."""
    return first(), second()


@dataclass
class House:
    """The portal with its fakes."""

    apigee: FakeApigee
    clock: MovedClock
    accounts: FakeAccounts
    index: FakeDeveloperIndex
    audit: FakeAuditLog
    creations: FakeCreations
    cache: FakeCache
    apis: FakeApis
    notes: FakeNotes
    jobs: FakeJobs
    registrations: FakeRegistrations
    mail: FakeMail
    portal: Portal
    naps: list[Callable[[], object]]

    def owner(self, email: str = DANA) -> Owner:
        """Return the developer as of now, as the next request finds the account."""
        account = self.accounts.of_developer(email)
        return account.owner if account else Owner(email, self.apigee.by_email[email].developer_id)

    def account_of(self, email: str = DANA) -> Account:
        """Add a developer on Apigee with a linked account."""
        developer = self.apigee.by_email.get(email) or self.apigee.add_developer(email)
        account = self.sign_up(email)
        return self.accounts.link(account.account_id, developer)

    def sign_up(self, email: str, **facts: object) -> Account:
        """Add an account without a developer."""
        return self.accounts.signed_in(identity(email, **facts), self.clock.now())

    def create(self, new: NewApp, owner: Owner | None = None) -> str:
        """Create an app as Dana would; return its consumer key, or nothing."""
        made = self.portal.creation.create(owner or self.owner(), ACTOR, NO_ROLES, new)
        return made.pair.consumer_key.reveal() if made.pair else ""

    def fill_index(self) -> None:
        """Let the index hold whoever is on Apigee, as after a synchronization."""
        self.index.save(tuple(self.apigee.by_email.values()), self.clock.now())

    def work(self) -> None:
        """Do every job that is due, as a worker does; what goes wrong is raised."""
        while job := self.jobs.claim("worker", timedelta(seconds=60)):
            self.portal.work.handlers[job.kind](job)
            self.jobs.finish(job, "worker")

    def asked(self) -> list[str]:
        """Return the calls to Apigee since the last time."""
        calls = list(self.apigee.calls)
        self.apigee.calls.clear()
        return calls

    def trail(self) -> list[tuple[str, str, str]]:
        """Return action, phase and target of every row of the audit log."""
        return [(row.action.value, row.phase.value, row.target) for row in self.audit.entries]

    def phases(self, action: Action) -> list[str]:
        """Return the phases of an action's rows."""
        return [row.phase.value for row in self.rows(action)]

    def rows(self, action: Action) -> list[AuditEntry]:
        """Return the rows of an action."""
        return [row for row in self.audit.entries if row.action is action]


def identity(email: str = DANA, **facts: object) -> Identity:
    """Return what a provider proves about somebody, with a verified address of their own."""
    name = email.partition("@")[0]
    known: dict[str, object] = {"email": email, "email_verified": True, "user_name": name}
    known |= {"first_name": name.title(), "last_name": "Reyes", "subject": name}
    known |= {"provider": "corp", "issuer": "https://id.example"}
    return Identity(**(known | facts))  # type: ignore[arg-type] # the test names fields of Identity


def new_app(display_name: str = "Trip planner", **changes: object) -> NewApp:
    """Return a filled-in form with a request id of its own."""
    name = display_name.lower().replace(" ", "-")
    new = NewApp(name, display_name, ("weather-free",), request_id=f"request{next(_NUMBERS)}")
    return replace(new, **changes)  # type: ignore[arg-type] # the test names fields of NewApp


def build(
    *,
    flavor: str = "x",
    ages: CacheAges = AGES,
    registration: RegistrationRules | None = None,
    parallel: Parallel = in_turn,
    apps: AppPolicy | None = None,
    operator: OperatorPolicy | None = None,
    own_accounts: AccountPolicy | None = None,
) -> House:
    """Build the services over an organization with two products and nobody in it."""
    clock, meter = MovedClock(), Meter()
    apigee = FakeApigee(
        flavor="edge" if flavor == "edge" else "x",
        now=clock.now,
        observe=lambda _operation, _status, seconds: meter.record(seconds),
    )
    for name, access in {"weather-free": "public", "ledger": "internal"}.items():
        apigee.add_product(name, f"The {name}", access)
    accounts = FakeAccounts()
    index, audit, creations = FakeDeveloperIndex(accounts), FakeAuditLog(), FakeCreations()
    cache, apis, notes, jobs = FakeCache(clock), FakeApis(), FakeNotes(), FakeJobs(clock)
    registrations, mail = FakeRegistrations(accounts), FakeMail()
    naps: list[Callable[[], object]] = []

    def sleep(seconds: float) -> None:
        clock.pass_by(seconds)
        if naps:
            naps.pop(0)()

    sessions = FakeSignInSessions(accounts)
    ports = Ports(
        apigee=ApigeePorts(
            organization=apigee.organization,
            developers=apigee.developers,
            apps=apigee.apps,
            organization_apps=apigee.organization_apps,
            keys=apigee.keys,
            products=apigee.products,
            stats=apigee.stats,
        ),
        store=StorePorts(
            accounts=accounts,
            book=accounts,
            sessions=sessions,
            checks=sessions,
            grants=FakeGrants(),
            index=index,
            audit=audit,
            audit_keeper=audit,
            creations=creations,
            notes=notes,
            jobs=jobs,
            queue=jobs,
            registrations=registrations,
            bulks=BulkStore(NO_DATABASE, "demo"),
            sync_runs=SyncRunStore(NO_DATABASE, "demo"),
            sync_sides=SyncSideStore(NO_DATABASE, "demo"),
            exports=FakeExportFiles(),
            access_queue=AccessQueueStore(NO_DATABASE, "demo"),
            ready=lambda: True,
        ),
        apis=apis,
        reading=ReadingPorts(
            ReferenceLibrary(catalogue_of(Path("no-content"))),
            FakeDocumentation(),
            ContentSite(Path("no-content"), frozenset(), TOKENS),
            NothingToFind(),
        ),
        providers={},
        cache=cache,
        parallel=parallel,
        clock=clock,
        meter=meter,
        fingerprint=apigee.fingerprint,
        audit_stream=SilentStream(),
        mail=mail.ports,
        advice=Advice(hint, advice),
        sleep=sleep,
    )
    rules = replace(
        _rules(ages, replace(registration or RegistrationRules(), lower_case=flavor == "x")),
        apps=apps or AppPolicy(),
        operator=operator or NoFurtherRules(),
        accounts=own_accounts or AccountPolicy(),
    )
    portal = assemble(ports, rules)
    return House(
        apigee=apigee,
        clock=clock,
        accounts=accounts,
        index=index,
        audit=audit,
        creations=creations,
        cache=cache,
        apis=apis,
        notes=notes,
        jobs=jobs,
        registrations=registrations,
        mail=mail,
        portal=portal,
        naps=naps,
    )


def _rules(ages: CacheAges, registration: RegistrationRules) -> Rules:
    return Rules(
        organization="demo",
        presentation=Presentation("Portal", "", "", "https://portal.example", True),
        access=ACCESS,
        registration=registration,
        session_rules=SessionRules(
            everyone=SessionLimits(timedelta(minutes=30), timedelta(hours=10)),
            staff=SessionLimits(timedelta(minutes=15), timedelta(hours=5)),
        ),
        cache=ages,
        setting=Setting("sqlite", has_redis=False, is_https=True),
    )
