"""Putting the services together over whatever provides their ports."""

from dataclasses import dataclass
from functools import partial

from app.domain.jobs import JobKind
from app.domain.people import Roles
from app.services.account_assembly import account_services
from app.services.account_services import AccountServices
from app.services.app_admission import AppAdmission
from app.services.app_creation import AppCreation
from app.services.app_editing import AppEditing
from app.services.app_names import AppNames
from app.services.app_office_assembly import app_office, app_usage
from app.services.approvals.assembly import approvals
from app.services.approvals.services import Approvals
from app.services.apps import Apps, AppsReads
from app.services.audit_keeping import EVERY, AuditKeeping
from app.services.audit_office import AuditOffice
from app.services.confirmations import Confirmations
from app.services.developer_office.assembly import developer_office
from app.services.developer_office.office import DeveloperOffice
from app.services.developer_status import DeveloperStatuses
from app.services.developers import Developers
from app.services.doctor import Doctor
from app.services.exports.assembly import exports
from app.services.exports.exports import Exports
from app.services.facts import Facts
from app.services.figures.assembly import figure_office
from app.services.giving_back import GivingBack
from app.services.hindsight import Hindsight
from app.services.ingredients import Ports, Rules
from app.services.job_office import JobOffice
from app.services.key_assembly import KeyAssembly
from app.services.key_products import KeyProducts
from app.services.keys import Keys
from app.services.mail.assembly import mail_services
from app.services.mail.mail import Mail, MailServices
from app.services.memories import Memories
from app.services.operator import Operator
from app.services.organizations.assembly import organizations
from app.services.portal import Portal, Work
from app.services.products import Products
from app.services.reading.assembly import reading
from app.services.registration import Registration
from app.services.registration_office import RegistrationOffice
from app.services.registration_rules import RegistrationRules
from app.services.registration_setup import RegistrationSetUp
from app.services.session_office import SessionOffice
from app.services.session_port import SessionRules
from app.services.sign_in import SignIn
from app.services.status.assembly import status_office
from app.services.step_up import StepUp
from app.services.sync.assembly import sync_office
from app.services.sync.office import SyncOffice
from app.services.tidying import Chore, Tidying
from app.services.trail import Trail
from app.services.try_it.assembly import try_it
from app.services.viewing import ViewAs


@dataclass(frozen=True, slots=True)
class _Shared:
    """Services that others are made of."""

    trail: Trail
    keys: Keys
    products: Products
    statuses: DeveloperStatuses
    reads: AppsReads
    developers: Developers
    developer_office: DeveloperOffice
    registration: Registration
    about_keys: KeyAssembly
    operator: Operator
    accounts: AccountServices
    mail: MailServices
    sync: SyncOffice
    exports: Exports


def assemble(ports: Ports, rules: Rules) -> Portal:
    """Build the services and the portal that holds them."""
    return _portal(ports, rules, _shared(ports, rules))


def _portal(ports: Ports, rules: Rules, shared: _Shared) -> Portal:
    waiting = approvals(ports, rules, shared.about_keys.ledger)
    return _with_apps(ports, rules, shared)(
        presentation=rules.presentation,
        roles=rules.roles,
        work=_work(ports, shared, waiting),
        products=shared.products,
        developers=shared.developers,
        developer_office=shared.developer_office,
        exports=shared.exports,
        statuses=shared.statuses,
        registration=shared.registration,
        sign_in=_sign_in(ports, shared, rules),
        accounts=shared.accounts,
        providers=ports.providers,
        session_office=_session_office(ports, shared.trail, rules.session_rules, rules.roles),
        sync=shared.sync,
        approvals=waiting,
        audit=AuditOffice(ports.store.audit, ports.store.audit_keeper, shared.trail, ports.clock),
        status=status_office(ports, rules),
        view_as=ViewAs(
            ports.store.accounts, ports.store.index, rules.roles, shared.trail, ports.clock
        ),
        trail=shared.trail,
        clock=ports.clock,
        meter=ports.meter,
        ready=ports.store.ready,
        apigee_answers=ports.watching.apigee_answers,
        figures=figure_office(ports, rules),
    )


def _with_apps(ports: Ports, rules: Rules, shared: _Shared) -> partial[Portal]:
    """Return the portal with what is about apps; the rest is given to it when it is called."""
    read, trail = reading(ports, shared.products), shared.trail
    apps = Apps(shared.reads, ports.store.accounts, trail, ports.clock)
    doctor = Doctor(shared.reads, ports.apis, ports.fingerprint, ports.clock)
    return partial(
        Portal,
        apps=apps,
        reading=read,
        try_it=try_it(ports, rules, trail, read.apis, (apps, doctor)),
        creation=_creation(ports, shared, rules),
        editing=_editing(ports, shared, rules),
        app_office=app_office(ports, rules, shared.products, shared.trail),
        keys=shared.keys,
        usage=app_usage(ports, rules, shared.reads),
        key_addition=shared.about_keys.addition(rules.keys),
        key_changes=shared.about_keys.changes(),
        rotation=shared.about_keys.rotation(rules.keys),
        doctor=doctor,
    )


