"""Mails that wait to be sent."""

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("organization", "reference")),
        *(sa.Column(name, TEXT, nullable=False) for name in ("kind", "state", "sealed")),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint("organization", "reference", name="uq_mails_organization_reference"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mails_begun_at", "mails", ["begun_at"])


def downgrade() -> None:
    op.drop_table("mails")
