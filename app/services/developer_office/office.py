"""What routes and commands ask for about one developer."""

from dataclasses import dataclass

from app.services.developer_office.access import DeveloperAccess
from app.services.developer_office.activity import DeveloperActivity
from app.services.developer_office.adding import DeveloperAdding
from app.services.developer_office.bulk import DeveloperBulk
from app.services.developer_office.deletion import DeveloperDeletion
from app.services.developer_office.editing import DeveloperEditing
from app.services.developer_office.moving import DeveloperMoving


@dataclass(frozen=True, slots=True)
class DeveloperOffice:
    """The services of the developer's page."""

    access: DeveloperAccess
    editing: DeveloperEditing
    adding: DeveloperAdding
    deletion: DeveloperDeletion
    activity: DeveloperActivity
    bulk: DeveloperBulk
    moving: DeveloperMoving
