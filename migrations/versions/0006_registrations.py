"""Registrations under way, invitations, and who accepted which terms."""

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Not in batch mode: a table that is copied loses what refers to it.
    op.add_column("accounts", sa.Column("standing", TEXT, server_default="", nullable=False))
    _registrations()
    op.create_table(
        "invitations",
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("email_folded", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("invited_by", TEXT, nullable=False),
        sa.Column("invited_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("organization", "email_folded", name="pk_invitations"),
    )
    op.create_table(
        "terms_acceptances",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "version", name="pk_terms_acceptances"),
    )
    op.create_index("ix_terms_acceptances_accepted_at", "terms_acceptances", ["accepted_at"])
    _remember_what_was_accepted()


def downgrade() -> None:
    for table in ("terms_acceptances", "invitations", "registrations"):
        op.drop_table(table)
    op.execute("ALTER TABLE accounts DROP COLUMN standing")


def _registrations() -> None:
    op.create_table(
        "registrations",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("organization", "request_id")),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("email_folded", TEXT, nullable=True),
        *(sa.Column(name, TEXT, nullable=False) for name in ("first_name", "last_name")),
        sa.Column("user_name", TEXT, nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        *(sa.Column(name, TEXT, nullable=False) for name in ("decided_by", "reason")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name="fk_registrations_account_id_accounts",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name="pk_registrations"),
        sa.UniqueConstraint(
            "organization", "email_folded", name="uq_registrations_organization_email_folded"
        ),
    )


def _remember_what_was_accepted() -> None:
    op.execute(
        "INSERT INTO terms_acceptances (account_id, version, accepted_at) "
        "SELECT id, terms_version, terms_accepted_at FROM accounts "
        "WHERE terms_version <> '' AND terms_accepted_at IS NOT NULL"
    )
