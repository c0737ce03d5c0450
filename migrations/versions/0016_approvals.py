"""What a scan of Apigee found waiting; notes are found by kind."""

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
KEY = ("organization", "app_id", "key_id", "product")


def upgrade() -> None:
    op.create_table(
        "access_waits",
        *(sa.Column(name, TEXT, nullable=False) for name in (*KEY, "developer_id")),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("since", "seen_in")),
        sa.PrimaryKeyConstraint(*KEY, name="pk_access_waits"),
    )
    op.create_index("ix_access_waits_organization_since", "access_waits", ["organization", "since"])
    op.create_table(
        "app_scans",
        sa.Column("organization", TEXT, nullable=False),
        *(sa.Column(name, MOMENT) for name in ("running_since", "began_at", "ended_at")),
        sa.Column("apps", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organization", name="pk_app_scans"),
    )
    op.create_index("ix_notes_organization_kind_at", "notes", ["organization", "kind", "at"])


def downgrade() -> None:
    op.drop_index("ix_notes_organization_kind_at", "notes")
    op.drop_table("app_scans")
    op.drop_table("access_waits")
