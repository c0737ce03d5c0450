"""Putting the exports together over whatever provides their ports."""

from app.services.exports.apps import AppExport
from app.services.exports.developers import DeveloperExport
from app.services.exports.exports import Exports
from app.services.ingredients import Ports
from app.services.trail import Trail


def exports(ports: Ports, trail: Trail) -> Exports:
    """Build them."""
    apps = AppExport(
        apps=ports.apigee.organization_apps,
        index=ports.store.index,
        files=ports.store.exports,
        jobs=ports.store.jobs,
        trail=trail,
        clock=ports.clock,
    )
    return Exports(developers=DeveloperExport(ports.store.index, trail), apps=apps)
