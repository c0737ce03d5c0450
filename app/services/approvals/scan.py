"""Looking at every app of the organization: what waits, and which keys end soon."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from math import ceil
from typing import Final

from app.domain.approvals import ScanPlace, Wait, Wanted
from app.domain.apps import DeveloperApp, OrganizationApp
from app.domain.clock import Clock
from app.domain.errors import NotFound
from app.domain.jobs import PATIENCE, Job, JobPaused
from app.domain.keys import ApprovalStatus, Key
from app.services.apigee_port import ApigeeOrganizationApps
from app.services.approvals.port import AccessQueue
from app.services.developer_port import DeveloperFilter
from app.services.key_labels import label_of
from app.services.mail.mail import Mail
from app.services.ports import DeveloperIndex, Notes

# Days before a key's end when its developer is told, each once.
NOTICES: Final = (1, 7, 14, 30)
DAY: Final = timedelta(days=1)
# One that began longer ago begins anew: what it found would be told as newer than it is. Ten
# million apps are 10,000 calls, which may well take half a day.
FRESH: Final = DAY
BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class AppScan:
    """Reads Apigee's list page by page; of an app no more is kept than what waits on it.

    What was found is kept with every few hundred apps, so that after a crash it goes on there.

    Whether X leaves apps that are not approved out of the list is in no document [?]; what it
    leaves out is not found. Apps of AppGroups and companies are passed over.
    """

    apps: ApigeeOrganizationApps
    queue: AccessQueue
    index: DeveloperIndex
    notes: Notes
    mail: Mail
    clock: Clock

    def run(self, _job: Job) -> None:
        """Look at all apps, or go on with a scan that broke off; raise ``JobPaused`` for others."""
        now = self.clock.now()
        place = self.queue.begin_scan(now, now - FRESH)
        try:
            self._go_on(place, self.apps.after(place.last) if place.last else self.apps.all())
        except NotFound:  # the last app is gone, and Apigee begins no page with it
            self._go_on(ScanPlace(place.began_at), self.apps.all())

    def _go_on(self, place: ScanPlace, apps: Iterator[OrganizationApp]) -> None:
        until = self.clock.now() + PATIENCE
        while part := tuple(islice(apps, BATCH)):
            last, count = part[-1].app.app_id, place.apps + len(part)
            place = replace(place, last=last, apps=count)
            if not self.queue.keep_scan(place, tuple(self._look(part, place.began_at))):
                return
            if self.clock.now() >= until:
                raise JobPaused
        self.queue.end_scan(place, self.clock.now())

    def _look(self, part: Sequence[OrganizationApp], began_at: datetime) -> Iterator[Wait]:
        for item in part:
            if not item.group and item.app.developer_id:
                yield from _waits(item.app, began_at)
                self._remind(item.app, began_at)

    def _remind(self, app: DeveloperApp, now: datetime) -> None:
        """Write about keys that end soon; the outbox knows which mails were written before."""
        ending = [(key, days) for key in app.keys if (days := notice(key, now))]
        if not ending or app.status is not ApprovalStatus.APPROVED:
            return
        known = self.index.by_developer_id({app.developer_id}, DeveloperFilter())
        owner = known.get(app.developer_id)
        if owner is None:
            return
        for key, days in ending:
            label = label_of(self.notes, app, key.key_id)
            self.mail.key_expiring(app, owner.email, key, days, label)


def notice(key: Key, now: datetime) -> int:
    """Return which notice of a key's end is due, in days before it; 0 means none."""
    if key.expires_at is None or key.has_ended(now) or key.status is ApprovalStatus.REVOKED:
        return 0
    left = ceil((key.expires_at - now) / DAY)
    return next((days for days in NOTICES if left <= days), 0)


def _waits(app: DeveloperApp, now: datetime) -> Iterator[Wait]:
    """Since when something waits Apigee does not say: the app's last change is the best guess."""
    since = min(app.last_modified_at or now, now)
    for key in app.keys:
        if key.status is ApprovalStatus.REVOKED or key.has_ended(now):
            continue
        for item in key.products:
            if item.status is ApprovalStatus.PENDING:
                yield Wait(Wanted(app.app_id, key.key_id, item.name), app.developer_id, since)
