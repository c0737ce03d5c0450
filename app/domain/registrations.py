"""Registration: who may become a developer, what is asked of them, and where they stand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from app.domain.apps import REQUEST_ID
from app.domain.names import is_blank, unprintable

LONGEST_VALUE: Final = 2000
RESERVED_PREFIXES: Final = ("portal_", "mint_")
# They have fields and meanings of their own on Apigee.
RESERVED_NAMES: Final = frozenset(
    {
        *("email", "firstname", "lastname", "username", "status", "developerid"),
        *("organizationname", "apps", "companies", "attributes", REQUEST_ID),
    }
)


class Policy(StrEnum):
    """Who becomes a developer."""

    OPEN = "open"
    APPROVAL = "approval"
    INVITED = "invited"


class Existing(StrEnum):
    """What becomes of somebody whose address a developer on Apigee has already."""

    LINK = "link"
    ADMINISTRATOR = "administrator"
    REFUSE = "refuse"


class Standing(StrEnum):
    """Where somebody stands; the names are kept for ever because rows hold them.

    ``NOTHING`` is said of who never asked and of who is through.
    """

    NOTHING = ""
    SETTING_UP = "setting_up"
    WAITING = "waiting"
    BY_HAND = "by_hand"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ExtraField:
    """A further question of the form, whose answer becomes the developer's attribute ``name``.

    With ``choices`` the answer is one of them; ``pattern`` is for the whole of it.
    """

    name: str
    label: str
    hint: str = ""
    required: bool = False
    pattern: str = ""
    choices: tuple[str, ...] = ()
    longest: int = 255

    @property
    def field(self) -> str:
        """The name of the form's field."""
        return f"attributes[{self.name}]"

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """What a list offers: values with their texts, nothing chosen first."""
        return (("", "Choose"), *((choice, choice) for choice in self.choices))

    def problem(self, value: str) -> str | None:
        """Return what is wrong with an answer, or None."""
        if is_blank(value):
            return f"{self.label} is needed." if self.required else None
        if len(value) > self.longest or unprintable(value):
            return f"{self.label}: use at most {self.longest} characters, all of them visible."
        if self.choices and value not in self.choices:
            return f"{self.label}: choose one of the list."
        if self.pattern and not re.fullmatch(self.pattern, value):
            return f"{self.label}: {self.hint or 'it does not have the form that is asked for.'}"
        return None


def is_reserved(attribute: str) -> bool:
    """Tell whether an attribute's name means something else to Apigee or the portal."""
    folded = attribute.casefold()
    return folded in RESERVED_NAMES or folded.startswith(RESERVED_PREFIXES)


@dataclass(frozen=True, slots=True)
class RegistrationRequest:
    """What somebody asked for; ``email`` was verified then, and is spelled as Apigee wants it.

    ``request_id`` goes to Apigee as an attribute: who has it was made by this request.
    """

    account_id: int
    request_id: str
    email: str
    first_name: str
    last_name: str
    user_name: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about somebody, by whom and why."""

    standing: Standing
    by: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """An address whose holder may register, used once they did."""

    email: str
    by: str
    at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Somebody accepted a version of the terms; who it was is empty once they are deleted."""

    account_id: int
    version: str
    at: datetime
    issuer: str = ""
    subject: str = ""
    email: str = ""
