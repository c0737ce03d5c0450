"""Turning off a key whose replacement works: the job behind every rotation."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.audit import SYSTEM, Action
from app.domain.clock import Clock
from app.domain.errors import Conflict, NotFound, Upstream, UpstreamKind
from app.domain.jobs import Job
from app.domain.keys import ApprovalStatus, Key, key_status
from app.domain.notes import Author
from app.domain.succession import only_on_old
from app.services.apigee_port import ApigeeDevelopers, ApigeeKeys, ApigeeOrganizationApps
from app.services.key_labels import label_of
from app.services.key_ledger import KeyLedger
from app.services.mail.mail import Mail
from app.services.products import Products

# Longer than the request that makes the new key can last.
BEING_MADE: Final = timedelta(minutes=2)
# A rotation without an overlap is due when it is written down.
LEAKED: Final = timedelta(minutes=1)
# What the pages say beside "tried 3 times; the portal tries again by itself".
_AWAY: Final = {
    UpstreamKind.UNREACHABLE: "Apigee cannot be reached.",
    UpstreamKind.TIMEOUT: "Apigee takes too long to answer.",
    UpstreamKind.BUSY: "Apigee is busy.",
}
FAILED: Final = "Apigee failed to do this."


@dataclass(frozen=True, slots=True)
class Retirement:
    """Turns the old key off, once; doing it again does nothing."""

    apps: ApigeeOrganizationApps
    developers: ApigeeDevelopers
    keys: ApigeeKeys
    ledger: KeyLedger
    clock: Clock
    products: Products
    mail: Mail

    def run(self, job: Job) -> None:
        """Turn the job's key off; one that is gone or off, or was never replaced, stays so.

        Raises ``Upstream`` while Apigee does not answer and ``Conflict`` while the new key does
        not do what the old one does: the job is then tried again.
        """
        try:
            self._retire(job)
        except Upstream as error:
            raise Upstream(error.kind, _AWAY.get(error.kind, FAILED)) from error

    def _retire(self, job: Job) -> None:
        try:
            app = self.apps.get(job.facts["app_id"]).app
            email = self.developers.get(app.developer_id).email
        except NotFound:
            return
        old = app.key(job.facts["key_id"])
        if old is None or old.status is ApprovalStatus.REVOKED:
            return
        new = replacement(app, job)
        if new is None:
            if self.clock.now() - job.created_at < BEING_MADE:
                raise Conflict("The new key is still being made.")
            return
        self._check(job, old, new)
        self._turn_off(app, email, old, new)

    def _check(self, job: Job, old: Key, new: Key) -> None:
        """A key that leaked stops once the new one works at all, any other once it is as good."""
        status = key_status(
            new,
            developer_active=True,
            app_status=ApprovalStatus.APPROVED,
            now=self.clock.now(),
        )
        missed = only_on_old(old, new)
        if status.works and (not missed or abs(job.due_at - job.created_at) < LEAKED):
            return
        reason = f": {self._missed(new, missed)}" if missed else ""
        raise Conflict(f"The new key does not work yet{reason}. The old one stays on.")

    def _missed(self, new: Key, missed: tuple[str, ...]) -> str:
        titles = self.products.titles()
        words = {
            ApprovalStatus.PENDING: "waits for approval",
            ApprovalStatus.REVOKED: "was refused",
        }
        return ", ".join(
            f"{titles.get(item.name, item.name)} {words[item.status]}"
            for item in new.products
            if item.name in missed
        )

    def _turn_off(self, app: DeveloperApp, email: str, old: Key, new: Key) -> None:
        with self.ledger.change(email, SYSTEM, Action.KEY_RETIRE, app, old.key_id):
            self.keys.set_status(email, app.name, old.key_id, ApprovalStatus.REVOKED)
            self.ledger.turned_off(app, SYSTEM, old.key_id, Author.SYSTEM, new.key_id)
        label = label_of(self.ledger.notes, app, old.key_id)
        self.mail.key_retired(app, email, old, label)


def replacement(app: DeveloperApp, job: Job) -> Key | None:
    """Return the key that a rotation made; where Apigee chose its value, the first new one."""
    named = app.key(job.facts["new_key_id"])
    before = job.facts["before"].split(",")
    return named or next((key for key in reversed(app.keys) if key.key_id not in before), None)
