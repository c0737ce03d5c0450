"""What a synchronization writes beside the index: names and statuses at Apigee, own names here."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from app.domain.audit import Action, Actor
from app.domain.developers import Developer, DeveloperChange, DeveloperStatus
from app.domain.errors import OutcomeUnknown, PortalError, Upstream
from app.domain.sync import NAMES, Finding, LinkedAccount, Taken
from app.services.account_port import AccountBook
from app.services.apigee_port import ApigeeDevelopers
from app.services.changes import Counted
from app.services.ports import Accounts
from app.services.sync.comparing import Compared
from app.services.trail import Target, Trail


@dataclass(frozen=True, slots=True)
class SyncWriting:
    """Takes values over, on the record; doing it again changes nothing more."""

    apigee: ApigeeDevelopers
    accounts: Accounts
    book: AccountBook
    trail: Trail

    def write(self, actor: Actor, compared: Compared) -> Compared:
        """Do what the finding says about one developer; raise ``Upstream`` while Apigee is away.

        What Apigee or a rule refuses becomes the finding's problem.
        """
        finding, known = compared.finding, compared.known
        if finding is None or known is None:
            return compared
        try:
            there = self._to_apigee(actor, compared.there, finding)
            if known.account and known.account.names_edited:
                self._to_account(actor, known.account, finding)
        except (Upstream, OutcomeUnknown):
            raise
        except PortalError as error:
            return replace(compared, finding=replace(finding, problem=error.message))
        return replace(compared, there=there)

    def _to_apigee(self, actor: Actor, there: Developer, finding: Finding) -> Developer:
        """Return the developer as Apigee has them then."""
        going = _values(finding, Taken.TO_APIGEE)
        names = DeveloperChange(going.get("first_name"), going.get("last_name"))
        if names != DeveloperChange():
            with self._recorded(actor, Action.DEVELOPER_UPDATE, there.email):
                there = self.apigee.update(there.email, names)
        if "status" in going:
            with self._recorded(actor, Action.DEVELOPER_DEACTIVATE, there.email):
                self.apigee.set_status(there.email, DeveloperStatus.INACTIVE)
            there = replace(there, status=DeveloperStatus.INACTIVE)
        return there

    def _to_account(self, actor: Actor, account: LinkedAccount, finding: Finding) -> None:
        """Give the account the names that were changed on Apigee."""
        coming = _values(finding, Taken.TO_PORTAL)
        names = [coming.get(name, getattr(account, name)) for name in NAMES]
        if names != [getattr(account, name) for name in NAMES]:
            target = Target("account", account.email, account_id=account.account_id)
            with self.trail.around(actor, Action.ACCOUNT_NAMES, target):
                self.book.rename(account.account_id, *names)

    def _recorded(self, actor: Actor, action: Action, email: str) -> AbstractContextManager[object]:
        target, counted = Target("developer", email), Counted(self.accounts, email)
        return self.trail.around(actor, action, target, beside=counted)


def _values(finding: Finding, taken: Taken) -> Mapping[str, str]:
    """Return the values that go one way: the portal's to Apigee, or Apigee's to the portal."""
    return {
        item.field: item.here if taken is Taken.TO_APIGEE else item.there
        for item in finding.differences
        if item.taken is taken
    }
