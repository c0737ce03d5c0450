"""Filling the developer index from Apigee."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.domain.clock import Clock
from app.domain.developers import Developer
from app.services.apigee_port import ApigeeDevelopers
from app.services.ports import DeveloperIndex

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class SyncReport:
    """How many developers were read, and how many rows of the index differed."""

    read: int
    changed: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Brings the index up to what Apigee has; never deletes, never writes to Apigee."""

    apigee: ApigeeDevelopers
    index: DeveloperIndex
    clock: Clock

    def run(self) -> SyncReport:
        """Read every developer, page by page, and write only real differences."""
        read = changed = 0
        developers = self.apigee.all()
        while batch := _next(developers):
            changed += self.index.save(batch, self.clock.now())
            read += len(batch)
        return SyncReport(read, changed)


def _next(developers: Iterator[Developer]) -> tuple[Developer, ...]:
    return tuple(islice(developers, BATCH))
