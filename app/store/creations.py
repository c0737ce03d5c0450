"""Creation requests that were begun, so that a form sent twice makes one app."""

import hashlib
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Base, SessionFactory, transaction


class CreationRow(Base):
    """One claimed request; ``app_id`` (or key's id) is NULL until Apigee has answered."""

    __tablename__ = "creations"

    organization: Mapped[str] = mapped_column(primary_key=True)
    developer_id: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str] = mapped_column(primary_key=True)
    app_id: Mapped[str | None]
    planned: Mapped[str] = mapped_column(server_default="")
    begun_at: Mapped[datetime]


class CreationStore:
    """``ports.Creations`` for one organization."""

    def __init__(self, session: SessionFactory, organization: str) -> None:
        self._session = session
        self._organization = organization

    def begin(self, developer_id: str, request_id: str, at: datetime, planned: str = "") -> bool:
        """Claim the request; of several at the same time the primary key lets one win."""
        claim = CreationRow(
            organization=self._organization,
            developer_id=developer_id,
            request_hash=_hash(request_id),
            begun_at=at,
            planned=planned,
        )
        try:
            with transaction(self._session) as session:
                session.add(claim)
        except IntegrityError:
            return False
        return True

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
        with transaction(self._session) as session:
            which = self._which(developer_id, request_id)
            session.execute(update(CreationRow).where(which).values(app_id=app_id))

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
