"""How far a scan of the organization's apps has come, so that it is gone on with there."""

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("app_scans", sa.Column("read", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("app_scans", sa.Column("last", TEXT, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("app_scans") as table:
        table.drop_column("last")
        table.drop_column("read")
