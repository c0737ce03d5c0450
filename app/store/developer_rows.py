"""The tables of the developer index."""

import secrets
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Base

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PUBLIC_ID_BYTES: Final = 8


def new_public_id() -> str:
    """Return 16 random hex characters: what addresses show instead of an e-mail address."""
    return secrets.token_hex(_PUBLIC_ID_BYTES)


class DeveloperRow(Base):
    """One developer; ``sort_name`` and the folded e-mail are made from the other columns.

    ``last_sign_in_at`` is the linked account's. What lists are sorted by is never NULL, which
    databases sort differently: a moment that is not known is ``NEVER``.
    """

    __tablename__ = "developers"
    __table_args__ = (
        UniqueConstraint("organization", "email"),
        Index(None, "organization", "email_folded", "email"),
        Index(None, "organization", "sort_name", "email"),
        Index(None, "organization", "status", "sort_name", "email"),
        Index(None, "organization", "created_at", "email"),
        Index(None, "organization", "last_sign_in_at", "email"),
        Index(None, "organization", "developer_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization: Mapped[str]
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    email: Mapped[str]
    email_folded: Mapped[str]
    developer_id: Mapped[str]
    first_name: Mapped[str]
    last_name: Mapped[str]
    user_name: Mapped[str]
    sort_name: Mapped[str]
    status: Mapped[str]
    created_at: Mapped[datetime | None]
    last_modified_at: Mapped[datetime | None]
    synced_at: Mapped[datetime]
    last_sign_in_at: Mapped[datetime | None] = mapped_column(default=NEVER)
    attributes: Mapped[list[list[str]]] = mapped_column(JSON, server_default="[]")
    apps_count: Mapped[int | None]


class WordRow(Base):
    """A word by which a developer is found."""

    __tablename__ = "developer_words"

    organization: Mapped[str] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(primary_key=True)
    developer_row: Mapped[int] = mapped_column(
        ForeignKey("developers.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class AttributeRow(Base):
    """A custom attribute by which a developer is found; ``value`` as ``attribute_value`` makes."""

    __tablename__ = "developer_attributes"

    organization: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    developer_row: Mapped[int] = mapped_column(
        ForeignKey("developers.id", ondelete="CASCADE"), primary_key=True, index=True
    )


def moment_or_none(moment: datetime | None) -> datetime | None:
    """Return a moment as the table keeps it, or None for ``NEVER``."""
    return None if moment == NEVER else moment
