"""Accounts get roles that were granted here, a mark for links taken off, and what finds them."""

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
FOUND_BY = ("sort_name", "sort_last_name", "sort_user_name")


def upgrade() -> None:
    for column in (
        sa.Column("granted_roles", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("unlinked", sa.Boolean(), server_default=sa.false(), nullable=False),
        *(sa.Column(name, TEXT, server_default="", nullable=False) for name in FOUND_BY),
    ):
        op.add_column("accounts", column)
    # The next sign-in makes them anew, and better: without accents.
    op.execute(
        "UPDATE accounts SET sort_last_name = lower(last_name), sort_user_name = lower(user_name), "
        "sort_name = CASE WHEN trim(first_name || last_name) = '' THEN email_folded "
        "ELSE lower(trim(first_name || ' ' || last_name)) END"
    )
    op.create_index("ix_accounts_sort_name_id", "accounts", ["sort_name", "id"])
    op.create_index("ix_accounts_sort_last_name", "accounts", ["sort_last_name"])
    op.create_index("ix_accounts_sort_user_name", "accounts", ["sort_user_name"])


def downgrade() -> None:
    for index in ("sort_user_name", "sort_last_name", "sort_name_id"):
        op.drop_index(f"ix_accounts_{index}", "accounts")
    for column in (*FOUND_BY, "unlinked", "granted_roles"):
        op.execute(f"ALTER TABLE accounts DROP COLUMN {column}")
