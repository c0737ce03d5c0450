"""The search among 20,000 developers uses the index on words, on both databases."""

import random
import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import sessionmaker

from app.domain.attributes import Attribute
from app.domain.developers import Developer, DeveloperStatus
from app.services.developer_port import DeveloperOrder, DeveloperSearch
from app.store import developer_search
from app.store.developers import DeveloperStore
from tests.store.conftest import NOON, ORGANIZATION, Stores, developer
from tests.store.databases import PostgresServer, migrate, open_engine
from tests.uncounted import uncounted

FIRST = ("Ana", "Ben", "Carla", "Dana", "Emil", "Fatma", "Gio", "Hana", "Ivo", "Jana", "Karl")
LAST = ("Adler", "Berg", "Costa", "Diaz", "Evans", "Fox", "Gold", "Hill", "Ivers", "Jones")


def crowd() -> list[Developer]:
    pick = random.Random(7)  # noqa: S311 - the same crowd at every run
    return [
        developer(
            f"person{number}@team{number % 97}.example.com",
            first_name=pick.choice(FIRST),
            last_name=f"{pick.choice(LAST)}{number:05}",
            user_name=f"user{number}",
            created_at=NOON - timedelta(minutes=pick.randrange(1_000_000)),
            attributes=(Attribute("team", str(number % 97)),),
        )
        for number in range(20_000)
    ]


def filled(engine: Engine) -> Engine:
    # What it takes to save them is counted where saving is tried.
    uncounted(partial(DeveloperStore(sessionmaker(engine), ORGANIZATION).save, crowd(), NOON))
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    return engine


@pytest.fixture(scope="module")
def sqlite_crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path: Path = tmp_path_factory.mktemp("crowd") / "portal.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    yield filled(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def postgres_crowd(postgres: PostgresServer) -> Iterator[Engine]:
    with postgres.make_database() as url:
        engine = open_engine(url)
        yield filled(engine)
        engine.dispose()


def plan_of_search(engine: Engine, query: DeveloperSearch, explain: str) -> str:
    """Run the search and return the database's plan for its last statement."""
    asked: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own signature
        asked.append((arguments[2], arguments[3]))

    event.listen(engine, "before_cursor_execute", note)
    assert DeveloperStore(sessionmaker(engine), ORGANIZATION).search(query).rows
    event.remove(engine, "before_cursor_execute", note)
    statement, parameters = asked[-1]
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"{explain} {statement}", parameters)
        return "\n".join(str(row[-1]) for row in plan)


@pytest.mark.parametrize("words", ["costa00", "dana", "person1999", "fox0 dan"])
def test_a_prefix_is_looked_up_in_the_index_on_sqlite(sqlite_crowd: Engine, words: str) -> None:
    plan = plan_of_search(sqlite_crowd, DeveloperSearch(words=words), "EXPLAIN QUERY PLAN")
    assert "(organization=? AND word>? AND word<?" in plan
    assert "SCAN developer_words" not in plan


@pytest.mark.parametrize("words", ["costa00", "person1999", "fox0 dan"])
def test_a_prefix_is_looked_up_in_the_index_on_postgresql(
    postgres_crowd: Engine, words: str
) -> None:
    plan = plan_of_search(postgres_crowd, DeveloperSearch(words=words), "EXPLAIN")
    assert re.search(r"Index (Only )?Scan (using|on) pk_developer_words", plan)
    assert re.search(r"Index Cond: .*organization.* = .*word.* >= .*word.* < ", plan)
    assert "Seq Scan on developer_words" not in plan


def test_words_that_many_share_are_brought_together_before_the_order_is_read(
    sqlite_crowd: Engine, postgres_crowd: Engine
) -> None:
    query = DeveloperSearch(words="dana costa")
    plan = plan_of_search(sqlite_crowd, query, "EXPLAIN QUERY PLAN")
    assert "MATERIALIZE found" in plan
    assert "INTERSECT" in plan
    plan = plan_of_search(postgres_crowd, query, "EXPLAIN")
    assert re.search(r"CTE found\n +->  (Hash)?SetOp Intersect", plan)
    assert "ix_developers_organization_sort_name_email" not in plan


@pytest.mark.parametrize("together", [0, 3_000, 100_000])
def test_however_words_are_looked_up_the_same_developers_are_found(
    sqlite_crowd: Engine,
    postgres_crowd: Engine,
    monkeypatch: pytest.MonkeyPatch,
    together: int,
) -> None:
    monkeypatch.setattr(developer_search, "SOUGHT_TOGETHER", together)
    query = DeveloperSearch(words="dana costa user", size=200)
    expected = [
        each.email
        for each in sorted(crowd(), key=lambda each: each.last_name)
        if each.first_name == "Dana" and each.last_name.startswith("Costa")
    ]
    for engine in (sqlite_crowd, postgres_crowd):
        index = DeveloperStore(sessionmaker(engine), ORGANIZATION)
        first = index.search(query)
        rest = index.search(replace(query, after=first.next_after)) if first.next_after else None
        found = [row.email for row in (*first.rows, *(rest.rows if rest else ()))]
        assert found == expected
        assert [row.email for row in index.every(query)] == expected
        assert index.count(query, 1_000) == len(expected)


