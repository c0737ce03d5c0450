"""Putting the services together over whatever provides their ports."""

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field

from app.domain.clock import Clock
from app.domain.jobs import JobKind
from app.domain.policy import AppPolicy, KeyPolicy
from app.domain.products import AccessRule
from app.services.apigee_port import (
    ApigeeApps,
    ApigeeDevelopers,
    ApigeeKeys,
    ApigeeOrganization,
    ApigeeOrganizationApps,
    ApigeeProducts,
    ApigeeStats,
)
from app.services.app_admission import AppAdmission
from app.services.app_creation import AppCreation
from app.services.app_editing import AppEditing
from app.services.apps import Apps, AppsReads
from app.services.developer_status import DeveloperStatuses
from app.services.developers import Developers
from app.services.facts import Facts, Gate
from app.services.job_office import JobOffice
from app.services.job_port import JobQueue, Jobs
from app.services.key_addition import KeyAddition
from app.services.key_changes import KeyChanges
from app.services.key_products import KeyProducts
from app.services.keys import Keys
from app.services.memories import Memories
from app.services.meter import Meter
from app.services.operator import NoFurtherRules, Operator, OperatorPolicy
from app.services.portal import Portal, Presentation, Work
from app.services.ports import (
    Accounts,
    ApiCatalogue,
    AuditLog,
    Cache,
    Creations,
    DeveloperIndex,
    IdentityProvider,
    Notes,
    Parallel,
)
from app.services.products import Products
from app.services.registration import Registration, RegistrationRules
from app.services.retirement import Retirement
from app.services.rotation import Rotation
from app.services.session_port import SessionLimits, SignInSessions
from app.services.sign_in import SignIn
from app.services.sync import Sync
from app.services.tidying import Tidying
from app.services.trail import Trail
from app.services.usage import AppUsage


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
class StorePorts:
    """The ports of the portal's own database; ``ready`` says whether it can be used."""

    accounts: Accounts
    sessions: SignInSessions
    index: DeveloperIndex
    audit: AuditLog
    creations: Creations
    notes: Notes
    jobs: Jobs
    queue: JobQueue
    ready: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything the services reach the outside through; ``sleep`` takes seconds.

    Whoever reads facts of Apigee, or waits for them, is behind ``gate``; for what analytics
    count it is ``analytics_gate``.
    """

    apigee: ApigeePorts
    store: StorePorts
    apis: ApiCatalogue
    providers: Mapping[str, IdentityProvider]
    cache: Cache
    parallel: Parallel
    clock: Clock
    meter: Meter
    sleep: Callable[[float], None] = time.sleep
    gate: Gate = nullcontext
    analytics_gate: Gate = nullcontext


@dataclass(frozen=True, slots=True)
class CacheAges:
    """Seconds that facts are used without asking again; 0 asks every time."""

    apps: int
    products: int
    developers: int
    usage: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator chose."""

    organization: str
    presentation: Presentation
    access: AccessRule
    registration: RegistrationRules
    session_limits: SessionLimits
    cache: CacheAges
    keys: KeyPolicy = field(default_factory=KeyPolicy)
    apps: AppPolicy = field(default_factory=AppPolicy)
    operator: OperatorPolicy = field(default_factory=NoFurtherRules)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Services that others are made of."""

    trail: Trail
    products: Products
    statuses: DeveloperStatuses
    reads: AppsReads
    registration: Registration
    memories: Memories
    key_products: KeyProducts
    operator: Operator


def assemble(ports: Ports, rules: Rules) -> Portal:
    """Build the services and the portal that holds them."""
    store, clock, shared = ports.store, ports.clock, _shared(ports, rules)
    keys, trail = Keys(ports.apigee.keys, shared.trail, rules.keys), shared.trail
    return Portal(
        presentation=rules.presentation,
        apps=Apps(shared.reads, store.accounts, trail, clock),
        creation=_creation(ports, shared, rules, keys),
        editing=AppEditing(ports.apigee.apps, store.accounts, trail, rules.apps, shared.operator),
        keys=keys,
        usage=_usage(ports, shared, rules),
        key_addition=_addition(ports, shared, rules.keys),
        key_changes=_key_changes(ports, shared),
        rotation=_rotation(ports, shared, rules.keys),
        memories=shared.memories,
        work=_work(ports, trail),
        products=shared.products,
        developers=_developers(ports, trail),
        statuses=shared.statuses,
        registration=shared.registration,
        sign_in=SignIn(store.accounts, shared.registration, trail, clock),
        providers=ports.providers,
        sessions=store.sessions,
        session_limits=rules.session_limits,
        sync=Sync(ports.apigee.developers, store.index, clock),
        audit=store.audit,
        trail=trail,
        clock=clock,
        meter=ports.meter,
        ready=store.ready,
    )


def _shared(ports: Ports, rules: Rules) -> _Shared:
    store, apigee, cache = ports.store, ports.apigee, rules.cache
    facts = Facts(ports.cache, ports.clock, rules.organization, ports.gate)
    trail = Trail(store.audit, ports.clock)
    operator = Operator(rules.operator)
    products = Products(apigee.products, ports.apis, facts, rules.access, cache.products)
    statuses = DeveloperStatuses(apigee.developers, facts, cache.developers)
    memories = Memories(store.notes, store.jobs)
    return _Shared(
        trail=trail,
        products=products,
        statuses=statuses,
        reads=AppsReads(
            apigee.apps, facts, statuses, products, ports.parallel, memories, cache.apps
        ),
        registration=_registration(ports, trail, rules.registration),
        memories=memories,
        key_products=KeyProducts(products, store.notes, operator),
        operator=operator,
    )


def _usage(ports: Ports, shared: _Shared, rules: Rules) -> AppUsage:
    apigee, clock = ports.apigee, ports.clock
    analytics = Facts(ports.cache, clock, rules.organization, ports.analytics_gate)
    stats, organization = apigee.stats, apigee.organization
    return AppUsage(shared.reads, stats, organization, analytics, clock, rules.cache.usage)


def _work(ports: Ports, trail: Trail) -> Work:
    handlers = {JobKind.RETIRE_KEY: _retirement(ports, trail).run}
    store = ports.store
    tidying = Tidying(store.sessions, store.notes, store.jobs, store.creations, ports.clock)
    return Work(
        office=JobOffice(store.jobs, trail, ports.clock),
        queue=store.queue,
        handlers=handlers,
        chores=tidying.chores(),
    )


def _registration(ports: Ports, trail: Trail, rules: RegistrationRules) -> Registration:
    store = ports.store
    return Registration(
        ports.apigee.developers, store.accounts, store.index, trail, ports.clock, rules
    )


def _creation(ports: Ports, shared: _Shared, rules: Rules, keys: Keys) -> AppCreation:
    return AppCreation(
        apigee=ports.apigee.apps,
        creations=ports.store.creations,
        accounts=ports.store.accounts,
        keys=keys,
        admission=AppAdmission(shared.products, rules.apps, rules.keys, shared.operator),
        trail=shared.trail,
        clock=ports.clock,
        sleep=ports.sleep,
    )


def _developers(ports: Ports, trail: Trail) -> Developers:
    return Developers(
        ports.apigee.developers,
        ports.apigee.apps,
        ports.store.index,
        ports.store.accounts,
        trail,
        ports.store.audit,
        ports.clock,
        ports.parallel,
    )


def _addition(ports: Ports, shared: _Shared, policy: KeyPolicy) -> KeyAddition:
    return KeyAddition(
        apps=ports.apigee.apps,
        keys=ports.apigee.keys,
        creations=ports.store.creations,
        accounts=ports.store.accounts,
        products=shared.key_products,
        notes=ports.store.notes,
        trail=shared.trail,
        clock=ports.clock,
        policy=policy,
    )


def _key_changes(ports: Ports, shared: _Shared) -> KeyChanges:
    return KeyChanges(
        apps=ports.apigee.apps,
        keys=ports.apigee.keys,
        accounts=ports.store.accounts,
        products=shared.key_products,
        memories=shared.memories,
        jobs=ports.store.jobs,
        trail=shared.trail,
        clock=ports.clock,
    )


def _retirement(ports: Ports, trail: Trail) -> Retirement:
    return Retirement(
        apps=ports.apigee.organization_apps,
        developers=ports.apigee.developers,
        keys=ports.apigee.keys,
        notes=ports.store.notes,
        accounts=ports.store.accounts,
        trail=trail,
        clock=ports.clock,
    )


def _rotation(ports: Ports, shared: _Shared, policy: KeyPolicy) -> Rotation:
    return Rotation(
        apps=ports.apigee.apps,
        keys=ports.apigee.keys,
        products=shared.products,
        jobs=ports.store.jobs,
        notes=ports.store.notes,
        accounts=ports.store.accounts,
        retirement=_retirement(ports, shared.trail),
        trail=shared.trail,
        clock=ports.clock,
        lifetime_seconds=policy.seconds(None),
        operator=shared.operator,
    )
