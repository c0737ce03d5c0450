"""Who gets a mail: people at an address that they have proven, else at Apigee's."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.approvals import ProductOwners
from app.domain.emails import folded_email
from app.domain.mail import Recipient
from app.domain.people import Account, Permission, Roles
from app.services.account_port import AccountBook, AccountSearch
from app.services.developer_port import IndexedDeveloper
from app.services.ports import Accounts, DeveloperIndex

# Whoever has more of them names a mailbox in the settings.
MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Recipients:
    """Finds them in the portal's own database.

    ``office`` are the addresses that the operator named for what administrators decide; without
    one every administrator is written to. ``owners`` returns the addresses and roles that a
    product is of, as the operator named them.
    """

    index: DeveloperIndex
    book: AccountBook
    accounts: Accounts
    roles: Roles
    office: Sequence[str] = ()
    owners: Callable[[str], Sequence[str]] = ProductOwners().who

    def developer(self, email: str) -> Recipient:
        """Return the developer of exactly this address, with the name that the index knows.

        Where the provider has verified another address since, the mail goes there.
        """
        found = self.known(email)
        named = found is not None and found.name != email
        linked = self.accounts.of_developer(email)
        address = _proven(linked) if linked else ""
        return Recipient(address or email, found.name if found and named else "")

    def known(self, email: str) -> IndexedDeveloper | None:
        """Return who has exactly this address in the index, or None."""
        same = (row for row in self.index.by_folded_email(email) if row.email == email)
        return next(same, None)

    def person(self, account: Account) -> Recipient | None:
        """Return somebody at an address that is surely theirs, or None without one."""
        address = _proven(account) or account.developer_email
        return Recipient(address, _name(account)) if address else None

    def deciders(self) -> Sequence[Recipient]:
        """Return who decides about registrations and access, at most fifty."""
        if self.office:
            return tuple(map(Recipient, self.office))
        right, rights = Permission.CHANGE_DEVELOPER_STATUS, self.roles.by_name
        found = (self._holders(role) for role in sorted(rights) if right in rights[role])
        return _each_once(one for holders in found for one in holders)

    def owners_of(self, product: str) -> Sequence[Recipient]:
        """Return who owns a product, by address or role; without an owner who decides."""
        owners = self.owners(product)
        found = (self._owner(owner) for owner in owners)
        return _each_once(one for some in found for one in some) or self.deciders()

    def _owner(self, owner: str) -> Iterable[Recipient]:
        return (Recipient(owner),) if "@" in owner else self._holders(owner)

    def _holders(self, role: str) -> Iterator[Recipient]:
        for record in self.book.search(AccountSearch(role=role, size=MOST)).rows:
            account = record.account
            if account.email and account.email_verified and not account.blocked:
                yield Recipient(account.email, _name(account))


def _proven(account: Account) -> str:
    return account.email if account.email_verified else ""


def _name(account: Account) -> str:
    return f"{account.first_name} {account.last_name}".strip()


def _each_once(found: Iterable[Recipient]) -> Sequence[Recipient]:
    return tuple({folded_email(one.address): one for one in found}.values())
