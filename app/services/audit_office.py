"""The audit log in people's hands: taken out row by row, on record, and checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain
from typing import Final

from app.domain.audit import Action, Actor, AuditEntry, AuditQuery
from app.domain.audit_chain import BEGINNING, Head, Verdict
from app.domain.clock import Clock
from app.services.audit_port import AuditKeeper, AuditLog, Unsealed
from app.services.trail import Target, Trail

# The job comes by every minute; whoever took the whole chain away must be found, too.
OVERDUE: Final = timedelta(minutes=10)
PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Report:
    """How the chain stands, and what waits for its seal; ``overdue`` when it waits too long."""

    verdict: Verdict
    unsealed: Unsealed
    overdue: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.verdict.broken is None and not self.overdue


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Rows of one page, newest first; ``next_before`` is None on the last one."""

    entries: tuple[AuditEntry, ...]
    next_before: int | None = None


@dataclass(frozen=True, slots=True)
class AuditOffice:
    """Reads the log page by page, so that its length does not matter."""

    log: AuditLog
    keeper: AuditKeeper
    trail: Trail
    clock: Clock

    def check(self, published: Mapping[int, str], start: Head = BEGINNING) -> Report:
        """Follow the chain from a head on; ``published`` are hashes by their position."""
        verdict, unsealed = self.keeper.verify(published, start), self.keeper.unsealed()
        since = unsealed.since
        overdue = since is not None and self.clock.now() - since > OVERDUE
        return Report(verdict, unsealed, overdue)

    def newest(self, query: AuditQuery, before: int | None = None) -> AuditPage:
        """Return one page of the wanted rows, from the newest one before a number on."""
        found = self.log.recent(PAGE + 1, replace(query, before=before))
        page = tuple(found[:PAGE])
        return AuditPage(page, page[-1].number if len(found) > PAGE else None)

    def rows(self, actor: Actor, query: AuditQuery) -> Iterator[AuditEntry]:
        """Return the wanted rows, oldest first; raise ``NotRecorded`` before the first one.

        The outcome on record is done once all of them were taken, and unknown before.
        """
        pages = self._pages(actor, query)
        first = next(pages)
        return chain.from_iterable(chain((first,), pages))

    def _pages(self, actor: Actor, query: AuditQuery) -> Iterator[Sequence[AuditEntry]]:
        target = Target("audit", _wanted(query))
        with self.trail.around(actor, Action.AUDIT_EXPORT, target):
            page = self.log.page(query)
            yield page
            while len(page) == query.size:
                page = self.log.page(replace(query, after=page[-1].number))
                yield page


def _wanted(query: AuditQuery) -> str:
    """Say what was exported; names stay out, because nobody could make them forgotten."""
    parts = (
        "one actor" if query.actor else "",
        f"action {query.action}" if query.action else "",
        "one object" if query.target else "",
        f"since {query.since.isoformat()}" if query.since else "",
        f"until {query.until.isoformat()}" if query.until else "",
    )
    return ", ".join(filter(None, parts)) or "everything"
