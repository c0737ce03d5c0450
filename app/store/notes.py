"""Notes about apps and keys; those of an object that is gone are kept for a while."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Index, Row, and_, bindparam, delete, exists, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.notes import Author, Note, NoteKind, Subject
from app.store.accounts import AccountRow
from app.store.base import Base, SessionFactory, reading, transaction, upsert_into


class NoteRow(Base):
    """The latest note of a kind about one subject; ``gone_at`` is when the subject was missed."""

    __tablename__ = "notes"
    __table_args__ = (
        Index("ix_notes_organization_developer_id", "organization", "developer_id"),
        Index("ix_notes_gone_at", "gone_at"),
        Index("ix_notes_organization_kind_at", "organization", "kind", "at"),
    )

    organization: Mapped[str] = mapped_column(primary_key=True)
    app_id: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(primary_key=True)
    product: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    developer_id: Mapped[str]
    author: Mapped[str]
    account_id: Mapped[int | None]
    at: Mapped[datetime]
    text: Mapped[str]
    other: Mapped[str]
    gone_at: Mapped[datetime | None]


# Built once: composing it costs as much as running it, and every list of apps runs it.
_OF_DEVELOPER: Final = (
    select(NoteRow)
    .where(
        NoteRow.organization == bindparam("organization"),
        NoteRow.gone_at.is_(None),
        NoteRow.developer_id == bindparam("developer_id"),
    )
    .order_by(NoteRow.at)
)

# Whether a note is about the developer of an account.
ABOUT_DEVELOPER: Final = (
    exists()
    .where(
        NoteRow.organization == bindparam("organization"),
        NoteRow.developer_id == AccountRow.developer_id,
        NoteRow.gone_at.is_(None),
    )
    .correlate(AccountRow)
)


class NoteStore:
    """``ports.Notes`` for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def put(self, note: Note) -> None:
        """Keep a note in the place of an earlier one of its kind about the same."""
        subject = note.subject
        key = {
            "organization": self._organization,
            "app_id": subject.app_id,
            "key_id": subject.key_id,
            "product": subject.product,
            "kind": note.kind.value,
        }
        values = {
            "developer_id": note.developer_id,
            "author": note.author.value,
            "account_id": note.account_id,
            "at": note.at,
            "text": note.text,
            "other": note.other,
            "gone_at": None,
        }
        with transaction(self._session) as session:
            insert = upsert_into(session, NoteRow).values({**key, **values})
            session.execute(insert.on_conflict_do_update(index_elements=list(key), set_=values))

    def of_developer(self, developer_id: str) -> Sequence[Note]:
        """Return every note about the developer's apps and keys."""
        own = {"organization": self._organization, "developer_id": developer_id}
        with reading(self._session) as connection:
            return tuple(map(_note, connection.execute(_OF_DEVELOPER, own)))

    def of_app(self, app_id: str) -> Sequence[Note]:
        """Return every note about an app and its keys."""
        return self._found(NoteRow.app_id == app_id)

    def of_kind(self, kind: NoteKind) -> Sequence[Note]:
        """Return every note of a kind, the oldest first."""
        return self._found(NoteRow.kind == kind.value)

    def remove(self, kind: NoteKind, subject: Subject) -> None:
        """Forget a note; one that is not there is no matter."""
        with transaction(self._session) as session:
            session.execute(
                delete(NoteRow).where(
                    self._about(subject),
                    NoteRow.product == subject.product,
                    NoteRow.kind == kind.value,
                )
            )

    def gone(self, app_id: str, at: datetime, key_id: str = "") -> None:
        """Note that an app, or one key of it, is not there any more."""
        which = and_(NoteRow.organization == self._organization, NoteRow.app_id == app_id)
        if key_id:
            which = and_(which, NoteRow.key_id == key_id)
        with transaction(self._session) as session:
            session.execute(
                update(NoteRow).where(which, NoteRow.gone_at.is_(None)).values(gone_at=at)
            )

    def forget(self, gone_before: datetime) -> int:
        """Delete the notes of what was gone before a moment; return how many."""
        with transaction(self._session) as session:
            return len(
                session.scalars(
                    delete(NoteRow)
                    .where(
                        NoteRow.organization == self._organization, NoteRow.gone_at < gone_before
                    )
                    .returning(NoteRow.kind)
                ).all()
            )

    def _about(self, subject: Subject) -> ColumnElement[bool]:
        return and_(
            NoteRow.organization == self._organization,
            NoteRow.app_id == subject.app_id,
            NoteRow.key_id == subject.key_id,
        )

    def _found(self, which: ColumnElement[bool]) -> Sequence[Note]:
        own = and_(NoteRow.organization == self._organization, NoteRow.gone_at.is_(None))
        with transaction(self._session) as session:
            rows = session.scalars(select(NoteRow).where(own, which).order_by(NoteRow.at))
            return tuple(_note(row) for row in rows)


def _note(row: NoteRow | Row[Any]) -> Note:
    return Note(
        kind=NoteKind(row.kind),
        subject=Subject(row.app_id, row.key_id, row.product),
        developer_id=row.developer_id,
        author=Author(row.author),
        account_id=row.account_id,
        at=row.at,
        text=row.text,
        other=row.other,
    )
