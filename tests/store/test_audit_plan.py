"""The audit log is asked through its indexes, on both databases, however long it is."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert
from sqlalchemy.orm import sessionmaker

from app.domain.audit import AuditQuery, Concerned
from app.store.audit import AuditStore
from app.store.audit_names import NameRow
from app.store.audit_rows import AuditRow
from tests.store.conftest import NOON
from tests.store.databases import PostgresServer, open_engine, write_migrated

ROWS, PEOPLE = 20_000, 500


def row(number: int) -> dict[str, object]:
    """Return a row of which every person has forty, in each way of being concerned."""
    person = number % PEOPLE
    return {
        "action_id": f"{number:032x}",
        "phase": "done",
        "at": NOON + timedelta(seconds=number),
        "actor_account_id": person,
        "actor_name": f"~{person:032x}",
        "request_id": "",
        "address": "",
        "session": "",
        "action": "app.update",
        "target_kind": "app",
        "target": f"~{(person + 1) % PEOPLE:032x}",
        "on_behalf_of": f"~{(person + 2) % PEOPLE:032x}",
        "count": 1,
        "detail": "",
        "target_account_id": (person + 3) % PEOPLE,
    }


def name(number: int) -> dict[str, object]:
    return {"code": f"~{number:032x}", "account_id": 0, "name": f"person-{number}", "salt": ""}


def filled(engine: Engine) -> Engine:
    with engine.begin() as connection:
        connection.execute(insert(NameRow), [name(number) for number in range(PEOPLE)])
        connection.execute(insert(AuditRow), [row(number) for number in range(ROWS)])
        connection.exec_driver_sql("ANALYZE")
    return engine


@pytest.fixture(scope="module")
def sqlite_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    path: Path = tmp_path_factory.mktemp("log") / "portal.db"
    write_migrated(path)
    engine = open_engine(f"sqlite:///{path}")
    yield filled(engine)
    engine.dispose()


@pytest.fixture(scope="module")
def postgres_log(postgres: PostgresServer) -> Iterator[Engine]:
    with postgres.make_database() as url:
        engine = open_engine(url)
        yield filled(engine)
        engine.dispose()


@pytest.fixture(params=["sqlite_log", "postgres_log"])
def log(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


def plans(engine: Engine, ask: Callable[[AuditStore], object]) -> list[str]:
    """Return the database's plan for each statement on the log that a question takes."""
    asked: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own signature
        asked.append((arguments[2], arguments[3]))

    event.listen(engine, "before_cursor_execute", note)
    assert ask(AuditStore(sessionmaker(engine)))
    event.remove(engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    found = []
    with engine.connect() as connection:
        for statement, parameters in asked:
            if re.search(r"FROM audit\s", statement):
                plan = connection.exec_driver_sql(f"{explain} {statement}", parameters)
                found.append("\n".join(str(line[-1]) for line in plan))
    return found


def reads_all(plan: str) -> bool:
    """Whether the log is read from one end to the other, if need be."""
    return bool(re.search(r"Seq Scan|SCAN audit|Backward using pk_audit|\(rowid[<>]\?\)", plan))


def test_each_way_of_being_concerned_has_its_index(log: Engine) -> None:
    *ways, numbers = plans(log, lambda store: store.concerning(Concerned("person-7", 9), 20))
    columns = ("target", "on_behalf_of", "target_account_id", "actor_account_id")
    assert len(ways) == len(columns)
    for column, plan in zip(columns, ways, strict=True):
        assert re.search(rf"ix_audit_{column}\b", plan)
        assert not reads_all(plan)
    assert re.search(r"Index Cond: \(id = ANY|PRIMARY KEY \(rowid=\?\)", numbers)


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        (AuditQuery(actor="person-7"), ("actor_name",)),
        (AuditQuery(actor="7"), ("actor_name", "actor_account_id")),
        (AuditQuery(target="person-7"), ("target",)),
        (AuditQuery(concerned=Concerned("person-7")), ("target", "on_behalf_of")),
        (AuditQuery(target="7"), ("target", "target_account_id")),
        (AuditQuery(about="person-7"), ("actor_name", "target")),
        (AuditQuery(about="7"), ("actor_name", "target", "target_account_id")),
    ],
)
def test_a_filter_of_the_page_reads_the_rows_of_that_person_only(
    log: Engine, query: AuditQuery, columns: tuple[str, ...]
) -> None:
    [plan] = plans(log, lambda store: store.recent(51, query))
    assert not reads_all(plan)
    for column in columns:
        assert re.search(rf"ix_audit_{column}\b", plan)


def test_a_page_without_a_filter_reads_the_newest_rows_only(log: Engine) -> None:
    [plan] = plans(log, lambda store: store.recent(51))
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
