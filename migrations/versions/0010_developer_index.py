"""Developers are sorted and filtered by more: last sign-in, attributes, number of apps."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
# What lists are sorted by is never NULL, which databases sort differently.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
ADDED = ("last_sign_in_at", "attributes", "apps_count")
INDEXES = (
    ("ix_developers_organization_email_folded_email", "email_folded"),
    ("ix_developers_organization_created_at_email", "created_at"),
    ("ix_developers_organization_last_sign_in_at_email", "last_sign_in_at"),
)


def upgrade() -> None:
    # Not in batch mode: the words of a table that is copied would be deleted with the old one.
    op.add_column("developers", sa.Column("last_sign_in_at", MOMENT, nullable=True))
    op.add_column(
        "developers", sa.Column("attributes", sa.JSON(), nullable=False, server_default="[]")
    )
    op.add_column("developers", sa.Column("apps_count", sa.Integer(), nullable=True))
    _fill()
    op.drop_index("ix_developers_organization_email_folded", "developers")
    for name, column in INDEXES:
        op.create_index(name, "developers", ["organization", column, "email"])
    _attributes()


def downgrade() -> None:
    op.drop_table("developer_attributes")
    for name, _ in INDEXES:
        op.drop_index(name, "developers")
    op.create_index(
        "ix_developers_organization_email_folded", "developers", ["organization", "email_folded"]
    )
    for column in ADDED:
        op.execute(f"ALTER TABLE developers DROP COLUMN {column}")


def _fill() -> None:
    developers = sa.table(
        "developers",
        sa.column("organization"),
        sa.column("email"),
        sa.column("created_at", MOMENT),
        sa.column("last_sign_in_at", MOMENT),
    )
    accounts = sa.table(
        "accounts",
        sa.column("organization"),
        sa.column("developer_email"),
        sa.column("last_sign_in_at", MOMENT),
    )
    linked = sa.and_(
        accounts.c.organization == developers.c.organization,
        accounts.c.developer_email == developers.c.email,
    )
    signed_in = sa.select(accounts.c.last_sign_in_at).where(linked).scalar_subquery()
    never = sa.literal(NEVER, MOMENT)
    op.execute(
        developers.update().values(
            created_at=sa.func.coalesce(developers.c.created_at, never),
            last_sign_in_at=sa.func.coalesce(signed_in, never),
        )
    )


def _attributes() -> None:
    op.create_table(
        "developer_attributes",
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("developer_row", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            *("organization", "name", "value", "developer_row"), name="pk_developer_attributes"
        ),
        sa.ForeignKeyConstraint(
            ["developer_row"],
            ["developers.id"],
            name="fk_developer_attributes_developer_row_developers",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "ix_developer_attributes_developer_row", "developer_attributes", ["developer_row"]
    )
