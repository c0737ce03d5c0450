"""What exports need of the portal's own database: tables that are made slowly and kept briefly."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.services.developer_port import DeveloperFilter
from app.services.exports.columns import Row


@dataclass(frozen=True, slots=True)
class Export:
    """A table of apps: who asked for it, of whom, and how far it is.

    ``apps`` and ``rows`` are read and written so far; ``finished_at`` is None until it is whole.
    """

    public_id: str
    account_id: int
    asked: DeveloperFilter
    begun_at: datetime
    apps: int = 0
    rows: int = 0
    finished_at: datetime | None = None


class ExportFiles(Protocol):
    """Exports with their rows; what is kept is encrypted."""

    def begin(self, account_id: int, asked: DeveloperFilter, at: datetime) -> Export:
        """Note that an account wants a table."""
        ...

    def get(self, public_id: str) -> Export:
        """Return one export; raise ``NotFound``."""
        ...

    def of_account(self, account_id: int) -> Sequence[Export]:
        """Return the account's exports, the newest first."""
        ...

    def take(self, public_id: str) -> tuple[int, str]:
        """Return the number of this run, and where an earlier one left off: its last app's id.

        The id is empty where nothing was read. Raises ``NotFound``.
        """
        ...

    def clear(self, public_id: str, run: int) -> bool:
        """Throw away what was written; False when a later run writes the table."""
        ...

    def add(self, public_id: str, run: int, rows: Sequence[Row], app_ids: Sequence[str]) -> bool:
        """Keep rows that were made of these apps; False when a later run writes the table."""
        ...

    def finish(self, public_id: str, run: int, at: datetime) -> bool:
        """Note that the table is whole; False when a later run writes it."""
        ...

    def rows(self, public_id: str) -> Iterator[Row]:
        """Yield the rows that are kept, bit by bit; none where no key of ours opens them."""
        ...

    def forget(self, begun_before: datetime) -> int:
        """Delete the exports that were begun before a moment; return how many."""
        ...
