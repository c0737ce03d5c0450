"""Registrations that wait are found and counted among any number of accounts."""

from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_index("ix_accounts_standing", "accounts", ["standing"])


def downgrade() -> None:
    op.drop_index("ix_accounts_standing", "accounts")
