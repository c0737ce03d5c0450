"""Jobs, and notes about apps and keys."""

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
IS_UNFINISHED = sa.text("unique_key <> '' AND state IN ('waiting', 'running')")


def upgrade() -> None:
    _jobs()
    _notes()
    op.add_column("creations", sa.Column("planned", TEXT, server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("creations") as creations:
        creations.drop_column("planned")
    op.drop_table("notes")
    op.drop_table("jobs")


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("run_at", MOMENT, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("unique_key", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", TEXT, nullable=False),
        sa.Column("worker", TEXT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_state_run_at", "jobs", ["state", "run_at"])
    op.create_index("ix_jobs_organization_about", "jobs", ["organization", "about"])
    op.create_index(
        "uq_jobs_organization_unique_key",
        "jobs",
        ["organization", "unique_key"],
        unique=True,
        sqlite_where=IS_UNFINISHED,
        postgresql_where=IS_UNFINISHED,
    )


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("app_id", TEXT, nullable=False),
        sa.Column("key_id", TEXT, nullable=False),
        sa.Column("product", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("developer_id", TEXT, nullable=False),
        sa.Column("author", TEXT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("other", TEXT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint(
            "organization", "app_id", "key_id", "product", "kind", name="pk_notes"
        ),
    )
    op.create_index("ix_notes_organization_developer_id", "notes", ["organization", "developer_id"])
    op.create_index("ix_notes_gone_at", "notes", ["gone_at"])
