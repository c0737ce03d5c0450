"""What was done about a developer, as the audit log has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.audit import AuditEntry, Concerned
from app.domain.people import Account
from app.services.audit_port import AuditLog
from app.services.developer_port import IndexedDeveloper

SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class DeveloperActivity:
    """Reads the newest rows about one developer; each needs an index of its own."""

    log: AuditLog

    def newest(self, row: IndexedDeveloper, account: Account | None) -> Sequence[AuditEntry]:
        """Return outcomes, the newest first: about the developer, for them, or by them."""
        return self.log.concerning(concerned(row, account), SHOWN)


def concerned(row: IndexedDeveloper, account: Account | None) -> Concerned:
    """Return the developer, with the linked account, as the audit log is asked."""
    return Concerned(row.email, account.account_id if account else None)
