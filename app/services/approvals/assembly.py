"""Putting the services of approvals together over whatever provides their ports."""

from app.services.approvals.decisions import Decisions
from app.services.approvals.desk import ApprovalDesk
from app.services.approvals.listing import AppListing
from app.services.approvals.scan import AppScan
from app.services.approvals.services import Approvals
from app.services.ingredients import Ports, Rules
from app.services.job_office import JobOffice
from app.services.key_ledger import KeyLedger
from app.services.memories import Memories


def approvals(ports: Ports, rules: Rules, ledger: KeyLedger) -> Approvals:
    """Build them."""
    apigee, store = ports.apigee, ports.store
    decisions = Decisions(
        apigee.organization_apps,
        apigee.developers,
        apigee.apps,
        apigee.keys,
        store.access_queue,
        ledger,
        ports.turns,
    )
    desk = ApprovalDesk(
        store.access_queue,
        decisions,
        store.index,
        rules.product_owners,
        rules.roles,
        JobOffice(store.jobs, ledger.trail, ports.clock),
        ports.clock,
    )
    memories = Memories(store.notes, store.jobs)
    listing = AppListing(apigee.organization_apps, store.index, memories, store.audit, ports.clock)
    return Approvals(desk, decisions, listing, _scan(ports, ledger), rules.scan_every)


def _scan(ports: Ports, ledger: KeyLedger) -> AppScan:
    apigee, store = ports.apigee, ports.store
    return AppScan(
        apigee.organization_apps,
        store.access_queue,
        store.index,
        store.notes,
        ledger.mail,
        ports.clock,
    )
