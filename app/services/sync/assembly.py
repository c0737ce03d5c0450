"""Putting synchronization together over whatever provides its ports."""

from app.services.ingredients import Ports, Rules
from app.services.sync.office import SyncOffice
from app.services.sync.writing import SyncWriting
from app.services.trail import Trail


def sync_office(ports: Ports, rules: Rules, trail: Trail) -> SyncOffice:
    """Build it."""
    apigee, store = ports.apigee.developers, ports.store
    return SyncOffice(
        apigee=apigee,
        runs=store.sync_runs,
        sides=store.sync_sides,
        writing=SyncWriting(apigee, store.accounts, store.book, trail),
        jobs=store.jobs,
        trail=trail,
        clock=ports.clock,
        every=rules.sync_every,
    )
