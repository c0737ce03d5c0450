"""Grants of dangerous actions, each after a fresh sign-in."""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "step_up_grants",
        sa.Column("session", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"],
            ["sign_in_sessions.id_hash"],
            name="fk_step_up_grants_session_sign_in_sessions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session", "about", name="pk_step_up_grants"),
    )


def downgrade() -> None:
    op.drop_table("step_up_grants")
