"""Run the migrations: on the Flask app's engine, or on a connection that a caller hands over."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from alembic.util import CommandError
from flask import current_app
from sqlalchemy import Connection, Engine

from app.store.engine import metadata, tune


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,
    )
    with _all_or_nothing(connection), context.begin_transaction():
        context.run_migrations()


@contextmanager
def _all_or_nothing(connection: Connection) -> Iterator[None]:
    if connection.dialect.name != "sqlite":
        yield
        return
    # A batch migration drops the old table: with foreign keys on, SQLite would delete every row
    # that points at it. The pragma counts outside a transaction only.
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    # Python's driver begins a transaction for rows but not for tables.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
        connection.commit()
    finally:
        connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")


def _app_engine() -> Engine:
    engine: Engine = current_app.extensions["migrate"].db.engine
    return engine


def _main() -> None:
    given: Connection | None = context.config.attributes.get("connection")
    if context.is_offline_mode():
        # A printed script would show the key that the first migration draws.
        raise CommandError("Migrations cannot be printed: run them on the database.")
    if given is not None:
        _run(given)
    else:
        engine = _app_engine()
        tune(engine)
        with engine.connect() as connection:
            _run(connection)


_main()
