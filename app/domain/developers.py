"""App developers as Apigee knows them."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.domain.apps import REQUEST_ID
from app.domain.attributes import Attribute, Changes

REMEMBERED: Final = 4


class DeveloperStatus(StrEnum):
    """Apigee's registration status; keys of an inactive developer do not work."""

    ACTIVE = "active"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Developer:
    """One developer of the organization; ``email`` holds the exact bytes Apigee has.

    ``revision`` stands for all that a ``DeveloperChange`` would write anew; it is empty in lists.
    ``apps_count`` is None where an answer names no apps; Apigee names at most 100.
    """

    email: str
    developer_id: str
    first_name: str
    last_name: str
    user_name: str
    status: DeveloperStatus
    attributes: tuple[Attribute, ...] = ()
    created_at: datetime | None = None
    last_modified_at: datetime | None = None
    revision: str = field(default="", compare=False)
    apps_count: int | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """First and last name, or the e-mail address where both are empty."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def custom_attributes(self) -> tuple[Attribute, ...]:
        """The attributes but for the portal's own mark."""
        return tuple(item for item in self.attributes if item.name != REQUEST_ID)

    @property
    def is_active(self) -> bool:
        """Whether the developer's keys can work."""
        return self.status is DeveloperStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class NewDeveloper:
    """What a registration sends to Apigee; Apigee always creates a developer active."""

    email: str
    first_name: str
    last_name: str
    user_name: str
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class DeveloperChange:
    """What an edit writes; None leaves a value as it is, everything else is kept too.

    In ``attributes`` a value of None takes the attribute away. ``email`` moves the developer to
    another address, which Edge alone can do.
    """

    first_name: str | None = None
    last_name: str | None = None
    user_name: str | None = None
    attributes: Changes = field(default_factory=dict)
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose apps a call is about: always found from the session or the page, never from a form.

    ``generation`` counts the changes this portal made for the owner; it is part of cache keys,
    so that one process's write is seen by all. The count belongs to an account, 0 without one:
    another account of the same developer has one of its own. Where ``is_remembered`` is False, no
    note and no waiting job was about the owner's keys when the request began.
    """

    email: str
    developer_id: str
    generation: int = 0
    is_remembered: bool = field(default=True, compare=False)
    account_id: int = field(default=0, compare=False)

    @property
    def generations(self) -> tuple[str, ...]:
        """The last few generations as cache keys tell them apart, the present one first."""
        last = range(self.generation, max(-1, self.generation - REMEMBERED), -1)
        return tuple(f"{self.account_id}.{number}" for number in last)
