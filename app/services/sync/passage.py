"""One passage through Apigee's list and the index, kept page by page so that it can be resumed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Final

from app.domain.audit import Actor
from app.domain.clock import Clock
from app.domain.developers import Developer
from app.domain.errors import NotFound
from app.domain.sync import Counts, Direction, Filter, Finding, FindingKind, Known
from app.services.apigee_port import ApigeeDevelopers
from app.services.sync.comparing import PageComparison, as_kept
from app.services.sync.port import Held, Place, Step, SyncRuns, SyncSides
from app.services.sync.seen import Seen
from app.services.sync.writing import SyncWriting

# A developer of the last page may be deleted meanwhile; then the one before is a start key.
FALLBACKS: Final = 3
CHUNK: Final = 5000
# Of those whom an applying run adds so many are listed; a dry run lists them all.
LISTED: Final = 1000
# So many are written to Apigee between two signs of life.
WRITTEN_AT_ONCE: Final = 25
Sides = tuple[ApigeeDevelopers, SyncRuns, SyncSides]


class Ending(StrEnum):
    """How the work on a run ended: at its end, in time for others, or canceled and taken away."""

    COMPLETE = "complete"
    PAUSED = "paused"
    LOST = "lost"


class _Stopped(Exception):
    def __init__(self, ending: Ending) -> None:
        super().__init__(ending)
        self.ending = ending


class Passage:
    """The work on one run that this process holds; in memory is a page and a bit for each row."""

    def __init__(self, held: Held, sides: Sides, writing: SyncWriting, clock: Clock) -> None:
        self._held = held
        self._run = held.run
        self._apigee, self._runs, self._sides = sides
        self._writing = writing
        self._clock = clock
        self._place: Place = held.place
        self._seen = Seen.unpacked(held.place.seen)
        self._only = Filter(held.run.choices.only)
        self.counts: Counts = held.run.counts
        self._until: datetime | None = None

    def go_on(self, until: datetime | None = None) -> Ending:
        """Work to the end, or until the first step after a moment is kept."""
        self._until = until
        try:
            if self._place.compared is None:
                self._read()
            self._compare_rest()
        except _Stopped as stopped:
            return stopped.ending
        return Ending.COMPLETE

    def _read(self) -> None:
        for page in self._pages():
            self.counts = replace(self.counts, pages=self.counts.pages + 1)
            for part in self._parts(page):
                self._compare(part)
        self._keep(replace(self._place, compared=0))

    def _pages(self) -> Iterator[Sequence[Developer]]:
        """Return Apigee's pages from where the run is, or from the start if that place is gone."""
        for start in reversed(self._place.last):
            pages = self._apigee.pages(start)
            try:
                return chain((next(pages, ()),), pages)
            except NotFound:
                continue
        return self._apigee.pages()

    def _parts(self, page: Sequence[Developer]) -> Iterator[Sequence[Developer]]:
        choices = self._run.choices
        writes = choices.apply and choices.direction is Direction.TO_APIGEE
        size = WRITTEN_AT_ONCE if writes else max(1, len(page))
        fresh = [developer for developer in page if developer.email not in self._place.last]
        for start in range(0, len(fresh), size):
            yield fresh[start : start + size]

    def _compare(self, part: Sequence[Developer]) -> None:
        looked_up = self._sides.look_up(self._run.number, part)
        choices, actor = self._run.choices, Actor(self._run.account_id, self._run.began_by)
        comparison = PageComparison(
            looked_up, choices.direction, self._only, self._seen, self._run.begun_at
        )
        findings, kept = list[Finding](), list[Developer]()
        for compared, conflicts in comparison.each():
            done = self._writing.write(actor, compared) if choices.apply else compared
            findings += [*filter(None, (done.finding,)), *conflicts]
            wanted = as_kept(done) if choices.apply else None
            kept += [wanted] if wanted else []
        self.counts = replace(
            self.counts,
            read=self.counts.read + len(part),
            changed=self.counts.changed + len(kept),
        )
        last = tuple(developer.email for developer in part[-FALLBACKS:])
        place = replace(self._place, last=last, seen=self._seen.packed())
        self._keep(place, findings, kept)

    def _compare_rest(self) -> None:
        """Find the rows that Apigee did not list; what was written since the beginning is new."""
        begun_at = self._run.begun_at
        while numbers := self._sides.rows_before(begun_at, self._place.compared or 0, CHUNK):
            missing = [number for number in numbers if number not in self._seen]
            rows = self._sides.rows(missing) if missing else ()
            meant = (row for row in rows if self._only.means(row.developer.email))
            findings = [_missing(row) for row in meant]
            self._keep(replace(self._place, compared=numbers[-1]), findings)

    def _keep(
        self, place: Place, findings: Sequence[Finding] = (), kept: Sequence[Developer] = ()
    ) -> None:
        listed = [finding for finding in findings if self._count(finding)]
        self._place = place
        step = Step(place, self.counts, listed, kept)
        now = self._clock.now()
        if not self._runs.keep(self._held, step, now):
            raise _Stopped(Ending.LOST)
        if self._until and now >= self._until:
            raise _Stopped(Ending.PAUSED)

    def _count(self, finding: Finding) -> bool:
        """Count a finding; tell whether it is listed, too."""
        kind, counts = finding.kind, self.counts
        found = {**counts.found, kind.value: counts.of(kind) + 1}
        self.counts = replace(
            counts,
            found=found,
            doable=counts.doable + finding.is_doable,
            failed=counts.failed + bool(finding.problem),
        )
        is_added = kind is FindingKind.ONLY_THERE and self._run.choices.apply
        return not is_added or self.counts.of(kind) <= LISTED


def _missing(row: Known) -> Finding:
    """Say that Apigee does not have a row's developer; nothing is deleted."""
    email, public_id = row.developer.email, row.public_id
    if row.account is None:
        return Finding(FindingKind.ONLY_HERE, email, public_id)
    return Finding(FindingKind.GONE, email, public_id, accounts=(row.account.account_id,))
