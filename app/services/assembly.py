"""Putting the services together over whatever provides their ports."""

import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass

from app.domain.clock import Clock
from app.domain.products import AccessRule
from app.services.apigee_port import ApigeeApps, ApigeeDevelopers, ApigeeKeys, ApigeeProducts
from app.services.app_creation import AppCreation
from app.services.apps import Apps, AppsReads
from app.services.developer_status import DeveloperStatuses
from app.services.developers import Developers
from app.services.facts import Facts, Gate
from app.services.keys import Keys
from app.services.meter import Meter
from app.services.portal import Portal, Presentation
from app.services.ports import (
    Accounts,
    ApiCatalogue,
    AuditLog,
    Cache,
    Creations,
    DeveloperIndex,
    IdentityProvider,
    Parallel,
)
from app.services.products import Products
from app.services.registration import Registration, RegistrationRules
from app.services.session_port import SessionLimits, SignInSessions
from app.services.sign_in import SignIn
from app.services.sync import Sync
from app.services.trail import Trail


@dataclass(frozen=True, slots=True)
class ApigeePorts:
    """The four ports of one organization."""

    developers: ApigeeDevelopers
    apps: ApigeeApps
    keys: ApigeeKeys
    products: ApigeeProducts


@dataclass(frozen=True, slots=True)
class StorePorts:
    """The ports of the portal's own database; ``ready`` says whether it can be used."""

    accounts: Accounts
    sessions: SignInSessions
    index: DeveloperIndex
    audit: AuditLog
    creations: Creations
    ready: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything the services reach the outside through; ``sleep`` takes seconds.

    Whoever reads facts of Apigee, or waits for them, is behind ``gate``.
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


@dataclass(frozen=True, slots=True)
class CacheAges:
    """Seconds that facts are used without asking again; 0 asks every time."""

    apps: int
    products: int
    developers: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What the operator chose."""

    organization: str
    presentation: Presentation
    access: AccessRule
    registration: RegistrationRules
    session_limits: SessionLimits
    cache: CacheAges


def assemble(ports: Ports, rules: Rules) -> Portal:
    """Build the services and the portal that holds them."""
    store, apigee, clock = ports.store, ports.apigee, ports.clock
    facts = Facts(ports.cache, clock, rules.organization, ports.gate)
    trail = Trail(store.audit, clock)
    keys = Keys(apigee.keys, trail)
    products = Products(apigee.products, ports.apis, facts, rules.access, rules.cache.products)
    statuses = DeveloperStatuses(apigee.developers, facts, rules.cache.developers)
    registration = _registration(ports, trail, rules.registration)
    reads = AppsReads(apigee.apps, facts, statuses, products, ports.parallel, rules.cache.apps)
    return Portal(
        presentation=rules.presentation,
        apps=Apps(reads, store.accounts, trail, clock),
        creation=_creation(ports, keys, products, trail),
        keys=keys,
        products=products,
        developers=_developers(ports, trail),
        statuses=statuses,
        registration=registration,
        sign_in=SignIn(store.accounts, registration, trail, clock),
        providers=ports.providers,
        sessions=store.sessions,
        session_limits=rules.session_limits,
        sync=Sync(apigee.developers, store.index, clock),
        audit=store.audit,
        trail=trail,
        clock=clock,
        meter=ports.meter,
        ready=store.ready,
    )


def _registration(ports: Ports, trail: Trail, rules: RegistrationRules) -> Registration:
    store = ports.store
    return Registration(
        ports.apigee.developers, store.accounts, store.index, trail, ports.clock, rules
    )


def _creation(ports: Ports, keys: Keys, products: Products, trail: Trail) -> AppCreation:
    return AppCreation(
        ports.apigee.apps,
        ports.store.creations,
        ports.store.accounts,
        keys,
        products,
        trail,
        ports.clock,
        ports.sleep,
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
