"""What the command ``conformance`` is given: one organization that can be checked, or cleaned."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.domain.truth import Finding, Note, ProbeNames, Trace

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a check ended, and the files it wrote."""

    passed: bool
    summary: str
    files: tuple[Path, ...] = ()


class Conformance(Protocol):
    """One organization; everything may raise ``PortalError``."""

    @property
    def is_portals_own(self) -> bool:
        """Whether it is the organization that this portal serves."""
        ...

    def run(self, say: Say) -> Verdict:
        """Check it with objects of its own, remove them and write a report."""
        ...

    def clean(self, say: Say) -> Verdict:
        """Remove whatever an earlier check left."""
        ...


class Inquiry(Protocol):
    """The questions that a flavour is asked."""

    def __len__(self) -> int: ...

    def findings(self) -> Iterator[Finding]:
        """Ask each question when its finding is wanted."""
        ...

    def unasked(self) -> Sequence[Finding]:
        """Return what is not asked, each with the reason."""
        ...


class Removal(Protocol):
    """Deletes objects of ours, and none else."""

    def remove(self, trace: Trace) -> str:
        """Delete an object that may be there; return why it may still be, or an empty text."""
        ...

    def scan(self) -> Iterator[Trace]:
        """Yield everything in the organization that has a name of ours."""
        ...


Asking = Callable[[ProbeNames, Note], Inquiry]
