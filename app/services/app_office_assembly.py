"""Putting the services about developers' apps and their use together over their ports."""

from app.services.app_office import AppOffice
from app.services.apps import AppsReads
from app.services.facts import Facts
from app.services.ingredients import Ports, Rules
from app.services.products import Products
from app.services.trail import Trail
from app.services.usage import AppUsage


def app_office(ports: Ports, rules: Rules, products: Products, trail: Trail) -> AppOffice:
    """Build it."""
    return AppOffice(
        apigee=ports.apigee.developers,
        apps=ports.apigee.organization_apps,
        index=ports.store.index,
        accounts=ports.store.accounts,
        products=products,
        trail=trail,
        clock=ports.clock,
        fingerprint=ports.fingerprint,
        finds_keys=rules.finds_keys,
    )


def app_usage(ports: Ports, rules: Rules, reads: AppsReads) -> AppUsage:
    """Build what tells how much apps are used."""
    apigee, clock = ports.apigee, ports.clock
    gate, figures = ports.analytics_gate, ports.watching.figures
    turn = ports.sharing.turn
    analytics = Facts(ports.cache, clock, rules.organization, gate, figures, turn)
    stats, organization = apigee.stats, apigee.organization
    return AppUsage(reads, stats, organization, analytics, clock, rules.cache.usage)
