"""Who gets a mail: people at an address that they have proven, else at Apigee's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.mail import Recipient
from app.domain.people import Account, Permission, Roles
from app.services.account_port import AccountBook, AccountSearch
from app.services.ports import Accounts, DeveloperIndex

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
    accounts: Accounts
    roles: Roles
    office: Sequence[str] = ()

    def developer(self, email: str) -> Recipient:
        """Return the developer of exactly this address, with the name that the index knows.

        Where the provider has verified another address since, the mail goes there.
        """
        same = (row for row in self.index.by_folded_email(email) if row.email == email)
        found = next(same, None)
        named = found is not None and found.name != email
        linked = self.accounts.of_developer(email)
        address = _proven(linked) if linked else ""
        return Recipient(address or email, found.name if found and named else "")

    def person(self, account: Account) -> Recipient | None:
        """Return somebody at an address that is surely theirs, or None without one."""
        address = _proven(account) or account.developer_email
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


def _proven(account: Account) -> str:
    return account.email if account.email_verified else ""


def _name(account: Account) -> str:
    return f"{account.first_name} {account.last_name}".strip()
