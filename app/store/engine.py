"""Settings of the database connections, and whether the schema is the code's."""

import re
from collections.abc import Callable
from functools import lru_cache
from select import POLLIN, poll
from typing import Final, Protocol

from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from app.resources import MIGRATIONS
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

BUSY_MILLISECONDS: Final = 5_000
_REVISION: Final = re.compile(r"^(down_)?revision\b[^=\n]*=(.*)$", re.MULTILINE)
_NAME: Final = re.compile(r"""["'](\w+)["']""")
_USED: Final = "used before"

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


class _Socketed(Protocol):
    closed: bool

    def fileno(self) -> int: ...


def tune(engine: Engine) -> None:
    """Keep values out of error messages, and make SQLite fit for several processes.

    Of PostgreSQL no connection is used that the server has closed, as it does when it restarts.
    Call it before the engine's first connection.
    """
    engine.hide_parameters = True
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _tune_sqlite)
    else:
        event.listen(engine, "checkout", _refuse_closed)


def count_connections(engine: Engine, change: Callable[[int], None]) -> None:
    """Tell of each connection that is taken (1) and given back (-1)."""

    def taken(_connection: object, _record: object, _proxy: object) -> None:
        change(1)

    def given_back(_connection: object, _record: object) -> None:
        change(-1)

    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", given_back)


def schema_is_current(engine: Engine) -> bool:
    """Tell whether every migration was applied; raise ``OperationalError`` without a database.

    One that this version does not know is of a later one, which goes on serving this one's needs:
    while the portal is upgraded, the processes of before stay ready.
    """
    with engine.connect() as connection:  # Alembic's own way to ask writes two lines to the log
        if not inspect(connection).has_table("alembic_version"):
            return False
        applied = set(connection.scalars(text("SELECT version_num FROM alembic_version")))
    heads, known = _revisions()
    return applied >= heads or bool(applied - known)


def _tune_sqlite(connection: _Connection, _record: object) -> None:
    cursor = connection.cursor()
    # The timeout comes first: switching to WAL may itself have to wait.
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _refuse_closed(
    connection: _Socketed, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    """Let another connection be taken for one on which something was said unasked: its end.

    The system is asked, not the server: a ping would cost each call of a store a round trip.
    """
    if not record.info.get(_USED):  # just opened
        record.info[_USED] = True
        return
    ear = poll()
    if not connection.closed:
        ear.register(connection.fileno(), POLLIN)
    if connection.closed or ear.poll(0):
        raise DisconnectionError("The server has closed this connection.")


@lru_cache(maxsize=1)
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """Return the newest migrations, and all; read as text, since Alembic is large and slow."""
    known, former = set[str](), set[str]()
    for script in (MIGRATIONS / "versions").glob("*.py"):
        for down, names in _REVISION.findall(script.read_text(encoding="utf-8")):
            (former if down else known).update(_NAME.findall(names))
    return frozenset(known - former), frozenset(known)
