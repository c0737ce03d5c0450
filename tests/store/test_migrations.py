"""Migrations: up, down, all or nothing, and the same tables as the models."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import (
    Migrate,
    downgrade,
    upgrade,
)
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import sessionmaker

from app.resources import MIGRATIONS
from app.services.developer_port import DeveloperOrder, DeveloperSearch
from app.store.developers import DeveloperStore
from app.store.engine import _revisions, metadata, schema_is_current, tune
from app.store.installation import InstallationStore
from tests.store.databases import PostgresServer, migrate, open_engine


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.make_database("template1") as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


def test_the_migrations_make_exactly_the_models_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_go_up_and_down_and_up_again(empty: Engine) -> None:
    assert not schema_is_current(empty)
    migrate(empty)
    assert schema_is_current(empty)
    migrate(empty, "base")
    assert not schema_is_current(empty)
    assert inspect(empty).get_table_names() == ["alembic_version"]
    if empty.dialect.name == "postgresql":
        with empty.connect() as connection:
            left = "SELECT count(*) FROM pg_proc WHERE proname LIKE 'audit%'"
            assert connection.scalar(text(left)) == 0
    migrate(empty)
    assert schema_is_current(empty)


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    migrate(empty)
    key = InstallationStore(sessionmaker(empty)).fingerprint_key()
    migrate(empty)
    assert InstallationStore(sessionmaker(empty)).fingerprint_key() == key


def test_a_migration_that_breaks_leaves_nothing_behind(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE creations (id integer)"))
    with pytest.raises(Exception, match="creations"):
        migrate(empty)
    assert "accounts" not in inspect(empty).get_table_names()
    assert not schema_is_current(empty)


def test_foreign_keys_count_again_after_a_migration(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'portal.db'}")
    migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


@pytest.mark.parametrize(("revision", "is_current"), [("9999", True), ("0001", False)])
def test_only_the_schema_of_a_later_version_serves_as_well(
    spare_engine: Engine, revision: str, *, is_current: bool
) -> None:
    """While the portal is upgraded, processes of before go on: migrations expand first."""
    with spare_engine.begin() as connection:
        statement = text("UPDATE alembic_version SET version_num = :revision")
        connection.execute(statement, {"revision": revision})
    assert schema_is_current(spare_engine) == is_current


def test_flask_migrate_runs_them_on_the_apps_database(tmp_path: Path) -> None:
    database = SQLAlchemy(metadata=metadata)
    flask_app = Flask(__name__)
    flask_app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'portal.db'}"
    database.init_app(flask_app)
    Migrate(flask_app, database, directory=str(MIGRATIONS))
    with flask_app.app_context():
        tune(database.engine)
        upgrade()
        assert schema_is_current(database.engine)
        assert len(InstallationStore(database.session).fingerprint_key()) == 32
        downgrade(revision="base")
        assert not schema_is_current(database.engine)
        database.engine.dispose()


def test_the_statements_cannot_be_printed_because_a_key_is_among_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = SQLAlchemy(metadata=metadata)
    flask_app = Flask(__name__)
    flask_app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'portal.db'}"
    database.init_app(flask_app)
    Migrate(flask_app, database, directory=str(MIGRATIONS))
    with flask_app.app_context(), pytest.raises(SystemExit):
        upgrade(sql=True)
    assert "INSERT INTO installation" not in capsys.readouterr().out


def test_a_developers_last_sign_in_is_found_by_the_migration(empty: Engine) -> None:
    migrate(empty, "0008")
    with empty.begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement))
    migrate(empty)
    index = DeveloperStore(sessionmaker(empty), "demo")
    rows = index.search(DeveloperSearch(order=DeveloperOrder.SIGNED_IN, descending=True)).rows
    assert [(row.email, str(row.last_sign_in_at)) for row in rows] == [
        ("dana@example.com", "2026-03-01 12:00:00+00:00"),
        ("eve@example.com", "None"),
    ]
    assert [row.created_at for row in rows] == [None, None]
    with empty.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM developer_words")) == 1


OLD_ROWS = (
    """INSERT INTO accounts (id, issuer, subject, email, email_folded, email_verified, first_name,
    last_name, names_edited, user_name, roles, granted_roles, blocked, unlinked, organization,
    developer_email, developer_id, generation, terms_version, sort_name, sort_last_name,
    sort_user_name, created_at, last_sign_in_at) VALUES (1, 'i', 's', 'd', 'd', true, '', '',
    false, '', '[]', '[]', false, false, 'demo', 'dana@example.com', 'id', 0, '', '', '', '',
    '2026-03-01 12:00:00.000000', '2026-03-01 12:00:00.000000')""",
    """INSERT INTO developers (id, organization, public_id, email, email_folded, developer_id,
    first_name, last_name, user_name, sort_name, status, synced_at) VALUES
    (1, 'demo', 'p1', 'dana@example.com', 'd', '', '', '', '', '', 'active',
    '2026-03-01 12:00:00.000000'),
    (2, 'demo', 'p2', 'eve@example.com', 'e', '', '', '', '', '', 'active',
    '2026-03-01 12:00:00.000000')""",
    "INSERT INTO developer_words VALUES ('demo', 'dana', 1)",
)


def test_the_migrations_that_a_process_knows_are_alembics() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    heads, known = _revisions()
    assert heads == frozenset(scripts.get_heads())
    assert known == {script.revision for script in scripts.walk_revisions()}
