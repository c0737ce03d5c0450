"""Portal accounts in hand: lists that a million of them do not slow down, and single changes."""

from collections.abc import Iterator, Sequence
from typing import Final, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    String,
    delete,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy import cast as as_type
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.domain.emails import folded_email
from app.domain.errors import NotFound
from app.domain.people import Account, Identity
from app.domain.registrations import Standing
from app.services.account_port import AccountPage, AccountRecord, AccountSearch, Condition
from app.store.accounts import AccountRow, account_of, name_again
from app.store.base import SessionFactory, transaction
from app.store.developer_sign_ins import note_sign_in
from app.store.words import typed_words

MAX_PAGE: Final = 200
_FOUND_BY: Final = (
    AccountRow.sort_name,
    AccountRow.sort_last_name,
    AccountRow.sort_user_name,
    AccountRow.email_folded,
)
STANDINGS: Final = {
    Condition.WAITING: (Standing.WAITING.value, Standing.BY_HAND.value),
    Condition.REFUSED: (Standing.REFUSED.value,),
    Condition.SETTING_UP: (Standing.SETTING_UP.value,),
}
# No word holds this code point, so every word that begins with x lies before x + _LAST.
_LAST: Final = "\U0010ffff"


class AccountBookStore:
    """``account_port.AccountBook``; links count for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def search(self, query: AccountSearch) -> AccountPage:
        """Return one page by name; an unknown ``after`` means the first page."""
        size = max(1, min(query.size, MAX_PAGE))
        with transaction(self._session) as session:
            wanted = select(AccountRow).where(*self._conditions(query))
            begin = _begin(session, query.after)
            if begin is not None:
                wanted = wanted.where(tuple_(AccountRow.sort_name, AccountRow.id) > begin)
            ordered = wanted.order_by(AccountRow.sort_name, AccountRow.id).limit(size + 1)
            rows = tuple(map(self._record, session.scalars(ordered)))
        more = len(rows) > size
        return AccountPage(rows[:size], rows[size - 1].account.account_id if more else None)

    def record(self, account_id: int) -> AccountRecord:
        """Return one account with its moments; raise ``NotFound``."""
        with transaction(self._session) as session:
            return self._record(_row(session, account_id))

    def of_identity(self, identity: Identity) -> Account | None:
        """Return the account of an issuer's subject, or None."""
        same = select(AccountRow).where(
            AccountRow.issuer == identity.issuer, AccountRow.subject == identity.subject
        )
        return next(iter(self._accounts(same)), None)

    def of_email(self, email: str) -> Sequence[Account]:
        """Return the accounts whose address equals this one but for case, the oldest first."""
        same = select(AccountRow).where(AccountRow.email_folded == folded_email(email))
        return self._accounts(same.order_by(AccountRow.id))

    def bearers(self, name: str) -> Sequence[Account]:
        """Return whom a row of the audit log may mean by a name, in every organization."""
        borne = or_(
            AccountRow.email_folded == folded_email(name),
            func.lower(AccountRow.developer_email) == name.lower(),
            AccountRow.subject == name,
        )
        return self._accounts(select(AccountRow).where(borne).order_by(AccountRow.id))

    def rename(self, account_id: int, first_name: str, last_name: str) -> Account:
        """Keep the names that the person gave; raise ``NotFound``."""
        with transaction(self._session) as session:
            row = _row(session, account_id)
            row.first_name, row.last_name, row.names_edited = first_name, last_name, True
            name_again(row)
            return account_of(row, self._organization)

    def block(self, account_id: int, *, blocked: bool) -> Account:
        """Let nobody sign in with the account, or let them again; raise ``NotFound``."""
        with transaction(self._session) as session:
            row = _row(session, account_id)
            row.blocked = blocked
            return account_of(row, self._organization)

    def grant(self, account_id: int, role: str, *, granted: bool) -> Account:
        """Give a role here or take one away; two changes at once are both kept."""
        with transaction(self._session) as session:
            # Whoever writes first is waited for, on SQLite too, before the roles are read.
            session.execute(
                update(AccountRow)
                .where(AccountRow.id == account_id)
                .values(generation=AccountRow.generation)
            )
            row = _row(session, account_id)
            kept = set(row.granted_roles) - {role}
            row.granted_roles = sorted(kept | {role}) if granted else sorted(kept)
            return account_of(row, self._organization)

    def unlink(self, account_id: int) -> Account:
        """Take the account off its developer; raise ``NotFound``."""
        with transaction(self._session) as session:
            row = _row(session, account_id)
            note_sign_in(session, row.organization, row.developer_email, None)
            row.organization = row.developer_email = row.developer_id = None
            row.unlinked, row.standing = True, Standing.NOTHING.value
            # What becomes of the developer from now on is counted for nobody.
            row.generation = AccountRow.generation + 1
            session.flush()
            return account_of(row, self._organization)

    def delete(self, account_id: int) -> bool:
        """Delete the row; the database deletes its sessions with it."""
        with transaction(self._session) as session:
            row = session.get(AccountRow, account_id)
            if row is not None:
                note_sign_in(session, row.organization, row.developer_email, None)
            done = session.execute(delete(AccountRow).where(AccountRow.id == account_id))
            return bool(cast(CursorResult[object], done).rowcount)

    def _accounts(self, wanted: Select[AccountRow]) -> Sequence[Account]:
        with transaction(self._session) as session:
            return tuple(account_of(row, self._organization) for row in session.scalars(wanted))

    def _record(self, row: AccountRow) -> AccountRecord:
        account = account_of(row, self._organization)
        return AccountRecord(account, row.created_at, row.last_sign_in_at)

    def _conditions(self, query: AccountSearch) -> Iterator[ColumnElement[bool]]:
        for word in typed_words(query.words):
            yield or_(*(_begins(column, word) for column in _FOUND_BY))
        if query.role:
            yield or_(
                _holds(AccountRow.roles, query.role), _holds(AccountRow.granted_roles, query.role)
            )
        if query.condition is Condition.BLOCKED:
            yield AccountRow.blocked.is_(True)
        if query.condition in STANDINGS:
            yield AccountRow.standing.in_(STANDINGS[query.condition])
        if query.condition is Condition.NOT_LINKED:
            yield or_(
                AccountRow.developer_email.is_(None), AccountRow.organization != self._organization
            )


def _begins(column: InstrumentedAttribute[str], word: str) -> ColumnElement[bool]:
    return (column >= word) & (column < word + _LAST)


def _holds(roles: InstrumentedAttribute[list[str]], role: str) -> ColumnElement[bool]:
    """Look for the role as JSON writes it, which both databases keep as text."""
    return as_type(type_coerce(roles, String), String).contains(f'"{role}"', autoescape=True)


def _begin(session: Session, after: int | None) -> tuple[str, int] | None:
    if after is None:
        return None
    found = session.execute(
        select(AccountRow.sort_name, AccountRow.id).where(AccountRow.id == after)
    ).one_or_none()
    return None if found is None else (found.sort_name, found.id)


def _row(session: Session, account_id: int) -> AccountRow:
    row = session.get(AccountRow, account_id)
    if row is None:
        raise NotFound("There is no such account.")
    return row
