"""Rows of the audit log tell which account they are about."""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    # Not in batch mode: a table that is copied loses its triggers.
    op.add_column("audit", sa.Column("target_account_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.execute("ALTER TABLE audit DROP COLUMN target_account_id")
