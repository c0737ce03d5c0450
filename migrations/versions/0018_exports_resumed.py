"""Tables of apps that are gone on with: the app that was read last."""

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    # What is half made has no place to go on from; its job begins it anew.
    unfinished = "SELECT id FROM exports WHERE finished_at IS NULL"
    op.execute(f"DELETE FROM export_parts WHERE export IN ({unfinished})")  # noqa: S608 - ours
    op.execute("UPDATE exports SET apps = 0, rows = 0 WHERE finished_at IS NULL")
    op.add_column("exports", sa.Column("last", TEXT, server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("exports", "last")