def _shared(ports: Ports, rules: Rules) -> _Shared:
    store, apigee, cache, figures = ports.store, ports.apigee, rules.cache, ports.watching.figures
    trail, turn = Trail(store.audit, ports.clock, figures), ports.sharing.turn
    facts = Facts(ports.cache, ports.clock, rules.organization, ports.gate, figures, turn)
    operator = Operator(rules.operator)
    products = Products(
        apigee.products, ports.apis, facts, rules.access, cache.products, ports.start
    )
    statuses = DeveloperStatuses(apigee.developers, store.audit, facts, cache.developers)
    memories = Memories(store.notes, store.jobs)
    key_products = KeyProducts(products, store.notes, operator)
    mail = mail_services(ports, rules, products.known_titles)
    developers = _developers(ports, trail, products, mail.mail)
    registration = _registration(ports, developers, rules.registration)
    return _Shared(
        trail=trail,
        keys=Keys(apigee.keys, trail, rules.keys),
        products=products,
        statuses=statuses,
        reads=_reads(ports, (facts, statuses, products), memories, cache.apps),
        developers=developers,
        developer_office=developer_office(ports, rules, registration.office, developers),
        registration=registration,
        about_keys=KeyAssembly(ports, trail, products, key_products, memories, operator, mail.mail),
        operator=operator,
        accounts=account_services(ports, rules, trail, mail.mail),
        mail=mail,
        sync=sync_office(ports, rules, trail),
        exports=exports(ports, trail),
    )


def _reads(
    ports: Ports,
    known: tuple[Facts, DeveloperStatuses, Products],
    memories: Memories,
    seconds: int,
) -> AppsReads:
    hindsight = Hindsight(ports.store.notes, ports.clock)
    return AppsReads(ports.apigee.apps, *known, ports.parallel, memories, hindsight, seconds)


def _sign_in(ports: Ports, shared: _Shared, rules: Rules) -> SignIn:
    store, trail, clock = ports.store, shared.trail, ports.clock
    return SignIn(
        accounts=store.accounts,
        registration=shared.registration,
        trail=trail,
        clock=clock,
        step_up=StepUp(store.grants, rules.dangerous, trail, clock),
        book=store.book,
        names=shared.accounts.names,
        address=shared.accounts.address,
        mail=shared.mail.mail,
    )


def _session_office(ports: Ports, trail: Trail, rules: SessionRules, roles: Roles) -> SessionOffice:
    store, clock = ports.store, ports.clock
    confirmations = Confirmations(
        ports.providers, store.sessions, store.checks, store.accounts, rules, trail, clock
    )
    back = GivingBack(ports.providers, ports.start)
    return SessionOffice(
        store.sessions, rules, confirmations, store.accounts, roles, trail, clock, back
    )


def _editing(ports: Ports, shared: _Shared, rules: Rules) -> AppEditing:
    apps, accounts = ports.apigee.apps, ports.store.accounts
    hindsight, names = Hindsight(ports.store.notes, ports.clock), AppNames(shared.reads)
    trail, operator = shared.trail, shared.operator
    return AppEditing(apps, accounts, trail, hindsight, names, rules.apps, operator)


def _work(ports: Ports, shared: _Shared, waiting: Approvals) -> Work:
    trail, store = shared.trail, ports.store
    handlers = {
        JobKind.RETIRE_KEY: shared.about_keys.retirement().run,
        JobKind.REGISTER_DEVELOPER: shared.registration.run,
        JobKind.CHANGE_DEVELOPERS: shared.developer_office.bulk.run,
        JobKind.EXPORT_APPS: shared.exports.apps.run,
    }
    keeping = AuditKeeping(store.audit_keeper, ports.audit_stream, ports.clock)
    tidying = Tidying(store.sessions, store.notes, store.jobs, store.creations, ports.clock)
    return Work(
        office=JobOffice(store.jobs, trail, ports.clock),
        queue=store.queue,
        handlers={
            **handlers,
            **waiting.handlers(),
            **shared.accounts.handlers(),
            **shared.mail.sending.handlers(),
            **shared.sync.handlers(),
        },
        chores={
            **tidying.chores(),
            **waiting.chores(),
            **shared.exports.apps.chores(),
            **shared.mail.sending.chores(),
            **shared.sync.chores(),
            JobKind.SEAL_AUDIT: Chore(keeping.run, EVERY),
        },
        mail=shared.mail,
    )


def _registration(ports: Ports, developers: Developers, rules: RegistrationRules) -> Registration:
    store, clock, trail = ports.store, ports.clock, developers.trail
    accounts, index, requests = store.accounts, store.index, store.registrations
    return Registration(
        set_up=RegistrationSetUp(
            ports.apigee.developers, accounts, index, requests, trail, clock, rules
        ),
        office=RegistrationOffice(requests, accounts, developers, trail, clock, developers.mail),
        accounts=accounts,
        book=store.book,
        index=index,
        requests=requests,
        jobs=store.jobs,
        trail=trail,
        clock=clock,
        rules=rules,
    )


def _creation(ports: Ports, shared: _Shared, rules: Rules) -> AppCreation:
    return AppCreation(
        apigee=ports.apigee.apps,
        creations=ports.store.creations,
        accounts=ports.store.accounts,
        keys=shared.keys,
        admission=AppAdmission(shared.products, rules.apps, rules.keys, shared.operator),
        names=AppNames(shared.reads),
        trail=shared.trail,
        clock=ports.clock,
        ledger=shared.about_keys.ledger,
        sleep=ports.sleep,
    )


def _developers(ports: Ports, trail: Trail, products: Products, mail: Mail) -> Developers:
    return Developers(
        ports.apigee.developers,
        ports.apigee.apps,
        ports.store.index,
        ports.store.accounts,
        trail,
        ports.store.audit,
        ports.clock,
        ports.parallel,
        products,
        ports.store.registrations,
        mail,
        organizations(ports, trail),
        ports.turns,
    )
