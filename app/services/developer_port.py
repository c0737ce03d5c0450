"""What the developer index is asked and answers; ``ports.DeveloperIndex`` is who does."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.attributes import Attribute
from app.domain.developers import DeveloperStatus


class DeveloperOrder(StrEnum):
    """What a list of developers can be sorted by; the e-mail address decides between equals."""

    NAME = "name"
    EMAIL = "email"
    REGISTERED = "registered"
    SIGNED_IN = "last_sign_in"


@dataclass(frozen=True, slots=True)
class IndexedDeveloper:
    """One row of the developer index; ``public_id`` is what addresses show.

    ``apps_count`` is None where Apigee's answer named no apps; an answer names at most 100.
    """

    public_id: str
    email: str
    developer_id: str
    first_name: str
    last_name: str
    user_name: str
    status: DeveloperStatus
    created_at: datetime | None
    synced_at: datetime
    last_sign_in_at: datetime | None = None
    last_modified_at: datetime | None = None
    attributes: tuple[Attribute, ...] = ()
    apps_count: int | None = None

    @property
    def name(self) -> str:
        """First and last name, or the e-mail address where both are empty."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def is_active(self) -> bool:
        """Whether Apigee had the developer as active when last seen."""
        return self.status is DeveloperStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class DeveloperFilter:
    """Whom a list holds: word prefixes, a status, an attribute, or who never signed in.

    ``attribute`` is a name, for everybody who has it, or ``name=value``, compared exactly.
    """

    words: str = ""
    status: DeveloperStatus | None = None
    attribute: str = ""
    never_signed_in: bool = False


@dataclass(frozen=True, slots=True)
class DeveloperSearch(DeveloperFilter):
    """A question to the index: whom, in which order, and where the page begins or ends.

    ``after`` and ``before`` are the public ids of the rows beside the page.
    """

    after: str | None = None
    size: int = 50
    before: str | None = None
    order: DeveloperOrder = DeveloperOrder.NAME
    descending: bool = False


def filter_of(query: DeveloperSearch) -> DeveloperFilter:
    """Return whom a question is about, without order and place."""
    return DeveloperFilter(query.words, query.status, query.attribute, query.never_signed_in)


@dataclass(frozen=True, slots=True)
class DeveloperPage:
    """One page of the index; what leads to the next or the previous one is None at the ends.

    ``total`` is how many match where finding the page told it, and None elsewhere.
    """

    rows: tuple[IndexedDeveloper, ...]
    next_after: str | None = None
    previous_before: str | None = None
    total: int | None = None
