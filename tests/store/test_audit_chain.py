"""The chain: whatever is done to a sealed row behind the portal's back is found, at that row."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from app.domain.audit import Action, Actor, AuditEntry, Phase
from app.domain.audit_chain import Break, Head, Verdict
from app.store.audit import AuditStore
from app.store.audit_keeping import AuditKeepingStore
from app.store.audit_rows import keep, sealable
from tests.store.conftest import NOON, Stores
from tests.store.threads import at_once

ENTRY = AuditEntry(
    action_id="a1",
    phase=Phase.INTENT,
    at=NOON,
    actor=Actor(7, "Ada", "req-1", "192.0.2.1", "5e5510n"),
    action=Action.DEVELOPER_DEACTIVATE,
    target_kind="developer",
    target="dana@example.com",
    on_behalf_of="Team",
)
COLUMNS = (
    "action_id, phase, at, actor_account_id, actor_name, request_id, address, "
    "action, target_kind, target, on_behalf_of, detail"
)


def write(stores: Stores, count: int = 5) -> None:
    for number in range(1, count + 1):
        stores.audit.append(replace(ENTRY, action_id=f"a{number}"))


def sealed(stores: Stores, count: int = 5) -> Head:
    write(stores, count)
    return stores.keeper.seal()


@contextmanager
def behind_the_back(engine: Engine) -> Iterator[Connection]:
    """Change what the database would refuse, as somebody who owns it can."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in connection.execute(text(names)).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        yield connection


def test_what_is_sealed_holds(stores: Stores) -> None:
    head = sealed(stores)
    assert head.position == 5
    assert stores.keeper.verify({5: head.hash}).head == head
    assert stores.keeper.verify({5: head.hash}).broken is None
    assert stores.keeper.unsealed().count == 0


@pytest.mark.parametrize(("number", "account"), [(2, "13"), (2, "NULL"), (1, "12")])
def test_the_account_that_a_row_is_about_is_sealed_with_it(
    engine: Engine, sql: Stores, number: int, account: str
) -> None:
    sql.audit.append(ENTRY)
    sql.audit.append(replace(ENTRY, target_account_id=12))
    sql.keeper.seal()
    assert sql.keeper.verify({}).broken is None
    change = f"UPDATE audit SET target_account_id = {account} WHERE id = {number}"  # noqa: S608 - our own numbers
    with behind_the_back(engine) as connection:
        connection.execute(text(change))
    assert sql.keeper.verify({}).broken == Break("it was changed", number)


def test_rows_of_no_account_keep_the_hashes_they_had_before_accounts_were_told(
    sql: Stores, engine: Engine
) -> None:
    sql.audit.append(ENTRY)
    with Session(engine) as session:
        [row] = sealable(session, 0, 1)
    assert len(row.told) == 14


def test_an_empty_log_is_whole(stores: Stores) -> None:
    assert stores.keeper.seal().position == 0
    assert stores.keeper.verify({}).broken is None


