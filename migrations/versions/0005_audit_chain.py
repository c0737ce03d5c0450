"""The audit log gets sessions, counts, names beside it, and the chain that seals its rows."""

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")
MOMENT = sa.DateTime(timezone=True)

SQLITE_APPEND_ONLY = (
    (
        "CREATE TRIGGER audit_chain_no_update BEFORE UPDATE ON audit_chain "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
    (
        "CREATE TRIGGER audit_chain_no_delete BEFORE DELETE ON audit_chain "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
    (
        "CREATE TRIGGER audit_chain_no_replace BEFORE INSERT ON audit_chain WHEN EXISTS "
        "(SELECT 1 FROM audit_chain WHERE position = NEW.position OR row_id = NEW.row_id) "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
)
POSTGRESQL_APPEND_ONLY = (
    (
        "CREATE TRIGGER audit_chain_no_change BEFORE UPDATE OR DELETE ON audit_chain "
        "FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
    ),
    (
        "CREATE TRIGGER audit_chain_no_truncate BEFORE TRUNCATE ON audit_chain "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
    ),
)


def upgrade() -> None:
    # Not in batch mode: a table that is copied loses its triggers.
    op.add_column("audit", sa.Column("session", TEXT, server_default="", nullable=False))
    op.add_column("audit", sa.Column("count", sa.Integer(), server_default="1", nullable=False))
    op.create_index("ix_audit_at", "audit", ["at"])
    _names()
    _repeats()
    _chain()


def downgrade() -> None:
    for table in ("audit_marks", "audit_chain", "audit_repeats", "audit_names"):
        op.drop_table(table)
    op.drop_index("ix_audit_at", "audit")
    for column in ("count", "session"):
        op.execute(f"ALTER TABLE audit DROP COLUMN {column}")


def _names() -> None:
    op.create_table(
        "audit_names",
        sa.Column("code", TEXT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("salt", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_audit_names"),
        sa.UniqueConstraint("account_id", "name", name="uq_audit_names_account_id_name"),
    )
    op.create_index("ix_audit_names_name", "audit_names", ["name"])


def _repeats() -> None:
    op.create_table(
        "audit_repeats",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_audit_repeats"),
    )
    op.create_index("ix_audit_repeats_first_at", "audit_repeats", ["first_at"])


def _chain() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_audit_chain"),
        sa.UniqueConstraint("row_id", name="uq_audit_chain_row_id"),
    )
    op.create_table(
        "audit_marks",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_audit_marks"),
    )
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL_APPEND_ONLY if on_postgresql else SQLITE_APPEND_ONLY:
        op.execute(statement)
