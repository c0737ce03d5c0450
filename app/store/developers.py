"""The developer index: who exists on Apigee, found by the beginning of a word."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Select, and_, delete, select, tuple_
from sqlalchemy.orm import Session

from app.domain.developers import Developer, DeveloperStatus
from app.domain.errors import NotFound
from app.services.ports import DeveloperPage, DeveloperSearch, IndexedDeveloper
from app.store.accounts import AccountRow
from app.store.base import SessionFactory, transaction
from app.store.developer_rows import DeveloperRow, WordRow
from app.store.developer_saving import save_developers
from app.store.words import folded_email, typed_words

MAX_PAGE: Final = 200
# No word holds this code point, so every word that begins with x lies before x + _LAST.
_LAST: Final = "\U0010ffff"


_ROWS: Final = select(DeveloperRow, AccountRow.last_sign_in_at).outerjoin(
    AccountRow,
    and_(
        AccountRow.organization == DeveloperRow.organization,
        AccountRow.developer_email == DeveloperRow.email,
    ),
)


class DeveloperStore:
    """``ports.DeveloperIndex`` for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def search(self, query: DeveloperSearch) -> DeveloperPage:
        """Return one page by name and e-mail; an unknown ``after`` means the first page."""
        size = max(1, min(query.size, MAX_PAGE))
        with transaction(self._session) as session:
            statement = self._matching(query).limit(size + 1)
            begin = self._begin(session, query.after)
            if begin is not None:
                position = tuple_(DeveloperRow.sort_name, DeveloperRow.email)
                statement = statement.where(position > begin)
            rows = tuple(_indexed(*row) for row in session.execute(statement))
        more = len(rows) > size
        return DeveloperPage(rows[:size], rows[size - 1].public_id if more else None)

    def get(self, public_id: str) -> IndexedDeveloper:
        """Return one row; raise ``NotFound``."""
        with transaction(self._session) as session:
            row = session.execute(
                self._own().where(DeveloperRow.public_id == public_id)
            ).one_or_none()
            if row is None:
                raise NotFound("There is no such developer.")
            return _indexed(*row)

    def by_folded_email(self, email: str) -> Sequence[IndexedDeveloper]:
        """Return every row whose e-mail address equals this one but for case."""
        same = DeveloperRow.email_folded == folded_email(email)
        with transaction(self._session) as session:
            rows = session.execute(self._own().where(same).order_by(DeveloperRow.email))
            return tuple(_indexed(*row) for row in rows)

    def save(self, developers: Sequence[Developer], at: datetime) -> int:
        """Insert or update all rows or none; return how many were new or differed."""
        with transaction(self._session) as session:
            return save_developers(session, self._organization, developers, at)

    def remove(self, email: str) -> None:
        """Delete the row of exactly this address; the database deletes its words with it."""
        row = delete(DeveloperRow).where(
            DeveloperRow.organization == self._organization, DeveloperRow.email == email
        )
        with transaction(self._session) as session:
            session.execute(row)

    def _own(self) -> Select[DeveloperRow, datetime | None]:
        return _ROWS.where(DeveloperRow.organization == self._organization)

    def _matching(self, query: DeveloperSearch) -> Select[DeveloperRow, datetime | None]:
        statement = self._own().order_by(DeveloperRow.sort_name, DeveloperRow.email)
        if query.status is not None:
            statement = statement.where(DeveloperRow.status == query.status.value)
        for word in typed_words(query.words):
            with_word = select(WordRow.developer_row).where(
                WordRow.organization == self._organization,
                WordRow.word >= word,
                WordRow.word < word + _LAST,
            )
            statement = statement.where(DeveloperRow.id.in_(with_word))
        return statement

    def _begin(self, session: Session, after: str | None) -> tuple[str, str] | None:
        if after is None:
            return None
        position = select(DeveloperRow.sort_name, DeveloperRow.email).where(
            DeveloperRow.organization == self._organization, DeveloperRow.public_id == after
        )
        found = session.execute(position).one_or_none()
        return None if found is None else (found.sort_name, found.email)


def _indexed(row: DeveloperRow, last_sign_in_at: datetime | None) -> IndexedDeveloper:
    return IndexedDeveloper(
        public_id=row.public_id,
        email=row.email,
        developer_id=row.developer_id,
        first_name=row.first_name,
        last_name=row.last_name,
        user_name=row.user_name,
        status=DeveloperStatus(row.status),
        created_at=row.created_at,
        synced_at=row.synced_at,
        last_sign_in_at=last_sign_in_at,
    )
