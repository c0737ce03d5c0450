"""First tables: accounts, sign-in sessions, developers, audit, creations, installation."""

import secrets

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

# By code point on every database, so that sorting and prefix searches are the same everywhere.
TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)

SQLITE_APPEND_ONLY = (
    (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
    (
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
    # INSERT OR REPLACE deletes a row without asking the trigger above.
    (
        "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit "
        "WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id) "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
)
POSTGRESQL_APPEND_ONLY = (
    (
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
    ),
    (
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
    ),
    (
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
    ),
)


def upgrade() -> None:
    _accounts()
    _sign_in_sessions()
    _developers()
    _audit()
    _creations()
    _installation()


def downgrade() -> None:
    for table in (
        *("installation", "creations", "audit", "developer_words", "developers"),
        *("sign_in_sessions", "accounts"),
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_append_only()")


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("issuer", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("email_folded", TEXT, nullable=False),
        sa.Column("email_verified", sa.Boolean(), nullable=False),
        sa.Column("first_name", TEXT, nullable=False),
        sa.Column("last_name", TEXT, nullable=False),
        sa.Column("names_edited", sa.Boolean(), nullable=False),
        sa.Column("user_name", TEXT, nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("organization", TEXT, nullable=True),
        sa.Column("developer_email", TEXT, nullable=True),
        sa.Column("developer_id", TEXT, nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("terms_version", TEXT, nullable=False),
        sa.Column("terms_accepted_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_sign_in_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("issuer", "subject", name="uq_accounts_issuer_subject"),
        sa.UniqueConstraint(
            "organization", "developer_email", name="uq_accounts_organization_developer_email"
        ),
        sa.UniqueConstraint(
            "organization", "developer_id", name="uq_accounts_organization_developer_id"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_accounts_email_folded", "accounts", ["email_folded"])


def _sign_in_sessions() -> None:
    op.create_table(
        "sign_in_sessions",
        sa.Column("id_hash", TEXT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("issuer", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("sid", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("idle_seconds", sa.Integer(), nullable=False),
        sa.Column("idle_expires_at", MOMENT, nullable=False),
        sa.Column("absolute_expires_at", MOMENT, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("id_token_sealed", TEXT, nullable=True),
        sa.Column("user_agent", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id_hash", name="pk_sign_in_sessions"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name="fk_sign_in_sessions_account_id_accounts",
            ondelete="CASCADE",
        ),
    )
    for columns in (["account_id"], ["idle_expires_at"], ["issuer", "sid"], ["issuer", "subject"]):
        name = "_".join(["ix_sign_in_sessions", *columns])
        op.create_index(name, "sign_in_sessions", columns)


def _developers() -> None:
    op.create_table(
        "developers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("public_id", TEXT, nullable=False),
        sa.Column("email", TEXT, nullable=False),
        sa.Column("email_folded", TEXT, nullable=False),
        sa.Column("developer_id", TEXT, nullable=False),
        sa.Column("first_name", TEXT, nullable=False),
        sa.Column("last_name", TEXT, nullable=False),
        sa.Column("user_name", TEXT, nullable=False),
        sa.Column("sort_name", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=True),
        sa.Column("last_modified_at", MOMENT, nullable=True),
        sa.Column("synced_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_developers"),
        sa.UniqueConstraint("public_id", name="uq_developers_public_id"),
        sa.UniqueConstraint("organization", "email", name="uq_developers_organization_email"),
        sqlite_autoincrement=True,
    )
    for columns in (["email_folded"], ["sort_name", "email"], ["status", "sort_name", "email"]):
        name = "_".join(["ix_developers_organization", *columns])
        op.create_index(name, "developers", ["organization", *columns])
    op.create_table(
        "developer_words",
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("word", TEXT, nullable=False),
        sa.Column("developer_row", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organization", "word", "developer_row", name="pk_developer_words"),
        sa.ForeignKeyConstraint(
            ["developer_row"],
            ["developers.id"],
            name="fk_developer_words_developer_row_developers",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_developer_words_developer_row", "developer_words", ["developer_row"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", TEXT, nullable=False),
        sa.Column("phase", TEXT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_account_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", TEXT, nullable=False),
        sa.Column("request_id", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("target_kind", TEXT, nullable=False),
        sa.Column("target", TEXT, nullable=False),
        sa.Column("on_behalf_of", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_action_id", "audit", ["action_id"])
    op.create_index("ix_audit_target", "audit", ["target"])
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_APPEND_ONLY if on_postgresql else SQLITE_APPEND_ONLY:
        op.execute(statement)


def _creations() -> None:
    op.create_table(
        "creations",
        sa.Column("organization", TEXT, nullable=False),
        sa.Column("developer_id", TEXT, nullable=False),
        sa.Column("request_hash", TEXT, nullable=False),
        sa.Column("app_id", TEXT, nullable=True),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint(
            "organization", "developer_id", "request_hash", name="pk_creations"
        ),
    )


def _installation() -> None:
    table = op.create_table(
        "installation",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_installation"),
    )
    # Drawn here and nowhere else: every reference to a key is made with it, for ever.
    op.bulk_insert(table, [{"name": "fingerprint_key", "value": secrets.token_bytes(32)}])
