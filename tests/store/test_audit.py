"""The audit log: kept before append returns, and nothing can change it."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from app.domain.audit import SYSTEM, Action, Actor, AuditEntry, AuditQuery, Concerned, Phase
from app.domain.errors import NotRecorded
from app.store import audit_rows
from app.store.audit import AuditStore
from tests.store.conftest import NOON, Stores, identity

ENTRY = AuditEntry(
    action_id="a1",
    phase=Phase.INTENT,
    at=NOON,
    actor=Actor(7, "Ada", "req-1", "192.0.2.1", "5e5510n"),
    action=Action.DEVELOPER_DEACTIVATE,
    target_kind="developer",
    target="dana@example.com",
    on_behalf_of="Team",
    detail="left\nthe company",
)
DONE = replace(ENTRY, phase=Phase.DONE, actor=SYSTEM)


def test_rows_are_read_newest_first_with_everything_they_told(stores: Stores) -> None:
    stores.audit.append(ENTRY)
    stores.audit.append(DONE)
    assert list(stores.audit.recent(10)) == [DONE, ENTRY]
    assert list(stores.audit.recent(1)) == [DONE]


def test_what_concerns_a_developer_is_found_by_every_way_of_being_concerned(
    stores: Stores,
) -> None:
    other = replace(DONE, actor=Actor(9, "Bob"), target="bob@example.com", target_account_id=None)
    concerned = [
        replace(other, target="dana@example.com", target_kind="developer"),
        replace(other, target="trip", target_kind="app", on_behalf_of="dana@example.com"),
        replace(other, target="else", target_kind="account", target_account_id=7),
        replace(other, actor=Actor(7, "Dana Reyes")),
    ]
    for entry in (*concerned, other, replace(concerned[0], phase=Phase.INTENT)):
        stores.audit.append(entry)
    dana, unlinked = Concerned("dana@example.com", 7), Concerned("dana@example.com")
    found = list(reversed(stores.audit.concerning(dana, 20)))
    assert found == concerned
    assert list(stores.audit.concerning(dana, 2)) == [concerned[3], concerned[2]]
    assert list(stores.audit.concerning(unlinked, 20)) == concerned[1::-1]
    assert list(stores.audit.recent(20, AuditQuery(concerned=unlinked)))[1:] == concerned[1::-1]


def test_another_account_with_the_developers_address_is_not_theirs(stores: Stores) -> None:
    signed_in = replace(DONE, target_kind="account")
    own, others = (replace(signed_in, target_account_id=number) for number in (7, 8))
    for entry in (own, others):
        stores.audit.append(entry)
    assert list(stores.audit.concerning(Concerned("dana@example.com", 7), 20)) == [own]
    assert list(stores.audit.concerning(Concerned("dana@example.com"), 20)) == []


def test_an_empty_log_has_no_rows(stores: Stores) -> None:
    assert list(stores.audit.recent(5)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET detail = 'nothing happened'",
        "UPDATE audit SET id = id + 10",
        "DELETE FROM audit",
    ],
)
def test_no_row_can_be_changed_or_deleted(engine: Engine, sql: Stores, statement: str) -> None:
    sql.audit.append(ENTRY)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    assert list(sql.audit.recent(5)) == [ENTRY]


def test_no_row_can_be_replaced_on_sqlite(sqlite_engine: Engine) -> None:
    log = AuditStore(sessionmaker(sqlite_engine))
    log.append(ENTRY)
    replacing = (
        "INSERT OR REPLACE INTO audit SELECT id, action_id, phase, at, actor_account_id, "
        "'Nobody', request_id, address, action, target_kind, target, on_behalf_of, detail, "
        "session, count, target_account_id FROM audit"
    )
    with pytest.raises(DBAPIError, match="append-only"), sqlite_engine.begin() as connection:
        connection.execute(text(replacing))
    assert list(log.recent(5)) == [ENTRY]


def test_the_log_cannot_be_truncated_on_postgresql(postgres_engine: Engine) -> None:
    log = AuditStore(sessionmaker(postgres_engine))
    log.append(ENTRY)
    with pytest.raises(DBAPIError, match="append-only"), postgres_engine.begin() as connection:
        connection.execute(text("TRUNCATE audit"))
    assert list(log.recent(5)) == [ENTRY]


def test_a_row_is_kept_at_once_and_keeps_nobody_elses_unfinished_work(engine: Engine) -> None:
    shared = Session(engine)
    other = engine.connect()
    shared.execute(text("SELECT 1"))
    pending = text(
        "INSERT INTO installation (name, value) SELECT 'unfinished', value FROM installation"
    )
    if engine.dialect.name == "postgresql":
        shared.execute(pending)
    AuditStore(sessionmaker(engine)).append(ENTRY)
    assert other.scalar(text("SELECT count(*) FROM audit")) == 1
    assert other.scalar(text("SELECT count(*) FROM installation")) == 1
    shared.close()
    other.close()


def test_append_raises_when_the_row_cannot_be_kept(spare_engine: Engine) -> None:
    with spare_engine.begin() as connection:
        connection.execute(text("DROP TABLE audit"))
    with pytest.raises(NotRecorded):
        AuditStore(sessionmaker(spare_engine)).append(ENTRY)


DISK_FULL = """
CREATE FUNCTION pg_temp.full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION pg_temp.full();
"""


def test_a_full_disk_of_postgresql_stops_the_action(spare_postgres_engine: Engine) -> None:
    with spare_postgres_engine.connect() as connection:
        connection.execute(text(DISK_FULL))
        connection.commit()
        with pytest.raises(NotRecorded) as caught:
            AuditStore(sessionmaker(spare_postgres_engine)).append(ENTRY)
    assert "DiskFull" in str(caught.value.__cause__)


def test_a_table_that_somebody_locks_stops_the_action_after_a_while(
    postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = audit_rows.SHARED_LOCK.text.replace("'5s'", "'50ms'")
    monkeypatch.setattr(audit_rows, "SHARED_LOCK", text(hasty))
    with postgres_engine.begin() as connection:
        connection.execute(text("LOCK TABLE audit IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(NotRecorded) as caught:
            AuditStore(sessionmaker(postgres_engine)).append(ENTRY)
    assert "LockNotAvailable" in str(caught.value.__cause__)


def test_every_row_that_was_kept_is_told_with_its_number(sql: Stores, engine: Engine) -> None:
    told: list[AuditEntry] = []
    log = AuditStore(sessionmaker(engine), told.append)
    for _ in range(2):
        log.append(ENTRY)
        log.refused(replace(ENTRY, phase=Phase.FAILED))
    assert [entry.number for entry in told] == [1, 2, 3]
    assert told == list(reversed(sql.audit.recent(5)))


def test_a_row_that_was_not_kept_is_not_told(spare_engine: Engine) -> None:
    told: list[AuditEntry] = []
    with spare_engine.begin() as connection:
        connection.execute(text("DROP TABLE audit"))
    log = AuditStore(sessionmaker(spare_engine), told.append)
    for write in (log.append, log.refused):
        with pytest.raises(NotRecorded):
            write(ENTRY)
    assert told == []


def test_the_log_outlives_the_account_it_names(session: sessionmaker[Session], sql: Stores) -> None:
    account = sql.accounts.signed_in(identity(), NOON)
    entry = replace(ENTRY, actor=Actor(account.account_id, "Dana"))
    sql.audit.append(entry)
    with session.begin() as current:
        current.execute(text("DELETE FROM accounts"))
    assert list(sql.audit.recent(5)) == [entry]
    assert sql.accounts.signed_in(identity(), NOON).account_id != account.account_id
