"""Saving many developers: all or nothing, in few statements, and beside another save."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.attributes import Attribute
from app.domain.developers import Developer
from app.services.ports import DeveloperIndex
from tests.store.conftest import NOON, Stores, developer
from tests.store.test_developers import found


def test_a_broken_batch_saves_nothing(sql: Stores) -> None:
    good = [developer(f"d{number:03}@example.com") for number in range(600)]
    broken = developer("z@example.com", created_at=NOON.replace(tzinfo=None))
    with pytest.raises(Exception, match="without a time zone"):
        sql.developers.save([*good, broken], NOON)
    assert found(sql.developers) == []


def test_a_name_that_postgresql_cannot_store_or_index_does_not_stop_a_save(sql: Stores) -> None:
    odd = developer(first_name="D\x00", last_name="\ud800" + "x" * 5_000, user_name="y" * 5_000)
    assert sql.developers.save([odd], NOON) == 1
    assert sql.developers.save([odd], NOON) == 0
    assert found(sql.developers, "x" * 5_000 + " " + "y" * 300) == ["dana@example.com"]


def test_two_saves_at_the_same_time_agree(session: sessionmaker[Session], sql: Stores) -> None:
    people = [developer(f"d{number:03}@example.com") for number in range(600)]
    together = Barrier(2)

    def save(order: list[Developer]) -> int:
        together.wait()
        return sql.developers.save(order, NOON)

    with ThreadPoolExecutor(2) as pool:
        # Opposite orders: each would wait for a row of the other for ever.
        assert sum(pool.map(save, [people, people[::-1]])) >= 600
    with session() as current:
        assert current.scalar(text("SELECT count(*) FROM developers")) == 600
        twice = "SELECT count(*) FROM developer_words WHERE word = 'dana'"
        assert current.scalar(text(twice)) == 600


def statements_of_save(engine: Engine, index: DeveloperIndex, people: list[Developer]) -> int:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    index.save(people, NOON)
    event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def test_a_save_needs_a_fixed_number_of_statements_for_500_rows(
    engine: Engine, sql: Stores
) -> None:
    people = [
        developer(f"d{number}@example.com", attributes=(Attribute("tier", "gold"),))
        for number in range(1_000)
    ]
    assert statements_of_save(engine, sql.developers, people[:10]) <= 8
    assert statements_of_save(engine, sql.developers, people) <= 16
    assert statements_of_save(engine, sql.developers, people) <= 4
