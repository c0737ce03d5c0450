"""One page of Apigee's developers beside what the portal has of them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.domain.developers import Developer, DeveloperStatus
from app.domain.sync import (
    Direction,
    Filter,
    Finding,
    FindingKind,
    Known,
    differences,
)
from app.services.sync.port import Lookup, Twin
from app.services.sync.seen import Seen


@dataclass(frozen=True, slots=True)
class Compared:
    """One developer of Apigee, what the portal has, and what was found; None means nothing."""

    there: Developer
    known: Known | None
    finding: Finding | None


@dataclass(frozen=True, slots=True)
class PageComparison:
    """Compares the developers of one page, in their order; ``seen`` learns of each."""

    looked_up: Lookup
    direction: Direction
    only: Filter
    seen: Seen
    begun_at: datetime
    before: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def each(self) -> Iterator[tuple[Compared, tuple[Finding, ...]]]:
        """Yield each developer that is meant, with the conflicts that it is part of."""
        for there in self.looked_up.developers:
            known = self.looked_up.known.get(there.email)
            if self.only.means(there.email):
                conflicts = tuple(self._conflicts(there, known))
                yield self._compared(there, known), conflicts
            if known is not None:
                self.seen.add(known.row)
            self.before[self.looked_up.folded[there.email]].append(there.email)

    def _compared(self, there: Developer, known: Known | None) -> Compared:
        if known is None:
            return Compared(there, None, Finding(FindingKind.ONLY_THERE, there.email))
        found = differences(known, there, self.direction)
        if not found:
            return Compared(there, known, None)
        finding = Finding(FindingKind.DIFFERS, there.email, known.public_id, found)
        return Compared(there, known, finding)

    def _conflicts(self, there: Developer, known: Known | None) -> Iterator[Finding]:
        public_id = known.public_id if known else ""
        twins = self._twins_on_apigee(there.email)
        if twins:
            kind = FindingKind.SAME_BUT_CASE
            yield Finding(kind, there.email, public_id, others=twins)
        accounts = set(self.looked_up.claimants.get(there.email, ()))
        if known and known.account:
            accounts.add(known.account.account_id)
        if len(accounts) > 1:
            numbers = tuple(sorted(accounts))
            yield Finding(FindingKind.TWO_ACCOUNTS, there.email, public_id, accounts=numbers)

    def _twins_on_apigee(self, email: str) -> tuple[str, ...]:
        """Return those that Apigee listed before; a pair is told once, at its second."""
        earlier = {
            twin.email for twin in self.looked_up.twins.get(email, ()) if self._is_there(twin)
        }
        # Those of this very page are not kept yet.
        earlier.update(
            other for other in self.before[self.looked_up.folded[email]] if other != email
        )
        return tuple(sorted(earlier))

    def _is_there(self, twin: Twin) -> bool:
        if twin.row is None or twin.seen_at is None:
            return True
        return twin.row in self.seen or twin.seen_at >= self.begun_at


def as_kept(compared: Compared) -> Developer | None:
    """Return what the index is to hold of a developer, or None where it holds that already.

    Who is inactive in the portal stays inactive there until an administrator activates.
    """
    there, known = compared.there, compared.known
    if known is None:
        return there
    if known.developer.status is DeveloperStatus.INACTIVE:
        there = replace(there, status=DeveloperStatus.INACTIVE)
    return None if _written(there) == _written(known.developer) else there


def _written(developer: Developer) -> tuple[object, ...]:
    return (
        developer.email,
        developer.developer_id,
        developer.first_name,
        developer.last_name,
        developer.user_name,
        developer.status,
        developer.custom_attributes,
        developer.created_at,
        developer.last_modified_at,
        developer.apps_count,
    )
