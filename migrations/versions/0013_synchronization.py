"""Runs of the synchronization, and what they found."""

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
IS_UNFINISHED = sa.text("state IN ('waiting', 'running')")


def upgrade() -> None:
    _runs()
    _findings()


def downgrade() -> None:
    op.drop_table("sync_findings")
    op.drop_table("sync_runs")


def _runs() -> None:
    op.create_table(
        "sync_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("apply", sa.Boolean(), nullable=False),
        sa.Column("direction", TEXT, nullable=False),
        sa.Column("only", TEXT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("began_by", TEXT, nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("problem", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("last", sa.JSON(), nullable=False),
        sa.Column("seen", sa.LargeBinary(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sync_runs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sync_runs_organization_id", "sync_runs", ["organization", "id"])
    op.create_index(
        "uq_sync_runs_unfinished",
        "sync_runs",
        ["organization"],
        unique=True,
        sqlite_where=IS_UNFINISHED,
        postgresql_where=IS_UNFINISHED,
    )


def _findings() -> None:
    op.create_table(
        "sync_findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("email_folded", TEXT, nullable=False),
        sa.Column("public_id", TEXT, nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run"], ["sync_runs.id"], name="fk_sync_findings_run_sync_runs", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sync_findings"),
        sqlite_autoincrement=True,
    )
    for columns in (["id"], ["kind", "id"], ["email_folded"]):
        name = "_".join(["ix_sync_findings_run", *columns])
        op.create_index(name, "sync_findings", ["run", *columns])
