"""What every page reads goes to the driver itself: the same rows, and the same errors."""

import pytest
from sqlalchemy import Engine, bindparam, column, event, select, table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker

from app.store.base import Bound, reading
from app.store.prepared import Prepared
from app.store.sessions import SessionRow
from tests.store.conftest import NOON, Stores
from tests.store.test_sessions import sign_in

STATEMENT = select(SessionRow.__table__).where(
    SessionRow.idle_expires_at > bindparam("now"),
    SessionRow.browser == "Firefox on Linux",
    SessionRow.check_failed.is_(False),
)


def bound(engine: Engine) -> Bound:
    return Bound(sessionmaker(engine), engine)


def test_the_row_is_that_of_the_ordinary_way(engine: Engine, sql: Stores) -> None:
    sign_in(sql)
    for session in (bound(engine), sessionmaker(engine)):
        found = Prepared(STATEMENT).first(session, {"now": NOON})
        with reading(session) as connection:
            ordinary = connection.execute(STATEMENT, {"now": NOON}).one()
        assert found is not None
        assert list(found) == list(ordinary)
        assert list(map(type, found)) == list(map(type, ordinary))


def test_no_row_is_none(engine: Engine, sql: Stores) -> None:
    del sql
    assert Prepared(STATEMENT).first(bound(engine), {"now": NOON}) is None


def test_a_connection_that_has_died_in_the_pool_is_noticed(engine: Engine, sql: Stores) -> None:
    sign_in(sql)
    prepared, session = Prepared(STATEMENT), bound(engine)
    assert prepared.first(session, {"now": NOON})
    kept = engine.raw_connection()
    driver = kept.driver_connection
    kept.close()
    assert driver is not None
    driver.close()
    assert prepared.first(session, {"now": NOON})
    assert prepared.first(session, {"now": NOON})


def test_what_fails_raises_the_errors_of_the_ordinary_way(engine: Engine, sql: Stores) -> None:
    del sql
    nowhere = Prepared(select(column("name")).select_from(table("nowhere")))
    with pytest.raises(DBAPIError):
        nowhere.first(bound(engine), {})


def test_who_listens_to_statements_hears_of_it(engine: Engine, sql: Stores) -> None:
    sign_in(sql)
    heard: list[str] = []

    def note(*arguments: object) -> None:
        heard.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert Prepared(STATEMENT).first(bound(engine), {"now": NOON})
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(heard) == 1


def test_values_are_looked_at_each_time(engine: Engine, sql: Stores) -> None:
    sign_in(sql)
    prepared, session = Prepared(STATEMENT), bound(engine)
    row = prepared.first(session, {"now": NOON})
    assert row is not None
    ends = row[list(SessionRow.__table__.columns).index(SessionRow.__table__.c.idle_expires_at)]
    assert prepared.first(session, {"now": ends}) is None
