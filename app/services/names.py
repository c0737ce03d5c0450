"""First and last names kept in step: what the portal has goes to Apigee, at once or by a job.

The portal's names are the provider's until the person writes their own.
"""

from dataclasses import dataclass

from app.domain.audit import SYSTEM, Action, Actor
from app.domain.clock import Clock
from app.domain.developers import DeveloperChange
from app.domain.errors import NotFound
from app.domain.jobs import Job, JobKind, NewJob
from app.domain.people import Account
from app.services.apigee_port import ApigeeDevelopers
from app.services.changes import Counted
from app.services.job_port import Jobs
from app.services.ports import Accounts, DeveloperIndex
from app.services.trail import Target, Trail


@dataclass(frozen=True, slots=True)
class NamesInStep:
    """Sends the portal's names to Apigee; sending them again changes nothing."""

    apigee: ApigeeDevelopers
    accounts: Accounts
    index: DeveloperIndex
    jobs: Jobs
    trail: Trail
    clock: Clock

    def begin(self, account: Account) -> None:
        """Let a job send the names where Apigee is known to have others; Apigee is not asked."""
        if account.is_developer and not self._is_known(account):
            self.later(account)

    def later(self, account: Account) -> None:
        """Let a job send the names."""
        facts = {"account_id": str(account.account_id)}
        unique = f"{JobKind.SEND_NAMES.value} {account.account_id}"
        self.jobs.add(NewJob(JobKind.SEND_NAMES, self.clock.now(), facts, unique))

    def run(self, job: Job) -> None:
        """Send the names of the job's account; raise ``Upstream`` while Apigee is away."""
        sent: Account | None = None
        while True:
            try:
                account = self.accounts.get(int(job.facts["account_id"]))
            except NotFound:
                return
            if sent is not None and _names(sent) == _names(account):
                return
            self.send(account, SYSTEM)
            sent = account

    def send(self, account: Account, actor: Actor) -> None:
        """Give Apigee the account's names; a developer who is gone needs none."""
        if not account.is_developer or not any(_names(account)):
            return
        email = account.developer_email
        target, counted = Target("developer", email), Counted(self.accounts, email)
        try:
            if self._is_same(account):
                return
            with self.trail.around(actor, Action.DEVELOPER_UPDATE, target, beside=counted):
                first, last = (name or None for name in _names(account))
                changed = self.apigee.update(email, DeveloperChange(first, last))
        except NotFound:
            return
        self.index.save((changed,), self.clock.now())

    def _is_same(self, account: Account) -> bool:
        """Look at Apigee first: without a difference there is nothing to put on record."""
        developer = self.apigee.get(account.developer_email)
        if not _fit(account, developer.first_name, developer.last_name):
            return False
        self.index.save((developer,), self.clock.now())
        return True

    def _is_known(self, account: Account) -> bool:
        rows = self.index.by_folded_email(account.developer_email)
        return any(
            row.email == account.developer_email and _fit(account, row.first_name, row.last_name)
            for row in rows
        )


def _names(account: Account) -> tuple[str, str]:
    return account.first_name, account.last_name


def _fit(account: Account, first_name: str, last_name: str) -> bool:
    """Tell whether Apigee's names are the account's; what the account lacks may be anything."""
    pairs = zip(_names(account), (first_name, last_name), strict=True)
    return all(own in ("", known) for own, known in pairs)