def test_what_came_later_is_sealed_later_and_the_first_hashes_stay(stores: Stores) -> None:
    first = sealed(stores)
    assert stores.keeper.seal() == first
    write(stores, 2)
    assert stores.keeper.unsealed().count == 2
    assert stores.keeper.unsealed().since == NOON
    second = stores.keeper.seal()
    assert second.position == 7
    assert stores.keeper.verify({5: first.hash, 7: second.hash}).broken is None


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET detail = 'nothing' WHERE id = 3", Break("it was changed", 3)),
        ("UPDATE audit SET phase = 'done' WHERE id = 2", Break("it was changed", 2)),
        ("UPDATE audit SET actor_account_id = NULL WHERE id = 4", Break("it was changed", 4)),
        ("UPDATE audit SET session = '' WHERE id = 5", Break("it was changed", 5)),
        ("UPDATE audit SET count = 2 WHERE id = 1", Break("it was changed", 1)),
        ("UPDATE audit SET at = '2026-03-01 12:00:01' WHERE id = 1", Break("it was changed", 1)),
        ("DELETE FROM audit WHERE id = 1", Break("it was deleted", 1)),
        ("DELETE FROM audit WHERE id = 3", Break("it was deleted", 3)),
        ("DELETE FROM audit WHERE id = 5", Break("it was deleted", 5)),
        ("DELETE FROM audit", Break("it was deleted", 1)),
        (
            "DELETE FROM audit WHERE id = 3; DELETE FROM audit_chain WHERE row_id = 3",
            Break("the links before 4 were removed", 4),
        ),
        (
            "UPDATE audit SET id = 99 - id; UPDATE audit SET id = id - 93",
            Break("it was changed", 1),
        ),
        ("UPDATE audit SET id = 0 WHERE id = 4", Break("it was deleted", 4)),
        ("UPDATE audit_chain SET hash = 'x' WHERE position = 2", Break("it was changed", 2)),
        ("DELETE FROM audit_chain WHERE position = 1", Break("the links before 2 were removed", 2)),
    ],
)
def test_what_was_done_to_a_sealed_row_is_found_there(
    engine: Engine, sql: Stores, statement: str, broken: Break
) -> None:
    sealed(sql)
    with behind_the_back(engine) as connection:
        for part in statement.split("; "):
            connection.execute(text(part))
    assert sql.keeper.verify({}).broken == broken


def test_a_row_that_is_inserted_between_sealed_ones_is_found(engine: Engine, sql: Stores) -> None:
    write(sql, 2)
    with behind_the_back(engine) as connection:
        connection.execute(text("UPDATE audit SET id = 4 WHERE id = 2"))
    sql.keeper.seal()
    with behind_the_back(engine) as connection:
        connection.execute(
            text(f"INSERT INTO audit (id, {COLUMNS}) SELECT 3, {COLUMNS} FROM audit WHERE id = 1")  # noqa: S608 - columns of ours
        )
    assert sql.keeper.verify({}).broken == Break("it was inserted after its time", 3)


def test_a_tail_that_was_cut_off_is_found_with_a_published_head(
    engine: Engine, sql: Stores
) -> None:
    head = sealed(sql)
    with behind_the_back(engine) as connection:
        connection.execute(text("DELETE FROM audit WHERE id > 3"))
        connection.execute(text("DELETE FROM audit_chain WHERE row_id > 3"))
    assert sql.keeper.verify({}).broken is None
    assert sql.keeper.verify({head.position: head.hash}).broken == Break(
        "it ends at 3, but a head of 5 was published"
    )


def test_a_chain_that_was_written_anew_is_found_with_a_published_head(
    engine: Engine, sql: Stores
) -> None:
    head = sealed(sql)
    with behind_the_back(engine) as connection:
        connection.execute(text("UPDATE audit SET detail = 'nothing' WHERE id = 2"))
        connection.execute(text("DELETE FROM audit_chain"))
    sql.keeper.seal()
    assert sql.keeper.verify({}).broken is None
    assert sql.keeper.verify({head.position: head.hash}).broken == Break(
        "the chain was written anew up to it", 5
    )


def test_after_the_owner_has_removed_old_rows_the_chain_holds_from_a_head_on(
    engine: Engine, sql: Stores
) -> None:
    cut = sealed(sql, 3)
    write(sql, 3)
    head = sql.keeper.seal()
    with behind_the_back(engine) as connection:
        connection.execute(text("DELETE FROM audit WHERE id <= 3"))
        connection.execute(text("DELETE FROM audit_chain WHERE position <= 3"))
    assert sql.keeper.verify({}).broken == Break("the links before 4 were removed", 4)
    assert sql.keeper.verify({6: head.hash}, cut) == Verdict(head)
    assert sql.keeper.verify({}, Head(3, "0" * 64)).broken == Break("it was changed", 4)
    write(sql, 1)
    assert sql.keeper.seal().position == 7
    with behind_the_back(engine) as connection:
        copying = f"INSERT INTO audit (id, {COLUMNS}) SELECT 2, {COLUMNS} FROM audit WHERE id = 5"  # noqa: S608 - columns of ours
        connection.execute(text(copying))
    assert sql.keeper.verify({}, cut).broken == Break("it was inserted after its time", 2)


