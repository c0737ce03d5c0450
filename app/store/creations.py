"""Creation requests that were begun, so that a form sent twice makes one app."""

import hashlib
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Base, SessionFactory, table_of, transaction, upsert_into


class CreationRow(Base):
    """One claimed request; ``app_id`` (or key's id) is NULL until Apigee has answered."""

    __tablename__ = "creations"

    organization: Mapped[str] = mapped_column(primary_key=True)
    developer_id: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str] = mapped_column(primary_key=True)
    app_id: Mapped[str | None]
    planned: Mapped[str] = mapped_column(server_default="")
    begun_at: Mapped[datetime]


_CREATIONS: Final = table_of(CreationRow)
_FINISHED: Final = (
    update(_CREATIONS)
    .where(
        _CREATIONS.c.organization == bindparam("in_organization"),
        _CREATIONS.c.developer_id == bindparam("of_developer"),
        _CREATIONS.c.request_hash == bindparam("of_request"),
    )
    .values(app_id=bindparam("made"))
)


class CreationStore:
    """``ports.Creations`` for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def begin(self, developer_id: str, request_id: str, at: datetime, planned: str = "") -> bool:
        """Claim the request; of several at the same time the primary key lets one win."""
        claim = {
            "organization": self._organization,
            "developer_id": developer_id,
            "request_hash": _hash(request_id),
            "begun_at": at,
            "planned": planned,
        }
        with transaction(self._session) as session:
            insert = upsert_into(session, _CREATIONS).on_conflict_do_nothing()
            made = session.execute(insert.returning(_CREATIONS.c.request_hash), claim)
            return made.first() is not None

    def take_over(
        self,
        developer_id: str,
        request_id: str,
        *,
        begun_before: datetime,
        at: datetime,
        planned: str = "",
        ended_as: str = "",
    ) -> bool:
        """Claim an abandoned request anew; the conditional update lets one caller win."""
        over = and_(CreationRow.planned != "", CreationRow.planned == ended_as)
        abandoned = and_(
            CreationRow.app_id.is_(None), or_(CreationRow.begun_at < begun_before, over)
        )
        with transaction(self._session) as session:
            taken = session.scalars(
                update(CreationRow)
                .where(self._which(developer_id, request_id), abandoned)
                .values(begun_at=at, planned=planned)
                .returning(CreationRow.begun_at)
            )
            return taken.first() is not None

    def ended(self, developer_id: str, request_id: str, planned: str) -> None:
        """Note that nobody is at work on the request, which was to make ``planned``."""
        pending = CreationRow.app_id.is_(None)
        with transaction(self._session) as session:
            which = self._which(developer_id, request_id)
            session.execute(update(CreationRow).where(which, pending).values(planned=planned))

    def finished(self, developer_id: str, request_id: str, app_id: str) -> None:
        """Note which app the request made."""
        which = {"of_developer": developer_id, "of_request": _hash(request_id)}
        with transaction(self._session) as session:
            session.execute(
                _FINISHED, {"in_organization": self._organization, **which, "made": app_id}
            )

    def failed(self, developer_id: str, request_id: str) -> None:
        """Forget a request that surely made nothing; a finished one stays."""
        with transaction(self._session) as session:
            which = self._which(developer_id, request_id)
            session.execute(delete(CreationRow).where(which, CreationRow.app_id.is_(None)))

    def app_id(self, developer_id: str, request_id: str) -> str | None:
        """Return the app a finished request made, or None."""
        with transaction(self._session) as session:
            return session.scalar(
                select(CreationRow.app_id).where(self._which(developer_id, request_id))
            )

    def planned(self, developer_id: str, request_id: str) -> str:
        """Return what the request said it would make, or an empty text."""
        with transaction(self._session) as session:
            which = self._which(developer_id, request_id)
            return session.scalar(select(CreationRow.planned).where(which)) or ""

    def forget(self, begun_before: datetime) -> int:
        """Delete the requests that were begun before a moment; return how many."""
        own = CreationRow.organization == self._organization
        statement = delete(CreationRow).where(own, CreationRow.begun_at < begun_before)
        with transaction(self._session) as session:
            return len(session.scalars(statement.returning(CreationRow.request_hash)).all())

    def _which(self, developer_id: str, request_id: str) -> ColumnElement[bool]:
        return and_(
            CreationRow.organization == self._organization,
            CreationRow.developer_id == developer_id,
            CreationRow.request_hash == _hash(request_id),
        )


def _hash(request_id: str) -> str:
    return hashlib.sha256(request_id.encode(errors="replace")).hexdigest()
