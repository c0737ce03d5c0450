"""Putting the developer office together over whatever provides its ports."""

from app.services.developer_office.editing import DeveloperEditing
from app.services.developer_office.office import DeveloperOffice
from app.services.ingredients import Ports
from app.services.trail import Trail


def developer_office(ports: Ports, trail: Trail) -> DeveloperOffice:
    """Build it."""
    store = ports.store
    return DeveloperOffice(
        editing=DeveloperEditing(
            apigee=ports.apigee.developers,
            accounts=store.accounts,
            book=store.book,
            index=store.index,
            trail=trail,
            clock=ports.clock,
        )
    )
