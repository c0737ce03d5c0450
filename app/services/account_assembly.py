"""Putting the services about portal accounts together over whatever provides their ports."""

from app.services.account_deletion import AccountDeletion
from app.services.account_office import AccountOffice
from app.services.account_services import AccountServices
from app.services.developer_address import DeveloperAddress
from app.services.giving_back import GivingBack
from app.services.ingredients import Ports, Rules
from app.services.last_administrator import LastAdministrator
from app.services.mail.mail import Mail
from app.services.names import NamesInStep
from app.services.own_account import OwnAccount
from app.services.own_details import OwnDetails
from app.services.trail import Trail


def account_services(ports: Ports, rules: Rules, trail: Trail, mail: Mail) -> AccountServices:
    """Build them."""
    names = NamesInStep(
        apigee=ports.apigee.developers,
        accounts=ports.store.accounts,
        index=ports.store.index,
        jobs=ports.store.jobs,
        trail=trail,
        clock=ports.clock,
    )
    return AccountServices(
        office=_office(ports, rules, names, trail, mail),
        own=_own(ports, rules, names, trail),
        deletion=_deletion(ports, rules, trail),
        names=names,
        details=_details(ports, rules, trail),
        address=_address(ports, rules, trail),
    )


def _address(ports: Ports, rules: Rules, trail: Trail) -> DeveloperAddress:
    return DeveloperAddress(
        apigee=ports.apigee.developers,
        accounts=ports.store.accounts,
        book=ports.store.book,
        index=ports.store.index,
        requests=ports.store.registrations,
        jobs=ports.store.jobs,
        trail=trail,
        clock=ports.clock,
        rules=rules.registration,
        is_fixed=rules.accounts.is_address_fixed,
    )


def _details(ports: Ports, rules: Rules, trail: Trail) -> OwnDetails:
    return OwnDetails(
        apigee=ports.apigee.developers,
        accounts=ports.store.accounts,
        index=ports.store.index,
        fields=rules.registration.fields,
        trail=trail,
        clock=ports.clock,
    )


def _office(
    ports: Ports, rules: Rules, names: NamesInStep, trail: Trail, mail: Mail
) -> AccountOffice:
    return AccountOffice(
        accounts=ports.store.accounts,
        book=ports.store.book,
        sessions=ports.store.sessions,
        index=ports.store.index,
        apigee=ports.apigee.developers,
        names=names,
        roles=rules.roles,
        trail=trail,
        clock=ports.clock,
        giving_back=GivingBack(ports.providers, ports.start),
        mail=mail,
        left=LastAdministrator(ports.store.book, ports.turns),
    )


def _own(ports: Ports, rules: Rules, names: NamesInStep, trail: Trail) -> OwnAccount:
    return OwnAccount(
        book=ports.store.book,
        sessions=ports.store.sessions,
        registrations=ports.store.registrations,
        names=names,
        apps=ports.apigee.apps,
        log=ports.store.audit,
        trail=trail,
        clock=ports.clock,
        policy=rules.accounts,
    )


def _deletion(ports: Ports, rules: Rules, trail: Trail) -> AccountDeletion:
    return AccountDeletion(
        apigee=ports.apigee.developers,
        apps=ports.apigee.apps,
        accounts=ports.store.accounts,
        book=ports.store.book,
        sessions=ports.store.sessions,
        index=ports.store.index,
        jobs=ports.store.jobs,
        keeper=ports.store.audit_keeper,
        log=ports.store.audit,
        trail=trail,
        clock=ports.clock,
        how=rules.accounts.deletion,
        giving_back=GivingBack(ports.providers, ports.start),
    )
