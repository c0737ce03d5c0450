"""Portal accounts in hand: found, linked, blocked, given roles, renamed and deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.people import Account, Identity


class Condition(StrEnum):
    """What lists of accounts can be narrowed to."""

    BLOCKED = "blocked"
    NOT_LINKED = "unlinked"
    WAITING = "waiting"
    REFUSED = "refused"
    SETTING_UP = "setting_up"


@dataclass(frozen=True, slots=True)
class AccountSearch:
    """A question to the accounts: prefixes, a role, a condition, and where the page begins.

    ``after`` is the number of the account before the page.
    """

    words: str = ""
    role: str = ""
    condition: Condition | None = None
    after: int | None = None
    size: int = 50


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """An account with the moments that its person and administrators see."""

    account: Account
    created_at: datetime
    last_sign_in_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One page of accounts; ``next_after`` is None on the last one."""

    rows: tuple[AccountRecord, ...]
    next_after: int | None = None


class AccountBook(Protocol):
    """Every account of the portal; each method about one of them raises ``NotFound``."""

    def search(self, query: AccountSearch) -> AccountPage:
        """Return one page, sorted by name (keyset paging)."""
        ...

    def record(self, account_id: int) -> AccountRecord:
        """Return one account with its moments."""
        ...

    def of_identity(self, identity: Identity) -> Account | None:
        """Return the account of an issuer's subject as it was left, or None."""
        ...

    def of_email(self, email: str) -> Sequence[Account]:
        """Return the accounts whose address equals this one but for case."""
        ...

    def bearers(self, name: str) -> Sequence[Account]:
        """Return whom a row of the audit log may mean by a name.

        It is their address or their developer's, but for case, or their subject at any issuer.
        """
        ...

    def rename(self, account_id: int, first_name: str, last_name: str) -> Account:
        """Keep the names that the person gave; from now on they win over the provider's."""
        ...

    def block(self, account_id: int, *, blocked: bool) -> Account:
        """Let nobody sign in with the account, or let them again."""
        ...

    def grant(self, account_id: int, role: str, *, granted: bool) -> Account:
        """Give a role here, or take away one that was given here."""
        ...

    def unlink(self, account_id: int) -> Account:
        """Take the account off its developer; it is linked again by hand only."""
        ...

    def delete(self, account_id: int) -> bool:
        """Delete the account with its sessions; tell whether it was there."""
        ...
