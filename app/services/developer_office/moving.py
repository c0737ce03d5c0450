"""A developer's e-mail address, changed by an administrator: on Edge, where it can be changed."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.developers import Developer, DeveloperChange
from app.domain.emails import folded_email
from app.domain.errors import AlreadyExists, InvalidInput, NotAllowed, NotFound, OutcomeUnknown
from app.domain.jobs import JobKind, NewJob
from app.domain.mail import is_address
from app.domain.people import Account
from app.services.apigee_port import ApigeeDevelopers
from app.services.developer_address import FIXED, have_others
from app.services.developer_office.adding import EXISTS, NO_ADDRESS
from app.services.developer_office.editing import GONE
from app.services.developer_port import IndexedDeveloper
from app.services.job_port import Jobs
from app.services.mail.mail import Mail
from app.services.ports import ABANDONED_AFTER, Accounts, DeveloperIndex
from app.services.trail import Target, Trail

SAME: Final = "The developer has this address already."


@dataclass(frozen=True, slots=True)
class DeveloperMoving:
    """Gives a developer another address; the row of the index and the account follow.

    Where somebody's account is linked, the job that follows a changed address stands behind the
    change, in case the answer is lost.
    """

    apigee: ApigeeDevelopers
    accounts: Accounts
    index: DeveloperIndex
    jobs: Jobs
    mail: Mail
    trail: Trail
    clock: Clock
    is_fixed: bool

    def change(self, actor: Actor, public_id: str, typed: str) -> Developer:
        """Change the address; raise ``NotAllowed`` on X and ``InvalidInput`` with the field.

        Raises ``OutcomeUnknown`` where nobody knows whether it was changed; asked for again, a
        change that had been made is only followed.
        """
        row, new = self.index.get(public_id), typed.strip()
        account = self.accounts.of_developer(row.email)
        target = Target("developer", row.email, account_id=account.account_id if account else None)
        if self.is_fixed:
            self.trail.refusal(actor, Action.DEVELOPER_EMAIL, target, NotAllowed.__name__)
            raise NotAllowed(FIXED)
        problem = self._problem(row, new)
        if problem:
            raise InvalidInput({"new_email": problem})
        changed = self._sent(actor, row, new, self._behind(account), target)
        if account is not None:
            with self.trail.around(actor, Action.DEVELOPER_LINK, target):
                self.accounts.developer_moved(changed)
        self.index.move(row.email, changed, self.clock.now())
        self.mail.email_changed(changed.name, row.email, changed.email)
        return changed

    def _problem(self, row: IndexedDeveloper, new: str) -> str | None:
        if not is_address(new):
            return NO_ADDRESS
        if new == row.email:
            return SAME
        same = self.index.by_folded_email(new)
        # Edge itself refuses the very address, but not the same one in other letters.
        other_letters = {folded_email(new)} - {new, row.email}
        is_taken = any(other.developer_id != row.developer_id for other in same)
        if is_taken or have_others(self.apigee, other_letters, row.developer_id):
            return EXISTS
        return None

    def _sent(
        self, actor: Actor, row: IndexedDeveloper, new: str, job_id: int | None, target: Target
    ) -> Developer:
        try:
            with self.trail.around(actor, Action.DEVELOPER_EMAIL, target):
                return self.apigee.update(target.name, DeveloperChange(email=new))
        except OutcomeUnknown:
            self.accounts.developer_changed(target.name)
            if job_id is not None:
                self.jobs.hasten(job_id)
            raise
        except AlreadyExists:
            raise InvalidInput({"new_email": EXISTS}) from None
        except NotFound:
            return self._moved_before(row, new)

    def _moved_before(self, row: IndexedDeveloper, new: str) -> Developer:
        """Return the developer who has the new address by now; raise ``NotFound``."""
        with suppress(NotFound):
            developer = self.apigee.get(row.developer_id)
            if developer.email == new:
                return developer
        raise NotFound(GONE)

    def _behind(self, account: Account | None) -> int | None:
        if account is None:
            return None
        facts = {"account_id": str(account.account_id)}
        unique = f"{JobKind.FOLLOW_ADDRESS.value} {account.account_id}"
        due = self.clock.now() + ABANDONED_AFTER
        return self.jobs.add(NewJob(JobKind.FOLLOW_ADDRESS, due, facts, unique)).job_id
