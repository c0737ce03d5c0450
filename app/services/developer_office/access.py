"""Whether the person behind a developer may sign in to the portal: the second of two switches.

The first, the developer's status on Apigee, decides about keys; this one decides about sessions.
Changing it is the account office's.
"""

from dataclasses import dataclass
from datetime import datetime

from app.domain.audit import Action
from app.domain.people import Account
from app.services.account_port import AccountBook, AccountRecord
from app.services.audit_port import AuditLog
from app.services.developer_port import IndexedDeveloper
from app.services.ports import Accounts, DeveloperIndex


@dataclass(frozen=True, slots=True)
class Blocking:
    """Since when somebody cannot sign in, by whom, and why; ``reason`` is for administrators."""

    at: datetime
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """A developer with the portal account; ``record`` is None where nobody has signed in.

    ``blocking`` is None for who may sign in, and where the audit log does not reach back.
    """

    row: IndexedDeveloper
    record: AccountRecord | None = None
    blocking: Blocking | None = None


@dataclass(frozen=True, slots=True)
class DeveloperAccess:
    """Reads it in the portal's own database; Apigee is not asked."""

    index: DeveloperIndex
    accounts: Accounts
    book: AccountBook
    log: AuditLog

    def of(self, public_id: str) -> Access:
        """Return a developer's access; raise ``NotFound``."""
        row = self.index.get(public_id)
        account = self.accounts.of_developer(row.email)
        if account is None:
            return Access(row)
        return Access(row, self.book.record(account.account_id), self.blocking(account))

    def blocking(self, account: Account) -> Blocking | None:
        """Return what is on record of the blocking that holds, or None."""
        if not account.blocked:
            return None
        entry = self.log.last_about((Action.ACCOUNT_BLOCK,), account.account_id)
        return Blocking(entry.at, entry.actor.name, entry.detail) if entry else None
