"""Putting what is about further organizations together."""

from app.services.ingredients import Ports
from app.services.organizations.office import Directory, Organizations
from app.services.trail import Trail


def organizations(ports: Ports, trail: Trail) -> Organizations:
    """Build it; without further organizations it does nothing."""
    directories = {
        name: Directory(there.apigee.developers, there.is_folding)
        for name, there in ports.further.items()
    }
    return Organizations(directories, ports.at_once, trail)
