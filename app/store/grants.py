"""Grants of dangerous actions: rows that one request can take, once."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import ForeignKey, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.step_up import Grant
from app.store.base import Base, SessionFactory, transaction, upsert_into


class GrantRow(Base):
    """One grant; it is gone with its session."""

    __tablename__ = "step_up_grants"

    session: Mapped[str] = mapped_column(
        ForeignKey("sign_in_sessions.id_hash", ondelete="CASCADE"), primary_key=True
    )
    about: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class GrantStore:
    """``step_up.Grants``."""

    def __init__(self, session: SessionFactory) -> None:
        self._session = session

    def give(self, grant: Grant) -> None:
        """Keep a grant; a session that has ended meanwhile gets none."""
        values = {"session": grant.session, "about": grant.about, "expires_at": grant.expires_at}
        with suppress(IntegrityError), transaction(self._session) as session:
            session.execute(
                upsert_into(session, GrantRow)
                .values(values)
                .on_conflict_do_update(
                    index_elements=["session", "about"],
                    set_={"expires_at": grant.expires_at},
                )
            )

    def take(self, session: str, about: str, now: datetime) -> Grant | None:
        """Delete the row: whoever did has the grant."""
        with transaction(self._session) as current:
            expires_at = current.scalar(
                delete(GrantRow)
                .where(
                    GrantRow.session == session,
                    GrantRow.about == about,
                    GrantRow.expires_at > now,
                )
                .returning(GrantRow.expires_at)
            )
        return None if expires_at is None else Grant(session, about, expires_at)
