"""Changes of many developers at once: what is kept of each, and who keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.developers import DeveloperStatus


class ItemState(StrEnum):
    """How far one developer's change is; the names are kept because rows hold them.

    ``PARTLY`` is done in the portal's own organization, and not in every further one.
    """

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    PARTLY = "partly"


@dataclass(frozen=True, slots=True)
class BulkItem:
    """One developer of a change; ``name`` and ``email`` are empty once the index has no row."""

    public_id: str
    state: ItemState
    reason: str = ""
    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Bulk:
    """A change that was planned; it begins once ``begun_by`` (an account's number) is known."""

    number: int
    status: DeveloperStatus
    planned_at: datetime
    items: Sequence[BulkItem]
    begun_by: int | None = None
    begun: bool = False

    def of(self, state: ItemState) -> Sequence[BulkItem]:
        """Return the items in this state."""
        return [item for item in self.items if item.state is state]

    @property
    def done(self) -> int:
        """How many are done."""
        return len(self.of(ItemState.DONE))

    @property
    def failed(self) -> Sequence[BulkItem]:
        """Who could not be changed, each with the reason."""
        return self.of(ItemState.FAILED)

    @property
    def partly(self) -> Sequence[BulkItem]:
        """Who is changed here and not everywhere, each with where and why."""
        return self.of(ItemState.PARTLY)

    @property
    def is_running(self) -> bool:
        """Whether it was begun and somebody still waits."""
        return self.begun and bool(self.of(ItemState.WAITING))


class DeveloperBulks(Protocol):
    """The changes of one organization."""

    def add(self, status: DeveloperStatus, public_ids: Sequence[str], at: datetime) -> int:
        """Keep a plan and return its number; old ones are forgotten."""
        ...

    def get(self, number: int) -> Bulk:
        """Return one with its developers by name; raise ``NotFound``."""
        ...

    def begin(self, number: int, account_id: int | None) -> None:
        """Note who begins it; who failed before waits again."""
        ...

    def waits(self, number: int, public_id: str) -> bool:
        """Tell whether a developer's change still waits."""
        ...

    def settle(self, number: int, item: BulkItem) -> None:
        """Keep how one developer's change ended."""
        ...
