"""Which logout tokens were used, so that none of them works twice in any process."""

import hashlib
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.services.provider_port import LogoutNotice
from app.store.base import Base, upsert_into


class UsedLogoutTokenRow(Base):
    """One used token, until it would be refused for its age alone."""

    __tablename__ = "used_logout_tokens"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)


def use(session: Session, notice: LogoutNotice) -> bool:
    """Note the use within the caller's transaction; False when it was noted before."""
    # Hashed with its issuer: each provider chooses ids as it likes.
    named = f"{notice.issuer}\n{notice.token_id}".encode(errors="replace")
    noted = (
        upsert_into(session, UsedLogoutTokenRow)
        .values(token_hash=hashlib.sha256(named).hexdigest(), until=notice.until)
        .on_conflict_do_nothing()
        .returning(UsedLogoutTokenRow.token_hash)
    )
    return session.scalar(noted) is not None


def forget(session: Session, now: datetime) -> None:
    """Delete what is too old to matter, within the caller's transaction."""
    session.execute(delete(UsedLogoutTokenRow).where(UsedLogoutTokenRow.until <= now))
