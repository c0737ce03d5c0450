"""Mails that wait, sealed, and the references of those that are over."""

import json
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Index, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.mail import Letter, MailKind, Recipient, Undeliverable
from app.store.base import Base, SessionFactory, transaction, upsert_into
from app.store.cipher import Cipher

BEGUN: Final = "begun"
WAITING: Final = "waiting"
SENT: Final = "sent"
REFUSED: Final = "refused"
CANNOT_OPEN: Final = (
    "The mail was sealed with a secret key that the portal does not have any more, "
    "so it cannot be read."
)


class MailRow(Base):
    """One mail; ``sealed`` holds its recipient and what it says, and is empty once it is over."""

    __tablename__ = "mails"
    __table_args__ = (
        UniqueConstraint("organization", "reference"),
        Index(None, "begun_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization: Mapped[str]
    reference: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    sealed: Mapped[str]
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class MailStore:
    """``services.mail.port.Outbox`` for one organization."""

    def __init__(self, session: SessionFactory, cipher: Cipher, organization: str) -> None:
        self._session = session
        self._cipher = cipher
        self._organization = organization

    def add(self, letter: Letter, at: datetime) -> int | None:
        """Keep a letter and return its number; None where one of that reference has a job."""
        values = {
            "organization": self._organization,
            "reference": letter.reference,
            "kind": letter.kind.value,
            "state": BEGUN,
            "sealed": self._cipher.seal(_content(letter)),
            "begun_at": at,
        }
        own = MailRow.organization == self._organization
        same = MailRow.reference == letter.reference
        with transaction(self._session) as session:
            insert = upsert_into(session, MailRow).values(values).on_conflict_do_nothing()
            session.execute(insert)
            row = session.scalars(select(MailRow).where(own, same)).one()
            return row.id if row.state == BEGUN else None

    def waits(self, number: int) -> None:
        """Note that a job sends the mail."""
        self._note(number, MailRow.state == BEGUN, state=WAITING)

    def get(self, number: int) -> Letter | None:
        """Return a letter that was not sent, or None; raise ``Undeliverable``."""
        own = MailRow.organization == self._organization
        with transaction(self._session) as session:
            wanted = select(MailRow).where(own, MailRow.id == number, MailRow.state != SENT)
            row = session.scalars(wanted).one_or_none()
            return None if row is None else self._letter(row)

    def sent(self, number: int, at: datetime) -> None:
        """Note that the mail is over, and forget what it said."""
        self._note(number, state=SENT, ended_at=at, sealed="")

    def refused(self, number: int, at: datetime) -> None:
        """Note that the mail was refused for good."""
        self._note(number, state=REFUSED, ended_at=at)

    def forget(self, begun_before: datetime) -> int:
        """Delete the mails that were begun before a moment; say how many."""
        own = MailRow.organization == self._organization
        statement = delete(MailRow).where(own, MailRow.begun_at < begun_before)
        with transaction(self._session) as session:
            return len(session.scalars(statement.returning(MailRow.id)).all())

    def _note(self, number: int, *which: ColumnElement[bool], **values: object) -> None:
        own = MailRow.organization == self._organization, MailRow.id == number
        with transaction(self._session) as session:
            session.execute(update(MailRow).where(*own, *which).values(**values))

    def _letter(self, row: MailRow) -> Letter:
        text = self._cipher.open(row.sealed)
        if text is None:
            raise Undeliverable(CANNOT_OPEN)
        held = json.loads(text)
        until = held["until"]
        return Letter(
            kind=MailKind(row.kind),
            to=Recipient(held["address"], held["name"]),
            reference=row.reference,
            values=held["values"],
            until=datetime.fromisoformat(until) if until else None,
        )


def _content(letter: Letter) -> str:
    return json.dumps(
        {
            "address": letter.to.address,
            "name": letter.to.name,
            "values": dict(letter.values),
            "until": letter.until.isoformat() if letter.until else "",
        }
    )
