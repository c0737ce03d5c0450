"""Putting the developer office together over whatever provides its ports."""

from app.services.developer_office.access import DeveloperAccess
from app.services.developer_office.activity import DeveloperActivity
from app.services.developer_office.adding import DeveloperAdding
from app.services.developer_office.bulk import DeveloperBulk
from app.services.developer_office.deletion import DeveloperDeletion
from app.services.developer_office.editing import DeveloperEditing
from app.services.developer_office.moving import DeveloperMoving
from app.services.developer_office.office import DeveloperOffice
from app.services.developers import Developers
from app.services.ingredients import Ports, Rules
from app.services.memories import Memories
from app.services.registration_office import RegistrationOffice
from app.services.trail import Trail


def developer_office(
    ports: Ports, rules: Rules, invitations: RegistrationOffice, developers: Developers
) -> DeveloperOffice:
    """Build it."""
    store, trail = ports.store, developers.trail
    return DeveloperOffice(
        access=DeveloperAccess(store.index, store.accounts, store.book, store.audit),
        editing=_editing(ports, trail),
        adding=DeveloperAdding(
            apigee=ports.apigee.developers,
            index=ports.store.index,
            invitations=invitations,
            trail=trail,
            clock=ports.clock,
            lower_case=rules.registration.lower_case,
        ),
        deletion=_deletion(ports, trail),
        activity=DeveloperActivity(store.audit),
        moving=_moving(ports, developers, is_fixed=rules.accounts.is_address_fixed),
        bulk=DeveloperBulk(
            store.bulks, developers, store.accounts, store.jobs, ports.clock, ports.turns
        ),
    )


def _editing(ports: Ports, trail: Trail) -> DeveloperEditing:
    store = ports.store
    return DeveloperEditing(
        apigee=ports.apigee.developers,
        accounts=store.accounts,
        book=store.book,
        index=store.index,
        trail=trail,
        clock=ports.clock,
    )


def _deletion(ports: Ports, trail: Trail) -> DeveloperDeletion:
    store = ports.store
    return DeveloperDeletion(
        apigee=ports.apigee.developers,
        apps=ports.apigee.apps,
        accounts=store.accounts,
        book=store.book,
        index=store.index,
        memories=Memories(store.notes, store.jobs),
        trail=trail,
        clock=ports.clock,
    )


def _moving(ports: Ports, developers: Developers, *, is_fixed: bool) -> DeveloperMoving:
    return DeveloperMoving(
        apigee=ports.apigee.developers,
        accounts=ports.store.accounts,
        index=ports.store.index,
        jobs=ports.store.jobs,
        mail=developers.mail,
        trail=developers.trail,
        clock=ports.clock,
        is_fixed=is_fixed,
    )
