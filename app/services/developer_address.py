"""The address of a developer on Edge, where it is the key and can be changed: by a confirm page.

The link between account and developer is by the developer's id and never moves: what changes is
the address that both have. On X an address is for ever.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from app.domain.audit import SYSTEM, Action, Actor, AuditQuery
from app.domain.clock import Clock
from app.domain.developers import Developer, DeveloperChange
from app.domain.emails import folded_email
from app.domain.errors import AlreadyExists, Conflict, NotAllowed, NotFound, OutcomeUnknown
from app.domain.jobs import Job, JobKind, NewJob
from app.domain.people import Account
from app.domain.registrations import Standing
from app.services.account_port import AccountBook
from app.services.apigee_port import ApigeeDevelopers
from app.services.audit_port import AuditLog
from app.services.job_port import Jobs
from app.services.ports import ABANDONED_AFTER, Accounts, DeveloperIndex
from app.services.registration_port import Registrations
from app.services.registration_rules import UNFIT, RegistrationRules
from app.services.trail import Target, Trail

SAME: Final = "Apigee has the address of your sign-in provider."
FIXED: Final = "Apigee cannot change the address of a developer."
UNDECIDED: Final = "Your registration is not decided yet. The address can be changed after that."
NOT_VERIFIED: Final = (
    "Your sign-in provider has not verified the new address. Verify it there, then sign in again."
)
NOT_LISTED: Final = "Developers cannot have an address of this domain here."
TAKEN: Final = (
    "Somebody else has this address already, so it cannot become yours here. "
    "An administrator can look into it."
)
INACTIVE: Final = (
    "Your developer account is inactive, so its address stays as it is. "
    "Ask an administrator about it."
)
MOVED: Final = "Apigee has another address than this page said. Look at it again."


@dataclass(frozen=True, slots=True)
class DeveloperAddress:
    """Gives the developer the verified address that the provider says by now.

    A job stands behind every change: it lets the portal follow where the answer was lost, or the
    process ended, between Apigee and the portal's own tables.
    """

    apigee: ApigeeDevelopers
    accounts: Accounts
    book: AccountBook
    index: DeveloperIndex
    requests: Registrations
    jobs: Jobs
    trail: Trail
    clock: Clock
    rules: RegistrationRules
    is_fixed: bool

    def obstacle(self, account: Account) -> str | None:
        """Return why the address cannot be changed, or None; Apigee is not asked."""
        if not account.differs_from_apigee:
            return SAME
        if self.is_fixed:
            return FIXED
        return self._about_developer(account) or self._about_address(account)

    def begin(self, account: Account) -> None:
        """Let a job follow where the index knows that Apigee has the new address already."""
        if self.is_fixed or not account.differs_from_apigee:
            return
        known = self.index.by_folded_email(account.email)
        if any(row.developer_id == account.developer_id for row in known):
            self.jobs.hasten(self._behind(account).job_id)

    def change(self, account: Account, actor: Actor, confirmed: str) -> None:
        """Change the address on Apigee to the ``confirmed`` one, and follow it here.

        Raises ``NotAllowed`` with the reason, ``Conflict`` where either address is another by
        now, ``InvalidInput`` where Apigee does not accept it, and ``OutcomeUnknown``, after which
        a job looks again.
        """
        obstacle = self.obstacle(account)
        if obstacle:
            raise self._refused(account, actor, obstacle)
        if confirmed != account.email:
            raise Conflict(MOVED)
        developer = self._own(account)
        if developer.email == account.email:
            self._follow(account, actor, developer)
            return
        if developer.email != account.developer_email:
            raise Conflict(MOVED)
        if not developer.is_active:
            raise self._refused(account, actor, INACTIVE)
        spellings = {account.email, folded_email(account.email)}
        if have_others(self.apigee, spellings, account.developer_id):
            raise self._refused(account, actor, TAKEN)
        self._send(account, actor)

    def run(self, job: Job) -> None:
        """Follow where Apigee has another address of the job's developer; else do nothing.

        Raises ``Upstream`` while Apigee is away.
        """
        try:
            account = self.accounts.get(int(job.facts["account_id"]))
            developer = self._own(account)
        except (NotFound, NotAllowed):
            return
        if developer.email != account.developer_email:
            self._follow(account, SYSTEM, developer)

    def _send(self, account: Account, actor: Actor) -> None:
        job, target = self._behind(account), _target(account)
        try:
            with self.trail.around(actor, Action.DEVELOPER_EMAIL, target):
                changed = self.apigee.update(
                    account.developer_email, DeveloperChange(email=account.email)
                )
        except OutcomeUnknown:
            self.accounts.developer_changed(account.developer_email)
            self.jobs.hasten(job.job_id)
            raise
        except AlreadyExists:
            raise NotAllowed(TAKEN) from None
        self._follow(account, actor, changed)

    def _follow(self, account: Account, actor: Actor, developer: Developer) -> None:
        target = Target("developer", developer.email, account_id=account.account_id)
        with self.trail.around(actor, Action.DEVELOPER_LINK, target):
            self.accounts.developer_moved(developer)
        self.index.move(account.developer_email, developer, self.clock.now())

    def _own(self, account: Account) -> Developer:
        """Read the developer of the link by the id, which no change of the address changes."""
        if not account.is_developer:
            raise NotAllowed(SAME)
        return self.apigee.get(account.developer_id)

    def _is_outside(self, account: Account) -> bool:
        invited = self.requests.is_invited(account.email)
        return self.rules.needs_invitation(account.email) and not invited

    def _about_developer(self, account: Account) -> str | None:
        """Return what is undecided or decided about the developer, as far as the index knows."""
        if account.standing not in {Standing.NOTHING, Standing.REFUSED}:
            return UNDECIDED
        rows = self.index.by_folded_email(account.developer_email)
        own = (row for row in rows if row.email == account.developer_email)
        is_out = account.standing is Standing.REFUSED or not all(row.is_active for row in own)
        return INACTIVE if is_out else None

    def _about_address(self, account: Account) -> str | None:
        if not account.email_verified:
            return NOT_VERIFIED
        shut_out = self.rules.shuts_out(account)
        if shut_out or self._is_outside(account):
            return UNFIT if shut_out == UNFIT else NOT_LISTED
        return TAKEN if self._is_taken(account) else None

    def _is_taken(self, account: Account) -> bool:
        """Tell whether the address, in whatever letters, is or was somebody else's."""
        if self.requests.holder(account.email) not in {None, account.account_id}:
            return True
        rows = self.index.by_folded_email(account.email)
        if any(row.developer_id != account.developer_id for row in rows):
            return True
        others = (
            other
            for other in self.book.of_email(account.email)
            if other.account_id != account.account_id
        )
        return any(
            other.email_verified or other.is_unlinked or other.is_developer for other in others
        )

    def _behind(self, account: Account) -> Job:
        facts = {"account_id": str(account.account_id)}
        unique = f"{JobKind.FOLLOW_ADDRESS.value} {account.account_id}"
        due = self.clock.now() + ABANDONED_AFTER
        return self.jobs.add(NewJob(JobKind.FOLLOW_ADDRESS, due, facts, unique))

    def _refused(self, account: Account, actor: Actor, why: str) -> NotAllowed:
        self.trail.refusal(actor, Action.DEVELOPER_EMAIL, _target(account), NotAllowed.__name__)
        return NotAllowed(why)


def have_others(apigee: ApigeeDevelopers, addresses: Iterable[str], developer_id: str) -> bool:
    """Ask Apigee whether another developer has one of these addresses."""
    for address in addresses:
        with suppress(NotFound):
            if apigee.get(address).developer_id != developer_id:
                return True
    return False


def former_addresses(log: AuditLog, book: AccountBook, account_id: int) -> set[str]:
    """Return what the account's developer was called before, unless others are called so now."""
    query = AuditQuery(action=Action.DEVELOPER_EMAIL, target=str(account_id))
    former = {row.target for row in log.page(query)}
    return {email for email in former if _is_sole(book.bearers(email), account_id)}


def _is_sole(bearers: Iterable[Account], account_id: int) -> bool:
    return all(other.account_id == account_id for other in bearers)


def _target(account: Account) -> Target:
    return Target("developer", account.developer_email, account_id=account.account_id)
