"""Putting the service about developers' apps together over whatever provides its ports."""

from app.services.app_office import AppOffice
from app.services.ingredients import Ports, Rules
from app.services.products import Products
from app.services.trail import Trail


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
