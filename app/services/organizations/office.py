"""A developer's status in each further organization: read, and set with a report of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.domain.audit import Action, Actor
from app.domain.developers import DeveloperStatus
from app.domain.emails import folded_email
from app.domain.errors import NotFound, PortalError
from app.services.apigee_port import ApigeeDevelopers
from app.services.organizations.port import AtOnce
from app.services.trail import Target, Trail

ACTIONS: Final = {
    DeveloperStatus.ACTIVE: Action.DEVELOPER_ACTIVATE_ELSEWHERE,
    DeveloperStatus.INACTIVE: Action.DEVELOPER_DEACTIVATE_ELSEWHERE,
}
LACKING: Final = "There is no developer with this e-mail address."


@dataclass(frozen=True, slots=True)
class StatusThere:
    """The status in one organization, by the name of its settings.

    Without a ``status`` the ``problem`` says why: ``is_lacking`` where there is no such
    developer, else the organization did not answer, or did not do what it was asked.
    """

    organization: str
    status: DeveloperStatus | None
    problem: str = ""
    is_lacking: bool = False

    @property
    def has_failed(self) -> bool:
        """Whether somebody has to look at it, or try again."""
        return self.status is None and not self.is_lacking


@dataclass(frozen=True, slots=True)
class Directory:
    """The developers of one organization; ``is_folding`` where addresses are in small letters."""

    developers: ApigeeDevelopers
    is_folding: bool

    def address(self, email: str) -> str:
        """Return the developer's address as this organization has it."""
        return folded_email(email) if self.is_folding else email


@dataclass(frozen=True, slots=True)
class Organizations:
    """The further organizations; what fails in one is told and stops no other."""

    directories: Mapping[str, Directory]
    at_once: AtOnce
    trail: Trail

    @property
    def names(self) -> tuple[str, ...]:
        """What the settings call them, in their order."""
        return tuple(self.directories)

    def statuses(self, email: str) -> tuple[StatusThere, ...]:
        """Read the status in each, all at once; nothing of it is kept."""
        return self.at_once([partial(self._status, name, email) for name in self.names])

    def set_status(
        self, actor: Actor, email: str, status: DeveloperStatus, only: str = ""
    ) -> tuple[StatusThere, ...]:
        """Activate or deactivate in each or in one ``only``; raise ``NotFound`` for no such one.

        Each is recorded by itself, and doing it again where it was done changes nothing.
        """
        if only and only not in self.directories:
            raise NotFound("There is no such organization.")
        names = (only,) if only else self.names
        return self.at_once([partial(self._set, name, actor, email, status) for name in names])

    def _status(self, name: str, email: str) -> StatusThere:
        there = self.directories[name]
        return _told(name, lambda: there.developers.get(there.address(email)).status)

    def _set(self, name: str, actor: Actor, email: str, status: DeveloperStatus) -> StatusThere:
        there = self.directories[name]
        about = Target(f"developer in {name}", email)

        def change() -> DeveloperStatus:
            with self.trail.around(actor, ACTIONS[status], about):
                there.developers.set_status(there.address(email), status)
            return status

        return _told(name, change)


def _told(name: str, ask: Callable[[], DeveloperStatus]) -> StatusThere:
    try:
        return StatusThere(name, ask())
    except NotFound:
        return StatusThere(name, None, LACKING, is_lacking=True)
    except PortalError as error:
        return StatusThere(name, None, error.message)
