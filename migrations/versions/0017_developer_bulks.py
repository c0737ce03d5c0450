"""Changes of many developers at once, with how each of them ended."""

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "developer_bulks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun", sa.Boolean(), nullable=False),
        sa.Column("begun_by", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_developer_bulks"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_developer_bulks_planned_at", "developer_bulks", ["planned_at"])
    op.create_table(
        "developer_bulk_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulk", sa.Integer(), nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("public_id", "state", "reason")),
        sa.PrimaryKeyConstraint("id", name="pk_developer_bulk_items"),
        sa.ForeignKeyConstraint(
            ["bulk"],
            ["developer_bulks.id"],
            name="fk_developer_bulk_items_bulk_developer_bulks",
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_developer_bulk_items_bulk", "developer_bulk_items", ["bulk"])


def downgrade() -> None:
    op.drop_table("developer_bulk_items")
    op.drop_table("developer_bulks")
