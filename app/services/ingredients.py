"""What the portal is put together from: its ports, and what the operator chose."""

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta

from app.domain.approvals import ProductOwners
from app.domain.clock import Clock
from app.domain.people import Roles
from app.domain.policy import AccountPolicy, AppPolicy, KeyPolicy
from app.domain.products import AccessRule
from app.domain.step_up import Dangerous
from app.services.account_port import AccountBook
from app.services.apigee_port import (
    ApigeeApps,
    ApigeeDevelopers,
    ApigeeKeys,
    ApigeeOrganization,
    ApigeeOrganizationApps,
    ApigeeProducts,
    ApigeeStats,
)
from app.services.approvals.port import AccessQueue
from app.services.audit_port import AuditKeeper, AuditLog, AuditStream
from app.services.developer_office.bulk_port import DeveloperBulks
from app.services.exports.port import ExportFiles
from app.services.facts import Gate, Turn, alone
from app.services.figures.port import Watching
from app.services.job_port import JobQueue, Jobs
from app.services.mail.port import MailPorts
from app.services.meter import Meter
from app.services.operator import NoFurtherRules, OperatorPolicy
from app.services.organizations.port import AtOnce, in_turn
from app.services.portal import Presentation
from app.services.ports import (
    Accounts,
    ApiCatalogue,
    Cache,
    Creations,
    DeveloperIndex,
    IdentityProvider,
    Notes,
    Parallel,
    Start,
)
from app.services.reading.ports import ReadingPorts
from app.services.registration_port import Registrations
from app.services.registration_rules import RegistrationRules
from app.services.session_port import SessionChecks, SessionRules, SignInSessions
from app.services.status.inside import Setting
from app.services.status.outside import Advice
from app.services.step_up import Grants
from app.services.sync.port import SyncRuns, SyncSides
from app.services.try_it.port import TryItPolicy, TryItPorts
from app.services.turns import Turns


def _always() -> bool:
    return True


def not_at_all(_work: Callable[[], object]) -> None:
    """Start nothing: whoever needs it reads it when it is needed."""


@dataclass(frozen=True, slots=True)
class ApigeePorts:
    """The ports of one organization."""

    organization: ApigeeOrganization
    developers: ApigeeDevelopers
    apps: ApigeeApps
    organization_apps: ApigeeOrganizationApps
    keys: ApigeeKeys
    products: ApigeeProducts
    stats: ApigeeStats


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A further organization; where it ``is_folding``, its addresses are in small letters."""

    apigee: ApigeePorts
    is_folding: bool


@dataclass(frozen=True, slots=True)
class StorePorts:
    """The ports of the portal's own database; ``ready`` says whether it can be used."""

    accounts: Accounts
    book: AccountBook
    sessions: SignInSessions
    grants: Grants
    checks: SessionChecks
    index: DeveloperIndex
    audit: AuditLog
    audit_keeper: AuditKeeper
    creations: Creations
    notes: Notes
    jobs: Jobs
    queue: JobQueue
    registrations: Registrations
    bulks: DeveloperBulks
    sync_runs: SyncRuns
    sync_sides: SyncSides
    exports: ExportFiles
    access_queue: AccessQueue
    ready: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Sharing:
    """What processes share of the cache: if it ``answers``, and whose ``turn`` it is to read."""

    answers: Callable[[], bool] = _always
    turn: Turn = alone


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything the services reach the outside through; ``sleep`` takes seconds.

    Whoever reads facts of Apigee, or waits for them, is behind ``gate``; for what analytics
    count it is ``analytics_gate``. ``fingerprint`` makes the ``key_id`` of a consumer key.
    ``start`` begins work that nobody waits for. Without ``mail`` none is sent. ``further``
    organizations are asked all ``at_once``.
    """

    apigee: ApigeePorts
    store: StorePorts
    apis: ApiCatalogue
    reading: ReadingPorts
    providers: Mapping[str, IdentityProvider]
    cache: Cache
    parallel: Parallel
    clock: Clock
    meter: Meter
    fingerprint: Callable[[str], str]
    audit_stream: AuditStream
    advice: Advice
    sleep: Callable[[float], None] = time.sleep
    start: Start = not_at_all
    mail: MailPorts | None = None
    try_it: TryItPorts = field(default_factory=TryItPorts)
    watching: Watching = field(default_factory=Watching)
    sharing: Sharing = field(default_factory=Sharing)
    gate: Gate = nullcontext
    analytics_gate: Gate = nullcontext
    further: Mapping[str, Elsewhere] = field(default_factory=dict)
    at_once: AtOnce = in_turn

    @property
    def turns(self) -> Turns:
        """What lets forms that arrive at the same moment change a thing one after the other."""
        return Turns(self.store.creations, self.clock, self.sleep)


@dataclass(frozen=True, slots=True)
class CacheAges:
    """Seconds that facts are used without asking again; 0 asks every time."""

    apps: int
    products: int
    developers: int
    usage: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator chose; ``mail_office`` are the addresses of who decides, if named."""

    organization: str
    presentation: Presentation
    access: AccessRule
    registration: RegistrationRules
    session_rules: SessionRules
    cache: CacheAges
    setting: Setting
    roles: Roles = field(default_factory=Roles)
    keys: KeyPolicy = field(default_factory=KeyPolicy)
    apps: AppPolicy = field(default_factory=AppPolicy)
    dangerous: frozenset[Dangerous] = frozenset()
    accounts: AccountPolicy = field(default_factory=AccountPolicy)
    mail_office: tuple[str, ...] = ()
    operator: OperatorPolicy = field(default_factory=NoFurtherRules)
    finds_keys: bool = False
    sync_every: timedelta | None = None
    product_owners: ProductOwners = field(default_factory=ProductOwners)
    scan_every: timedelta | None = None
    try_it: TryItPolicy = field(default_factory=TryItPolicy)
