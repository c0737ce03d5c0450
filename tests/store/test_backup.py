"""A copy that is taken while the portal writes can be restored, and its audit chain holds."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, text
from sqlalchemy.orm import sessionmaker

from app.store.engine import schema_is_current
from app.store.installation import InstallationStore
from tests.store.busy import ROOT, lines, start, until_busy
from tests.store.conftest import stores_on
from tests.store.databases import PostgresServer, open_engine, program

SECONDS = 60
KEY_BYTES = 32
# The words of docs/operations.md; a machine with SQLite need not have its program.
COPY = 'import sqlite3; sqlite3.connect("portal.db").backup(sqlite3.connect("copy.db"))'
PUT_BACK = "rm -f portal.db portal.db-wal portal.db-shm && cp copy.db portal.db"
DUMP = "pg_dump --format=custom --file portal.dump"
RESTORE = "pg_restore --no-owner --exit-on-error --single-transaction"


@contextmanager
def writing(folder: Path, engine: Engine) -> Iterator[None]:
    """Let two processes write audit rows and one seal them meanwhile."""
    names = ("w1", "w2", "s1")
    works = {"w": "write", "s": "seal"}
    running = [start(folder, engine, works[name[0]], name) for name in names]
    try:
        until_busy(folder, names)
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def check(restored: Engine, promised: set[str]) -> None:
    """Everything that was promised before the copy is in it, sealed as it was or sealable now."""
    with restored.connect() as connection:
        kept = set(connection.scalars(text("SELECT action_id FROM audit")))
    stores = stores_on(sessionmaker(restored))
    head = stores.keeper.seal()
    assert schema_is_current(restored)
    assert promised
    assert promised <= kept
    assert stores.keeper.verify({head.position: head.hash}).broken is None
    assert head.position == len(kept)
    assert len(InstallationStore(sessionmaker(restored)).fingerprint_key()) == KEY_BYTES


def written(folder: Path) -> set[str]:
    return {line.strip() for name in ("w1", "w2") for line in lines(folder, name)}


def test_a_copy_of_sqlite(sqlite_engine: Engine, tmp_path: Path) -> None:
    with writing(tmp_path, sqlite_engine):
        promised = written(tmp_path)
        subprocess.run((sys.executable, "-c", COPY), cwd=tmp_path, check=True, timeout=SECONDS)  # noqa: S603 - the page's words
    restored = open_engine(f"sqlite:///{tmp_path / 'copy.db'}")
    check(restored, promised)
    restored.dispose()


def test_a_copy_of_sqlite_in_its_place_again_holds_nothing_of_later(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    """SQLite would play what lies beside the file, of processes that were killed, into the copy."""
    with writing(tmp_path, sqlite_engine):
        subprocess.run((sys.executable, "-c", COPY), cwd=tmp_path, check=True, timeout=SECONDS)  # noqa: S603 - the page's words
        copied = actions(f"sqlite:///{tmp_path / 'copy.db'}")
        wait_for_more(tmp_path, copied)
    sqlite_engine.dispose()
    subprocess.run(PUT_BACK, shell=True, cwd=tmp_path, check=True, timeout=SECONDS)  # noqa: S602 - the page's words
    assert actions(f"sqlite:///{tmp_path / 'portal.db'}") == copied


def actions(url: str) -> set[str]:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = set(connection.scalars(text("SELECT action_id FROM audit")))
    engine.dispose()
    return found


def wait_for_more(folder: Path, known: set[str]) -> None:
    """Return once something was written that is not known."""
    until = time.monotonic() + SECONDS
    while written(folder) <= known:
        assert time.monotonic() < until, "nothing more was written"
        time.sleep(0.05)


def test_a_dump_of_postgresql(
    spare_postgres_engine: Engine, postgres: PostgresServer, tmp_path: Path
) -> None:
    with writing(tmp_path, spare_postgres_engine):
        promised = written(tmp_path)
        at(spare_postgres_engine.url, DUMP, tmp_path)
    with postgres.make_database("template0") as url:
        at(url, f"{RESTORE} --dbname {url.database} portal.dump", tmp_path)
        restored = open_engine(url)
        check(restored, promised)
        restored.dispose()


def at(url: URL, words: str, folder: Path) -> None:
    """Run a program of the same PostgreSQL's that the tests run on."""
    name, *rest = words.split()
    environment = {
        "PGHOST": str(url.query.get("host") or url.host),
        "PGPORT": str(url.port or url.query.get("port") or 5432),
        "PGUSER": url.username or "",
        "PGPASSWORD": url.password or "",
        "PGDATABASE": url.database or "",
    }
    command = (str(program(name)), *rest)
    subprocess.run(command, cwd=folder, env=environment, check=True, timeout=SECONDS)  # noqa: S603 - the page's words


@pytest.mark.parametrize("words", [COPY, PUT_BACK, DUMP, RESTORE])
def test_these_are_the_words_of_the_page(words: str) -> None:
    assert words in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
