"""Tables of apps while they are made and kept; developers are found by Apigee's id."""

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)
BY_ID = "ix_developers_organization_developer_id"


def upgrade() -> None:
    op.create_index(BY_ID, "developers", ["organization", "developer_id"])
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("public_id", TEXT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("run", "apps", "rows")),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
        sa.UniqueConstraint("public_id", name="uq_exports_public_id"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name="fk_exports_account_id_accounts",
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    for columns in (["organization", "account_id"], ["account_id"], ["begun_at"]):
        op.create_index("_".join(["ix_exports", *columns]), "exports", columns)
    op.create_table(
        "export_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("export", sa.Integer(), nullable=False),
        sa.Column("sealed", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_export_parts"),
        sa.ForeignKeyConstraint(
            ["export"], ["exports.id"], name="fk_export_parts_export_exports", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_export_parts_export", "export_parts", ["export"])


def downgrade() -> None:
    op.drop_table("export_parts")
    op.drop_table("exports")
    op.drop_index(BY_ID, "developers")
