"""SQLite is tuned for several processes, and moments and texts keep their meaning."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import Session, sessionmaker

from app.domain.audit import SYSTEM, Action, AuditEntry, Phase
from app.store.accounts import AccountRow
from app.store.base import Base, table_of, transaction
from app.store.creations import CreationRow
from app.store.engine import metadata, schema_is_current, tune
from app.store.sessions import SessionRow
from tests.store.conftest import NOON, Stores, identity, stores_on

PLUS_TWO = timezone(timedelta(hours=2))


def test_every_sqlite_connection_waits_and_checks_foreign_keys(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as first, sqlite_engine.connect() as second:
        for connection in (first, second):
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(text("PRAGMA busy_timeout")) == 5_000
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_an_engine_of_flask_sqlalchemy_can_be_tuned(tmp_path: Path) -> None:
    database = SQLAlchemy(metadata=metadata)
    flask_app = Flask(__name__)
    flask_app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path / 'portal.db'}"
    database.init_app(flask_app)
    with flask_app.app_context():
        tune(database.engine)
        assert database.session.scalar(text("PRAGMA journal_mode")) == "wal"
        database.session.remove()
        database.engine.dispose()


def test_the_stores_work_on_the_session_of_flask_sqlalchemy(sqlite_engine: Engine) -> None:
    database = SQLAlchemy(metadata=metadata)
    flask_app = Flask(__name__)
    flask_app.config["SQLALCHEMY_DATABASE_URI"] = sqlite_engine.url
    database.init_app(flask_app)
    with flask_app.app_context():
        tune(database.engine)
        stores = stores_on(database.session)
        account = stores.accounts.signed_in(identity(), NOON)
        stores.audit.append(AuditEntry("a1", Phase.DONE, NOON, SYSTEM, Action.SIGN_IN))
        assert stores.accounts.get(account.account_id) == account
        assert len(stores.audit.recent(5)) == 1
        database.engine.dispose()


def test_postgresql_is_left_as_it_is(postgres_engine: Engine) -> None:
    with postgres_engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_session_without_its_account_is_refused(engine: Engine) -> None:
    orphan = SessionRow(
        **dict.fromkeys(("id_hash", "provider", "issuer", "subject", "sid"), "x"),
        **dict.fromkeys(("browser", "address"), ""),
        **dict.fromkeys(("created_at", "last_seen_at"), NOON),
        **dict.fromkeys(("idle_expires_at", "absolute_expires_at"), NOON),
        account_id=4711,
        idle_seconds=1,
        data={},
    )
    with (
        pytest.raises(IntegrityError, match=r"(?i)foreign key"),
        Session(engine) as session,
        session.begin(),
    ):
        session.add(orphan)


def test_a_missing_database_is_not_an_old_schema(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'portal.db'}")
    with pytest.raises(OperationalError):
        schema_is_current(engine)


def test_several_threads_write_to_one_database(engine: Engine, sql: Stores) -> None:
    with ThreadPoolExecutor(4) as pool:
        subjects = [f"person{number}" for number in range(40)]
        list(pool.map(lambda who: sql.accounts.signed_in(identity(who), NOON), subjects))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM accounts")) == 40


def test_a_moment_of_another_zone_comes_back_in_utc(session: sessionmaker[Session]) -> None:
    moment = datetime(2026, 3, 1, 1, 30, 0, 123_456, tzinfo=PLUS_TWO)
    row = CreationRow(organization="o", developer_id="d", request_hash="h", begun_at=moment)
    with session.begin() as current:
        current.add(row)
    with session() as current:
        stored = current.scalars(select(CreationRow.begun_at)).one()
    assert stored == moment
    assert stored.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(sql: Stores) -> None:
    with pytest.raises(StatementError, match="without a time zone"):
        sql.creations.begin("d", "r", NOON.replace(tzinfo=None))


def test_an_error_message_holds_no_values(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("SELECT * FROM nowhere WHERE x = :x"), {"x": "a secret value"})
    assert "a secret value" not in str(caught.value)


def test_an_error_rolls_back_and_gives_the_connection_back(engine: Engine, sql: Stores) -> None:
    sql.accounts.signed_in(identity(), NOON)

    def rename_and_fail() -> None:
        with transaction(sessionmaker(engine)) as current:
            current.execute(text("UPDATE accounts SET first_name = 'Changed'"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        rename_and_fail()
    assert sql.accounts.signed_in(identity(first_name=""), NOON).name == "Dana Smith"


def test_only_a_model_with_a_table_has_a_table() -> None:
    assert table_of(AccountRow).name == "accounts"

    class JoinedRow(Base):
        __table__ = select(AccountRow.id).subquery()
        __mapper_args__ = {"primary_key": [__table__.c.id]}  # noqa: RUF012 - SQLAlchemy's own way

    with pytest.raises(TypeError, match="JoinedRow"):
        table_of(JoinedRow)


def test_every_constraint_and_index_has_a_name() -> None:
    for table in metadata.tables.values():
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"
        for index in table.indexes:
            assert index.name, f"{table.name}: {index}"
