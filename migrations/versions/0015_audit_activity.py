"""The newest rows of the audit log about one developer are found without reading all of it."""

from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | None = None
depends_on: str | None = None

COLUMNS = ("on_behalf_of", "target_account_id", "actor_account_id")


def upgrade() -> None:
    for column in COLUMNS:
        op.create_index(f"ix_audit_{column}", "audit", [column])


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(f"ix_audit_{column}", "audit")
