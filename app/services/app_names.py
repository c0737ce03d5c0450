"""Whether one of a developer's own apps goes by a name already: asked on creating and renaming."""

from dataclasses import dataclass
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.developers import Owner
from app.domain.errors import InvalidInput
from app.domain.names import app_name_from
from app.domain.twins import is_named_alike
from app.services.apps import AppsReads

NAME_TAKEN: Final = (
    "There is an app with this name already, or one that differs in signs only. Choose another one."
)


@dataclass(frozen=True, slots=True)
class AppNames:
    """The names of the apps of one owner at a time.

    Apigee itself refuses an internal name twice, and takes any display name as often as one likes.
    """

    reads: AppsReads

    def seems_taken(self, owner: Owner, display_name: str) -> bool:
        """Tell it from the list that is known, without asking Apigee."""
        name = app_name_from(display_name)
        known = self.reads.known_apps(owner)
        return any(app.name == name or is_named_alike(app, display_name) for app in known)

    def check_new(self, owner: Owner, display_name: str, request_id: str) -> None:
        """Raise ``InvalidInput`` for a taken display name; what the same request made is none.

        Apigee is asked only where the list that is known says so.
        """
        if self._holders(self.reads.known_apps(owner), display_name):
            found = self._holders(self.reads.every(owner), display_name)
            self._refuse([app for app in found if app.request_id != request_id])

    def check_change(self, owner: Owner, name: str, display_name: str) -> None:
        """Raise ``InvalidInput`` for the display name of another app than ``name``.

        Apigee is asked where the list is older than half a minute, or says so.
        """
        found = self._holders(self.reads.every(owner), display_name)
        self._refuse([app for app in found if app.name != name])

    def _holders(self, apps: list[DeveloperApp], display_name: str) -> list[DeveloperApp]:
        return [app for app in apps if is_named_alike(app, display_name)]

    def _refuse(self, found: list[DeveloperApp]) -> None:
        if found:
            raise InvalidInput({"display_name": NAME_TAKEN})