def test_the_chain_can_be_followed_from_a_head_while_all_of_it_is_there(stores: Stores) -> None:
    cut = sealed(stores, 3)
    write(stores, 3)
    head = stores.keeper.seal()
    assert stores.keeper.verify({}, cut) == Verdict(head)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_chain SET hash = 'x'",
        "DELETE FROM audit_chain WHERE position = 5",
    ],
)
def test_no_link_can_be_changed_or_deleted(engine: Engine, sql: Stores, statement: str) -> None:
    sealed(sql)
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    assert sql.keeper.verify({}).broken is None


@pytest.mark.parametrize("position", [5, 6])
def test_no_link_can_be_replaced_on_sqlite(sqlite_engine: Engine, position: int) -> None:
    log = AuditStore(sessionmaker(sqlite_engine))
    keeper = AuditKeepingStore(sessionmaker(sqlite_engine))
    for _ in range(5):
        log.append(ENTRY)
    keeper.seal()
    replacing = text("INSERT OR REPLACE INTO audit_chain VALUES (:position, 5, 'x')")
    with pytest.raises(DBAPIError, match="append-only"), sqlite_engine.begin() as connection:
        connection.execute(replacing, {"position": position})


def test_the_chain_cannot_be_truncated_on_postgresql(postgres_engine: Engine) -> None:
    with pytest.raises(DBAPIError, match="append-only"), postgres_engine.begin() as connection:
        connection.execute(text("TRUNCATE audit_chain"))


def test_more_rows_than_a_batch_are_sealed_at_once(engine: Engine, sql: Stores) -> None:
    sql.audit.append(ENTRY)
    doubling = f"INSERT INTO audit ({COLUMNS}) SELECT {COLUMNS} FROM audit"  # noqa: S608 - columns of ours
    with engine.begin() as connection:
        for _ in range(12):
            connection.execute(text(doubling))
    assert sql.keeper.seal().position == 4096
    assert sql.keeper.verify({}).broken is None


def test_the_seal_reads_new_rows_only(engine: Engine, sql: Stores) -> None:
    sealed(sql, 30)
    write(sql, 1)
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    assert sql.keeper.seal().position == 31
    event.remove(engine, "before_cursor_execute", note)
    (reading,) = [each for each in statements if "audit.actor_name" in each]
    assert "audit.id > " in reading
    assert len(statements) <= 5


def test_sealing_beside_writers_leaves_no_row_out_and_seals_none_twice(
    engine: Engine, sql: Stores
) -> None:
    def work(number: int) -> None:
        if number < 3:
            for _ in range(5):
                sql.keeper.seal()
        else:
            write(sql, 5)

    at_once(9, work)
    head = sql.keeper.seal()
    assert head.position == 30
    assert sql.keeper.verify({}) == Verdict(head)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(DISTINCT row_id) FROM audit_chain")) == 30


def test_a_row_that_is_committed_late_is_not_passed_over(postgres_engine: Engine) -> None:
    session = sessionmaker(postgres_engine)
    log, keeper = AuditStore(session), AuditKeepingStore(session)
    log.append(ENTRY)
    with session() as slow:
        keep(slow, replace(ENTRY, action_id="a2"))
        log.append(replace(ENTRY, action_id="a3"))
        sealing = Thread(target=keeper.seal)
        sealing.start()
        sealing.join(0.3)
        assert sealing.is_alive()
        slow.commit()
    sealing.join()
    assert keeper.verify({}).head.position == 3
    assert keeper.verify({}).broken is None
