"""Tables of apps while they are made and kept: facts beside rows that are encrypted."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final, cast

from sqlalchemy import JSON, CursorResult, ForeignKey, Index, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.domain.developers import DeveloperStatus
from app.domain.errors import NotFound
from app.services.developer_port import DeveloperFilter
from app.services.exports.columns import Row
from app.services.exports.port import Export
from app.store.base import Base, SessionFactory, reading, transaction
from app.store.cipher import Cipher
from app.store.developer_rows import new_public_id

_NOT_FOUND: Final = "There is no such table."


class ExportRow(Base):
    """One table of apps; ``run`` counts the tries at making it, ``last`` is the last app's id."""

    __tablename__ = "exports"
    __table_args__ = (Index(None, "organization", "account_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    organization: Mapped[str]
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    asked: Mapped[dict[str, object]] = mapped_column(JSON)
    begun_at: Mapped[datetime] = mapped_column(index=True)
    run: Mapped[int] = mapped_column(default=0)
    apps: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    last: Mapped[str] = mapped_column(default="")


class PartRow(Base):
    """Some rows of a table, as encrypted JSON."""

    __tablename__ = "export_parts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    export: Mapped[int] = mapped_column(ForeignKey("exports.id", ondelete="CASCADE"), index=True)
    sealed: Mapped[str]


class ExportStore:
    """``port.ExportFiles`` for one organization."""

    def __init__(self, session: SessionFactory, cipher: Cipher, organization: str) -> None:
        self._session = session
        self._cipher = cipher
        self._organization = organization

    def begin(self, account_id: int, asked: DeveloperFilter, at: datetime) -> Export:
        """Note that an account wants a table."""
        row = ExportRow(
            organization=self._organization,
            account_id=account_id,
            asked=asdict(asked),
            begun_at=at,
        )
        with transaction(self._session) as session:
            session.add(row)
            session.flush()
            return _export(row)

    def get(self, public_id: str) -> Export:
        """Return one export; raise ``NotFound``."""
        with transaction(self._session) as session:
            return _export(self._row(session, public_id))

    def of_account(self, account_id: int) -> Sequence[Export]:
        """Return the account's exports, the newest first."""
        own = select(ExportRow).where(
            ExportRow.organization == self._organization, ExportRow.account_id == account_id
        )
        with transaction(self._session) as session:
            return tuple(map(_export, session.scalars(own.order_by(ExportRow.id.desc()))))

    def take(self, public_id: str) -> tuple[int, str]:
        """Return the number of this run, and the last app's id of those before it."""
        own = ExportRow.organization == self._organization, ExportRow.public_id == public_id
        taken = update(ExportRow).where(*own).values(run=ExportRow.run + 1)
        with transaction(self._session) as session:
            row = session.execute(taken.returning(ExportRow.run, ExportRow.last)).one_or_none()
        if row is None:
            raise NotFound(_NOT_FOUND)
        return row.run, row.last

    def clear(self, public_id: str, run: int) -> bool:
        """Throw away what was written; False when a later run writes the table."""
        with transaction(self._session) as session:
            number = self._still(session, public_id, run, {"apps": 0, "rows": 0, "last": ""})
            if number is not None:
                session.execute(delete(PartRow).where(PartRow.export == number))
            return number is not None

    def add(self, public_id: str, run: int, rows: Sequence[Row], app_ids: Sequence[str]) -> bool:
        """Keep rows that were made of these apps; False when a later run writes the table."""
        counted = {
            "apps": ExportRow.apps + len(app_ids),
            "rows": ExportRow.rows + len(rows),
            "last": app_ids[-1],
        }
        with transaction(self._session) as session:
            # Written first: whoever takes the table waits, and goes on after these rows.
            number = self._still(session, public_id, run, counted)
            if number is not None and rows:
                session.add(PartRow(export=number, sealed=self._cipher.seal(json.dumps(rows))))
            return number is not None

    def finish(self, public_id: str, run: int, at: datetime) -> bool:
        """Note that the table is whole; False when a later run writes it."""
        with transaction(self._session) as session:
            return self._still(session, public_id, run, {"finished_at": at}) is not None

    def rows(self, public_id: str) -> Iterator[Row]:
        """Yield the rows bit by bit; no connection is held in between."""
        after = 0
        parts = select(PartRow.id, PartRow.sealed).join(ExportRow, ExportRow.id == PartRow.export)
        own = parts.where(
            ExportRow.organization == self._organization, ExportRow.public_id == public_id
        )
        while True:
            following = own.where(PartRow.id > after).order_by(PartRow.id).limit(1)
            with reading(self._session) as connection:
                part = connection.execute(following).one_or_none()
            if part is None:
                return
            after = part.id
            yield from map(tuple, json.loads(self._cipher.open(part.sealed) or "[]"))

    def forget(self, begun_before: datetime) -> int:
        """Delete old exports; the database deletes their rows with them."""
        old = delete(ExportRow).where(
            ExportRow.organization == self._organization, ExportRow.begun_at < begun_before
        )
        with transaction(self._session) as session:
            return cast(CursorResult[object], session.execute(old)).rowcount

    def _still(
        self, session: Session, public_id: str, run: int, values: Mapping[str, object]
    ) -> int | None:
        changed = update(ExportRow).where(
            ExportRow.organization == self._organization,
            ExportRow.public_id == public_id,
            ExportRow.run == run,
        )
        changed = changed.values(dict(values)).execution_options(synchronize_session=False)
        return session.scalar(changed.returning(ExportRow.id))

    def _row(self, session: Session, public_id: str) -> ExportRow:
        row = session.scalars(
            select(ExportRow).where(
                ExportRow.organization == self._organization, ExportRow.public_id == public_id
            )
        ).one_or_none()
        if row is None:
            raise NotFound(_NOT_FOUND)
        return row


def _export(row: ExportRow) -> Export:
    asked = dict(row.asked)
    status = asked.pop("status", None)
    return Export(
        public_id=row.public_id,
        account_id=row.account_id,
        asked=DeveloperFilter(
            words=str(asked["words"]),
            status=DeveloperStatus(str(status)) if status else None,
            attribute=str(asked["attribute"]),
            never_signed_in=bool(asked["never_signed_in"]),
        ),
        begun_at=row.begun_at,
        apps=row.apps,
        rows=row.rows,
        finished_at=row.finished_at,
    )
