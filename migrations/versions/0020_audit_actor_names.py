"""The rows of the audit log by somebody who is named are found without reading all of it."""

from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_index("ix_audit_actor_name", "audit", ["actor_name"])


def downgrade() -> None:
    op.drop_index("ix_audit_actor_name", "audit")
