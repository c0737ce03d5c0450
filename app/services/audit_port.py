"""The audit log: what the services write and read, and what becomes of its rows later."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from app.domain.audit import Action, AuditEntry, AuditQuery, Concerned
from app.domain.audit_chain import BEGINNING, Head, Verdict

EVERYTHING: Final = AuditQuery()


def nothing() -> None:
    """Write nothing beside a row."""


class AuditLog(Protocol):
    """The append-only log; a row is kept before ``append`` returns."""

    def append(self, entry: AuditEntry, beside: Callable[[], None] = nothing) -> None:
        """Write one row; raise ``NotRecorded``, so that nothing is done unrecorded.

        What ``beside`` writes is kept with the row in one transaction. What it raises leaves
        neither.
        """
        ...

    def refused(self, entry: AuditEntry) -> None:
        """Write a refusal, or count it where its kind and source had one just before."""
        ...

    def recent(self, limit: int, query: AuditQuery = EVERYTHING) -> Sequence[AuditEntry]:
        """Return the newest rows that are wanted, newest first."""
        ...

    def concerning(self, who: Concerned, limit: int) -> Sequence[AuditEntry]:
        """Return the newest outcomes about, for or by a developer or their account."""
        ...

    def page(self, query: AuditQuery) -> Sequence[AuditEntry]:
        """Return the rows after the query's, oldest first."""
        ...

    def last_done(self, actions: Sequence[Action], target: str) -> AuditEntry | None:
        """Return the newest of these actions that was done to the target, or None."""
        ...

    def last_about(self, actions: Sequence[Action], account_id: int) -> AuditEntry | None:
        """Return the newest of these actions that was done to the account, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Rows that the chain does not hold yet, and when the oldest was written."""

    count: int
    since: datetime | None = None


class AuditKeeper(Protocol):
    """Folds, settles, seals and verifies the log; every method may run twice at once."""

    def fold(self, before: datetime) -> int:
        """Write one row for the repeats of each source that began before; return how many."""
        ...

    def settle(self, before: datetime, at: datetime) -> int:
        """Note as unknown what was begun before and has no outcome; return how many."""
        ...

    def seal(self) -> Head:
        """Seal every row that is not sealed yet; return the chain's head."""
        ...

    def unsealed(self) -> Unsealed:
        """Return how many rows wait for the seal, and since when."""
        ...

    def verify(self, published: Mapping[int, str], start: Head = BEGINNING) -> Verdict:
        """Follow the chain from a head on; ``published`` are hashes by their position."""
        ...

    def forget_names(self, account_id: int, others: Collection[str]) -> None:
        """Replace a person's names in every row by a code that nobody can resolve.

        ``others`` are the e-mail addresses that rows about the person hold. Call it after the
        last row that names them.
        """
        ...


class AuditStream(Protocol):
    """Where rows and heads go beside the database; it never raises."""

    def row(self, entry: AuditEntry) -> None:
        """Tell of a row that was kept."""
        ...

    def head(self, head: Head) -> None:
        """Publish how far the chain reaches."""
        ...
