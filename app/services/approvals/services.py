"""The services of approvals, together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.domain.jobs import Job, JobKind
from app.services.approvals.decisions import Decisions
from app.services.approvals.desk import ApprovalDesk
from app.services.approvals.listing import AppListing
from app.services.approvals.scan import AppScan
from app.services.tidying import Chore


@dataclass(frozen=True, slots=True)
class Approvals:
    """What waits for a decision, deciding it, and the job that looks for it."""

    desk: ApprovalDesk
    decisions: Decisions
    listing: AppListing
    scan: AppScan
    scan_every: timedelta | None

    def handlers(self) -> Mapping[JobKind, Callable[[Job], None]]:
        """Return what does a single scan."""
        return {JobKind.SCAN_APPS: self.scan.run}

    def chores(self) -> Mapping[JobKind, Chore]:
        """Return the scan as it is done again and again, unless the operator turned that off."""
        every = self.scan_every
        return {JobKind.SCAN_APPS: Chore(self.scan.run, every)} if every else {}
