"""What approvals need of the portal's own database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.approvals import Scan, ScanPlace, Wait, Wanted


@dataclass(frozen=True, slots=True)
class WaitQuery:
    """Which waiting requests are asked for, the oldest first; None and empty mean all.

    ``after`` is the ``place`` of the row before the page; one that is none means the first page.
    """

    products: frozenset[str] | None = None
    developer_ids: tuple[str, ...] | None = None
    app_id: str = ""
    after: str = ""
    size: int = 20


class AccessQueue(Protocol):
    """Requests of this portal's notes together with those that a scan found."""

    def waiting(self, query: WaitQuery) -> Sequence[Wait]:
        """Return one page, the oldest first; what was asked for here is no scan's row."""
        ...

    def count(self, query: WaitQuery, most: int) -> int:
        """Return how many wait; counting ends at ``most``."""
        ...

    def products(self, only: frozenset[str] | None) -> Sequence[str]:
        """Return the names of the products that anything waits for."""
        ...

    def settled(self, wanted: Wanted) -> None:
        """Forget a request that does not wait any more, wherever it came from."""
        ...

    def begin_scan(self, at: datetime, since: datetime) -> ScanPlace:
        """Note that a scan begins; an earlier one's result stays until it ends.

        One that began after ``since`` and was not ended is gone on with.
        """
        ...

    def keep_scan(self, place: ScanPlace, waits: Sequence[Wait]) -> bool:
        """Keep how far a scan has come and what it found; who waits keeps the earliest moment.

        False when another one has begun meanwhile.
        """
        ...

    def end_scan(self, place: ScanPlace, at: datetime) -> None:
        """Note that a scan is over, and forget what only earlier ones found."""
        ...

    def last_scan(self) -> Scan | None:
        """Return the last scan that ended; None before the first."""
        ...
