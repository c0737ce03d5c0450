"""The job behind the audit log: it folds repeats, supplies missing outcomes and seals all rows."""

from datetime import timedelta
from typing import Final

from app.domain.audit_chain import Head
from app.domain.clock import Clock
from app.domain.jobs import Job
from app.services.audit_port import AuditKeeper, AuditStream

EVERY: Final = timedelta(minutes=1)
FOLDED_AFTER: Final = timedelta(minutes=1)
# No request and no job of ours is under way for as long.
SETTLED_AFTER: Final = timedelta(minutes=15)


class AuditKeeping:
    """Brings the log up to date once a minute, and publishes how far the chain reaches.

    The head is published again when a worker starts: the one before may have died too early.
    """

    def __init__(self, keeper: AuditKeeper, stream: AuditStream, clock: Clock) -> None:
        self._keeper = keeper
        self._stream = stream
        self._clock = clock
        self._published: Head | None = None

    def run(self, _job: Job) -> None:
        """Do it once; a second time at once it finds nothing to do."""
        now = self._clock.now()
        self._keeper.fold(now - FOLDED_AFTER)
        self._keeper.settle(now - SETTLED_AFTER, now)
        head = self._keeper.seal()
        if head != self._published:
            self._stream.head(head)
            self._published = head
