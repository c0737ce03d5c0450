"""Settings of the database connections, and whether the schema is the code's."""

from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event

from app.store import (
    accounts,
    approvals,
    audit_keeping,
    audit_names,
    audit_repeats,
    audit_rows,
    creations,
    developer_bulks,
    developers,
    exports,
    grants,
    installation,
    jobs,
    logout_tokens,
    mails,
    notes,
    registrations,
    sessions,
    sync_rows,
)
from app.store.base import Base

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"
BUSY_MILLISECONDS: Final = 5_000

# Naming the modules is what fills the metadata.
TABLE_FAMILIES: Final = (
    accounts,
    approvals,
    audit_keeping,
    audit_names,
    audit_repeats,
    audit_rows,
    creations,
    developer_bulks,
    developers,
    exports,
    grants,
    installation,
    jobs,
    logout_tokens,
    mails,
    notes,
    registrations,
    sessions,
    sync_rows,
)
metadata: Final = Base.metadata


class _Cursor(Protocol):
    def execute(self, statement: str) -> object: ...
    def close(self) -> None: ...


class _Connection(Protocol):
    def cursor(self) -> _Cursor: ...


def tune(engine: Engine) -> None:
    """Keep values out of error messages, and make SQLite fit for several processes.

    Call it before the engine's first connection.
    """
    engine.hide_parameters = True
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)


def schema_is_current(engine: Engine) -> bool:
    """Tell whether every migration was applied; raise ``OperationalError`` without a database."""
    with engine.connect() as connection:
        applied = MigrationContext.configure(connection).get_current_heads()
    return set(applied) == _heads()


def _tune_sqlite(connection: _Connection, _record: object) -> None:
    cursor = connection.cursor()
    # The timeout comes first: switching to WAL may itself have to wait.
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


@lru_cache(maxsize=1)
def _heads() -> frozenset[str]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return frozenset(ScriptDirectory.from_config(config).get_heads())
