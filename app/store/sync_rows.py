"""The tables of synchronization: runs, and what they found."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.store.base import Base

IS_UNFINISHED: Final = text("state IN ('waiting', 'running')")


class SyncRunRow(Base):
    """One run; ``holder`` works on it until ``leased_until``.

    ``last``, ``seen`` and ``compared`` say where somebody else would go on.
    """

    __tablename__ = "sync_runs"
    __table_args__ = (
        # One run at a time.
        Index(
            "uq_sync_runs_unfinished",
            "organization",
            unique=True,
            sqlite_where=IS_UNFINISHED,
            postgresql_where=IS_UNFINISHED,
        ),
        Index(None, "organization", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organization: Mapped[str]
    state: Mapped[str]
    apply: Mapped[bool]
    direction: Mapped[str]
    only: Mapped[str]
    account_id: Mapped[int | None]
    began_by: Mapped[str]
    begun_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    problem: Mapped[str]
    holder: Mapped[str]
    leased_until: Mapped[datetime | None]
    last: Mapped[list[str]] = mapped_column(JSON, deferred=True)
    seen: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    compared: Mapped[int | None] = mapped_column(deferred=True)


class SyncFindingRow(Base):
    """What a run found about one developer; ``details`` holds what depends on the kind."""

    __tablename__ = "sync_findings"
    __table_args__ = (
        Index(None, "run", "id"),
        Index(None, "run", "kind", "id"),
        Index(None, "run", "email_folded"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("sync_runs.id", ondelete="CASCADE"))
    kind: Mapped[str]
    email: Mapped[str]
    email_folded: Mapped[str]
    public_id: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
