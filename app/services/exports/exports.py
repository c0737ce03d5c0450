"""What the portal holds of this package."""

from dataclasses import dataclass

from app.services.exports.apps import AppExport
from app.services.exports.developers import DeveloperExport


@dataclass(frozen=True, slots=True)
class Exports:
    """What can be taken out as a table."""

    developers: DeveloperExport
    apps: AppExport
