"""That somebody can still administer the portal: blocking and roles change one after the other."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final

from app.domain.errors import NotPossible
from app.domain.people import ADMINISTRATOR, Account
from app.services.account_port import AccountBook, AccountSearch
from app.services.turns import Turns

BUSY: Final = "Somebody else is changing who may administer. Try again in a minute."
LAST: Final = (
    "This is the last administrator who can sign in. "
    "Give somebody else the role of an administrator first."
)


@dataclass(frozen=True, slots=True)
class LastAdministrator:
    """Keeps one administrator able to sign in, whoever blocks whom at the same moment."""

    book: AccountBook
    turns: Turns

    def changing(self) -> AbstractContextManager[None]:
        """Let nobody else block accounts or take away roles meanwhile; raise ``Busy``."""
        return self.turns.held("accounts", "who may administer", BUSY)

    def check(self, account: Account) -> None:
        """Raise ``NotPossible`` where nobody else who can sign in is an administrator."""
        if ADMINISTRATOR not in account.roles or account.blocked:
            return
        query = AccountSearch(role=ADMINISTRATOR)
        while True:
            page = self.book.search(query)
            able = (row.account for row in page.rows if not row.account.blocked)
            if any(one.account_id != account.account_id for one in able):
                return
            if page.next_after is None:
                raise NotPossible(LAST)
            query = replace(query, after=page.next_after)
