"""Who gets a mail: developers at Apigee's address, people at one that they have proven."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.mail import Recipient
from app.domain.people import Account, Permission, Roles
from app.services.account_port import AccountBook, AccountSearch
from app.services.ports import DeveloperIndex

# Whoever has more of them names a mailbox in the settings.
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Recipients:
    """Finds them in the portal's own database.

    ``office`` are the addresses that the operator named for what administrators decide; without
    one every administrator is written to.
    """

    index: DeveloperIndex
    book: AccountBook
    roles: Roles
    office: Sequence[str] = ()

    def developer(self, email: str) -> Recipient:
        """Return the developer of exactly this address, with the name that the index knows."""
        same = (row for row in self.index.by_folded_email(email) if row.email == email)
        found = next(same, None)
        named = found is not None and found.name != email
        return Recipient(email, found.name if found and named else "")

    def person(self, account: Account) -> Recipient | None:
        """Return somebody at an address that is surely theirs, or None without one."""
        address = account.developer_email or (account.email if account.email_verified else "")
        return Recipient(address, _name(account)) if address else None

    def deciders(self) -> Sequence[Recipient]:
        """Return who decides about registrations and access, at most fifty."""
        if self.office:
            return tuple(map(Recipient, self.office))
        return tuple({one.address: one for one in self._administrators()}.values())

    def _administrators(self) -> Iterator[Recipient]:
        right = Permission.CHANGE_DEVELOPER_STATUS
        for role in sorted(self.roles.by_name):
            if right not in self.roles.by_name[role]:
                continue
            for record in self.book.search(AccountSearch(role=role, size=MOST)).rows:
                account = record.account
                if account.email and account.email_verified and not account.blocked:
                    yield Recipient(account.email, _name(account))


def _name(account: Account) -> str:
    return f"{account.first_name} {account.last_name}".strip()