@pytest.mark.parametrize(
    ("words", "most", "expected"),
    [
        ("costa00", 1_001, None),
        ("dana", 1_001, 1_001),
        ("person", 1_001, 1_001),
        ("person1999", 1_001, 11),
        ("nobody", 1_001, 0),
        # Every word of theirs begins so: what is looked at says nothing, and all are counted.
        ("", 20_001, 20_000),
    ],
)
def test_who_has_one_word_is_counted_in_the_index_of_words(
    sqlite_crowd: Engine, postgres_crowd: Engine, words: str, most: int, expected: int | None
) -> None:
    if expected is None:
        expected = sum(each.last_name.lower().startswith(words) for each in crowd())
    for engine in (sqlite_crowd, postgres_crowd):
        index = DeveloperStore(sessionmaker(engine), ORGANIZATION)
        assert index.count(DeveloperSearch(words=words), most) == expected


def test_words_of_one_person_that_begin_alike_are_that_person(stores: Stores) -> None:
    alike = developer("ana@an.example.com", first_name="Ana", last_name="Anand An", user_name="an")
    others = [developer(f"{name}@example.com", first_name=name) for name in ("andy", "bea")]
    stores.developers.save([alike, *others], NOON)
    for most in (1, 2, 3):
        assert stores.developers.count(DeveloperSearch(words="an"), most) == min(2, most)
    inactive = DeveloperSearch(words="an", status=DeveloperStatus.INACTIVE)
    assert stores.developers.count(inactive, 3) == 0


def test_few_rows_are_read_by_their_numbers_and_not_the_table(postgres_crowd: Engine) -> None:
    plan = plan_of_search(postgres_crowd, DeveloperSearch(words="costa00 user"), "EXPLAIN")
    assert "(id = ANY (" in plan
    assert "Seq Scan on developers" not in plan


@pytest.mark.parametrize("words", ["costa00 user", "costa01 dana", "costa00 dana user"])
def test_a_first_page_of_several_words_says_how_many_there_are(
    sqlite_crowd: Engine, postgres_crowd: Engine, words: str
) -> None:
    query = DeveloperSearch(words=words, size=5)
    for engine in (sqlite_crowd, postgres_crowd):
        index = DeveloperStore(sessionmaker(engine), ORGANIZATION)
        page = index.search(query)
        assert page.total == index.count(query, 1_001) == sum(1 for _ in index.every(query))
        assert index.search(replace(query, after=page.next_after)).total is None


def test_a_page_of_everybody_reads_the_sorted_index(
    sqlite_crowd: Engine, postgres_crowd: Engine
) -> None:
    for engine, explain in ((sqlite_crowd, "EXPLAIN QUERY PLAN"), (postgres_crowd, "EXPLAIN")):
        index = DeveloperStore(sessionmaker(engine), ORGANIZATION)
        after = index.search(DeveloperSearch()).next_after
        plan = plan_of_search(engine, DeveloperSearch(after=after), explain)
        assert "ix_developers_organization_sort_name_email" in plan
        assert "TEMP B-TREE" not in plan
        assert "Sort" not in plan


INDEXES = {
    DeveloperOrder.NAME: "ix_developers_organization_sort_name_email",
    DeveloperOrder.EMAIL: "ix_developers_organization_email_folded_email",
    DeveloperOrder.REGISTERED: "ix_developers_organization_created_at_email",
    DeveloperOrder.SIGNED_IN: "ix_developers_organization_last_sign_in_at_email",
}


@pytest.mark.parametrize("order", DeveloperOrder)
@pytest.mark.parametrize("descending", [False, True])
def test_every_order_reads_its_own_index_forward_and_back(
    sqlite_crowd: Engine, postgres_crowd: Engine, order: DeveloperOrder, descending: bool
) -> None:
    for engine, explain in ((sqlite_crowd, "EXPLAIN QUERY PLAN"), (postgres_crowd, "EXPLAIN")):
        index = DeveloperStore(sessionmaker(engine), ORGANIZATION)
        query = DeveloperSearch(order=order, descending=descending)
        first = index.search(query)
        second = index.search(replace(query, after=first.next_after))
        third = index.search(replace(query, after=second.next_after))
        for asked in (
            *(query, replace(query, after=first.next_after)),
            replace(query, before=third.previous_before),
        ):
            plan = plan_of_search(engine, asked, explain)
            assert INDEXES[order] in plan
            assert "TEMP B-TREE" not in plan
            assert "Sort" not in plan


def test_an_attribute_is_looked_up_in_its_index(
    sqlite_crowd: Engine, postgres_crowd: Engine
) -> None:
    query = DeveloperSearch(attribute="team=33")
    plan = plan_of_search(sqlite_crowd, query, "EXPLAIN QUERY PLAN")
    assert "(organization=? AND name=? AND value=?" in plan
    plan = plan_of_search(postgres_crowd, query, "EXPLAIN")
    assert re.search(r"Scan (using|on) pk_developer_attributes", plan)
    assert "Seq Scan on developer_attributes" not in plan


@pytest.mark.usefixtures("garbage_goes_at_once")
def test_a_file_of_everybody_begins_after_one_batch_and_takes_the_memory_of_one(
    sqlite_crowd: Engine, postgres_crowd: Engine
) -> None:
    for engine in (sqlite_crowd, postgres_crowd):
        index = DeveloperStore(sessionmaker(engine), ORGANIZATION)
        asked: list[str] = []
        noted = partial(_note, asked)
        event.listen(engine, "before_cursor_execute", noted)
        rows = index.every(DeveloperSearch())
        tracemalloc.start()
        first = next(rows)
        assert len(asked) == 1
        one_batch = tracemalloc.get_traced_memory()[1]
        count = 1 + sum(1 for _ in rows)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        event.remove(engine, "before_cursor_execute", noted)
        assert (count, len(asked)) == (20_000, 21)
        assert peak < 4 * one_batch
        assert first == index.search(DeveloperSearch(size=1)).rows[0]


def _note(asked: list[str], *arguments: object) -> None:
    asked.append(str(arguments[2]))
