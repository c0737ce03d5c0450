"""Deleting an account: asked for by its person, done by a job, step by step."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.audit import SYSTEM, Action, Actor, AuditQuery, Phase
from app.domain.clock import Clock
from app.domain.developers import Developer, DeveloperStatus
from app.domain.errors import InvalidInput, NotAllowed, NotFound, NotPossible, Upstream
from app.domain.jobs import Job, JobKind, NewJob
from app.domain.people import ADMINISTRATOR, Account
from app.domain.policy import Deletion
from app.domain.registrations import Standing
from app.services.account_office import target
from app.services.account_port import AccountBook
from app.services.apigee_port import ApigeeApps, ApigeeDevelopers
from app.services.audit_port import AuditKeeper, AuditLog
from app.services.changes import Counted
from app.services.developer_address import former_addresses
from app.services.giving_back import GivingBack
from app.services.job_port import Jobs
from app.services.own_account import all_apps
from app.services.ports import Accounts, DeveloperIndex
from app.services.session_port import SignInSessions
from app.services.trail import Target, Trail

GRANTED: Final = (
    "You are an administrator by a role that was granted here. "
    "Ask another administrator to take it away first."
)
NOT_HERE: Final = "Accounts are not deleted here. Ask support."
SET_UP: Final = "Your developer account is being set up. Delete the account once that is done."
UNDER_WAY: Final = "Your account is being deleted already."
BLOCKED: Final = "An administrator blocked your sign-in. Ask an administrator to allow it first."
UNLINKED: Final = (
    "An administrator took your account off its developer, so you cannot delete it yourself. "
    "Ask an administrator about it."
)
INACTIVE: Final = (
    "Your developer account is inactive, so you cannot delete your account yourself. "
    "Ask an administrator about it."
)
UNDECIDED: Final = (
    "Your registration waits for an administrator, so you cannot delete your account now. "
    "Ask an administrator to decide first."
)
REFUSED: Final = (
    "An administrator refused your registration, so you cannot delete your account yourself. "
    "Ask an administrator about it."
)
BY_STANDING: Final[Mapping[Standing, str]] = {
    Standing.SETTING_UP: SET_UP,
    Standing.WAITING: UNDECIDED,
    Standing.BY_HAND: UNDECIDED,
    Standing.REFUSED: REFUSED,
}


@dataclass(frozen=True, slots=True)
class AccountDeletion:
    """Deletes portal accounts with their sessions; the audit log keeps its rows.

    Nobody gets rid of what an administrator decided about them by deleting their account.
    """

    apigee: ApigeeDevelopers
    apps: ApigeeApps
    accounts: Accounts
    book: AccountBook
    sessions: SignInSessions
    index: DeveloperIndex
    jobs: Jobs
    keeper: AuditKeeper
    log: AuditLog
    trail: Trail
    clock: Clock
    how: Deletion
    giving_back: GivingBack

    def obstacle(self, account: Account) -> str | None:
        """Return why the account cannot be deleted by its person now, or None."""
        if self.how is Deletion.OFF:
            return NOT_HERE
        if self.is_under_way(account):
            return UNDER_WAY
        return _decided(account) or (INACTIVE if self._is_deactivated(account) else None)

    def _is_deactivated(self, account: Account) -> bool:
        """Tell it as the index knows it; the job reads it afresh."""
        same = self.index.by_folded_email(account.developer_email) if account.is_developer else ()
        return any(row.email == account.developer_email and not row.is_active for row in same)

    def is_under_way(self, account: Account) -> bool:
        """Tell whether a job is about to delete the account."""
        return bool(self.jobs.about(_about(account)))

    def concerned(self, account: Account) -> Sequence[DeveloperApp] | None:
        """Return the apps whose keys stop; None while Apigee does not answer.

        Where the apps are deleted it must answer: raises ``Upstream``.
        """
        if not account.is_developer:
            return ()
        try:
            return tuple(all_apps(self.apps, account.developer_email))
        except Upstream:
            if self.how is Deletion.DELETE:
                raise
            return None

    def check(self, account: Account, confirmation: str) -> None:
        """Raise what stands in the way; ``InvalidInput`` unless its address (or name) was typed."""
        obstacle = self.obstacle(account)
        if obstacle:
            kind = NotPossible if obstacle in {UNDER_WAY, SET_UP} else NotAllowed
            raise kind(obstacle)
        if confirmation.strip().casefold() != to_type(account).casefold():
            raise InvalidInput({"confirm_name": f"Type {to_type(account)} to delete the account."})

    def begin(self, account: Account, actor: Actor, confirmation: str) -> None:
        """Let a job delete the account with its sessions; raises what ``check`` does."""
        self.check(account, confirmation)
        facts = {"account_id": str(account.account_id), "how": self.how.value}
        facts["developer_id"] = account.developer_id
        job = NewJob(
            JobKind.DELETE_ACCOUNT, self.clock.now(), facts, _about(account), _about(account)
        )
        with self.trail.around(actor, Action.ACCOUNT_DELETION, target(account)):
            self.jobs.add(job)

    def run(self, job: Job) -> None:
        """Do every step that is not done yet; raise ``Upstream`` while Apigee is away.

        What an administrator decided in between ends the job: the account stays.
        """
        account_id = int(job.facts["account_id"])
        # Its rows name nobody: they are the last ones, and what follows forgets the names.
        last = Target("account_id", str(account_id))
        self.giving_back.of(self.sessions.end_all(account_id, self.clock.now()))
        try:
            self._check(account_id)
            emails = self._settle(job)
        except NotAllowed as error:
            self.trail.refusal(SYSTEM, Action.ACCOUNT_DELETE, last, type(error).__name__)
            return
        with self.trail.around(SYSTEM, Action.ACCOUNT_DELETE, last):
            if job.facts["how"] == Deletion.DELETE.value:
                self.keeper.forget_names(account_id, self._sole(account_id, emails))
            self.book.delete(account_id)

    def _check(self, account_id: int) -> None:
        with suppress(NotFound):
            decided = _decided(self.accounts.get(account_id))
            if decided:
                raise NotAllowed(decided)

    def _sole(self, account_id: int, emails: set[str]) -> set[str]:
        """Return the names that are proven to be this account's and nobody else's."""
        with suppress(NotFound):
            account = self.accounts.get(account_id)
            former = former_addresses(self.log, self.book, account_id)
            emails = emails | former | {account.developer_email}
            if account.email_verified:
                emails.add(account.email)
            # A subject is any text that an issuer chose, also the address of somebody else.
            if "@" not in account.subject:
                emails.add(account.subject)
        return {name for name in emails - {""} if self._is_sole(account_id, name)}

    def _is_sole(self, account_id: int, name: str) -> bool:
        return all(other.account_id == account_id for other in self.book.bearers(name))

    def _settle(self, job: Job) -> set[str]:
        """Deactivate or delete the developer; return the address, unless they are gone.

        Raises ``NotAllowed`` for one whom somebody else deactivated, and who could begin anew.
        """
        if not job.facts["developer_id"]:
            return set()
        try:
            developer = self.apigee.get(job.facts["developer_id"])
            deletes = job.facts["how"] == Deletion.DELETE.value
            if not developer.is_active:
                if deletes or not self._has_deactivated(developer, job):
                    raise NotAllowed(INACTIVE)
            elif deletes:
                self._delete(developer)
            else:
                self._deactivate(developer, job)
        except NotFound:
            return set()
        return {developer.email}

    def _has_deactivated(self, developer: Developer, job: Job) -> bool:
        """Tell whether this very job did, or may have done, before it was stopped."""
        query = AuditQuery(
            action=Action.DEVELOPER_DEACTIVATE, target=developer.email, since=job.created_at
        )
        rows = self.log.page(query)
        failed = {row.action_id for row in rows if row.phase is Phase.FAILED}
        return any(row.detail == _reason(job) and row.action_id not in failed for row in rows)

    def _delete(self, developer: Developer) -> None:
        about = Target("developer", developer.email)
        with self.trail.around(SYSTEM, Action.DEVELOPER_DELETE, about):
            self.apigee.delete(developer.email)
        self.index.remove(developer.email)

    def _deactivate(self, developer: Developer, job: Job) -> None:
        email, about = developer.email, Target("developer", developer.email)
        action, counted = Action.DEVELOPER_DEACTIVATE, Counted(self.accounts, email)
        with self.trail.around(SYSTEM, action, about, _reason(job), counted):
            self.apigee.set_status(email, DeveloperStatus.INACTIVE)
        self.index.save((self.apigee.get(email),), self.clock.now())


def to_type(account: Account) -> str:
    """Return what the person types to confirm."""
    return account.email or account.name or account.subject


def _decided(account: Account) -> str | None:
    """Return what stands about the account that only an administrator changes, or None."""
    if account.blocked:
        return BLOCKED
    if account.is_unlinked:
        return UNLINKED
    if account.standing in BY_STANDING:
        return BY_STANDING[account.standing]
    return GRANTED if ADMINISTRATOR in account.granted_roles else None


def _reason(job: Job) -> str:
    return f"deletion of account {job.facts['account_id']}"


def _about(account: Account) -> str:
    return f"account {account.account_id}"
