"""What synchronization needs of the database: its runs, what they found, and both sides at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.domain.developers import Developer
from app.domain.sync import Choices, Counts, Finding, FindingKind, Known, Run, RunState


@dataclass(frozen=True, slots=True)
class Place:
    """How far a run has come, so that another process can go on with it.

    ``last`` holds the last addresses of the last page. ``seen`` says which rows of the index are
    on Apigee, packed; ``compared`` is the row up to which those that were not seen are known,
    None while Apigee's list is still read.
    """

    last: tuple[str, ...] = ()
    seen: bytes = b""
    compared: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A run that this process works on, under a name that no other process has."""

    run: Run
    holder: str
    place: Place


@dataclass(frozen=True, slots=True)
class Step:
    """What a run has learned since it was kept last; all of it is kept or nothing."""

    place: Place
    counts: Counts
    findings: Sequence[Finding] = ()
    developers: Sequence[Developer] = ()


@dataclass(frozen=True, slots=True)
class Twin:
    """Another address that equals one but for case; without a ``row`` it is only on Apigee."""

    email: str
    row: int | None = None
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the portal has of some developers, by exact address.

    ``developers`` are those that were asked about, as the database can keep them, ``folded``
    their addresses without case. ``claimants`` are the accounts of that address, by number.
    """

    developers: tuple[Developer, ...]
    folded: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Known] = field(default_factory=dict)
    twins: Mapping[str, tuple[Twin, ...]] = field(default_factory=dict)
    claimants: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FindingPage:
    """Findings of one page; ``next_after`` is None on the last one."""

    rows: tuple[Finding, ...]
    next_after: int | None = None


class SyncRuns(Protocol):
    """The runs of one organization."""

    def begin(self, choices: Choices, began_by: tuple[int | None, str], at: datetime) -> Run:
        """Keep a new run; raise ``Conflict`` while another one is unfinished.

        Only the newest runs are kept with what they found.
        """
        ...

    def unfinished(self) -> Run | None:
        """Return the run that is not over, or None."""
        ...

    def get(self, number: int) -> Run:
        """Return one run; raise ``NotFound``."""
        ...

    def recent(self, size: int) -> Sequence[Run]:
        """Return the newest runs, the last one first."""
        ...

    def last_applied(self) -> Run | None:
        """Return the last run that brought the whole index up to date, or None."""
        ...

    def take(self, number: int, at: datetime) -> Held | None:
        """Begin or go on to work on a run; None when it is over.

        Raises ``Conflict`` while another process works on it.
        """
        ...

    def keep(self, held: Held, step: Step, at: datetime) -> bool:
        """Keep what was learned; False when the run is canceled or another process has it."""
        ...

    def end(self, held: Held, state: RunState, problem: str, at: datetime) -> bool:
        """End the run or, as ``WAITING``, let somebody else go on with it; False as above."""
        ...

    def cancel(self, number: int, at: datetime) -> bool:
        """Cancel a run; False when it is over."""
        ...

    def findings(
        self, number: int, kind: FindingKind | None = None, after: int = 0, size: int = 100
    ) -> FindingPage:
        """Return what a run found, in the order that it was found in (keyset paging)."""
        ...


class SyncSides(Protocol):
    """The portal's side of the comparison."""

    def look_up(self, number: int, developers: Sequence[Developer]) -> Lookup:
        """Return what the portal has of these, and what the run found of the same addresses."""
        ...

    def rows_before(self, moment: datetime, after: int, size: int) -> Sequence[int]:
        """Return the next rows that were written before a moment, by their numbers."""
        ...

    def rows(self, numbers: Collection[int]) -> Sequence[Known]:
        """Return these rows, by their numbers."""
        ...
