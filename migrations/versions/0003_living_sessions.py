"""Sessions that the provider is asked about again, and the logout tokens that were used."""

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for column in (
        sa.Column("tokens_sealed", TEXT, nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("check_at", MOMENT, nullable=True),
        sa.Column("check_failed", sa.Boolean(), server_default=sa.false(), nullable=False),
    ):
        op.add_column("sign_in_sessions", column)
    op.create_table(
        "used_logout_tokens",
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_used_logout_tokens"),
    )
    op.create_index("ix_used_logout_tokens_until", "used_logout_tokens", ["until"])


def downgrade() -> None:
    op.drop_table("used_logout_tokens")
    with op.batch_alter_table("sign_in_sessions") as sessions:
        for name in ("check_failed", "check_at", "checked_at", "tokens_sealed"):
            sessions.drop_column(name)
