"""A flood of refusals: counted, but not with one statement each."""

from datetime import timedelta

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import sessionmaker

from app.store.audit import AuditStore
from app.store.audit_bursts import AT_ONCE, FEW, MOST_SOURCES, Bursts
from app.store.audit_keeping import AuditKeepingStore
from tests.store.conftest import NOON
from tests.store.test_audit_refusals import REFUSED, again


def test_a_flood_costs_a_statement_a_second_and_is_counted(engine: Engine) -> None:
    log, keeper = AuditStore(sessionmaker(engine)), AuditKeepingStore(sessionmaker(engine))
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    for _ in range(1000):
        log.refused(again(1))
    assert len(statements) < FEW + 10
    log.refused(again(2))
    keeper.fold(NOON + timedelta(minutes=1))
    assert [row.count for row in log.recent(5)] == [1000, 1]


def test_other_sources_are_not_held_back() -> None:
    bursts = Bursts()
    bursts.written("one", NOON, FEW)
    assert (bursts.due("one", NOON), bursts.due("other", NOON)) == (0, 1)


def test_a_source_that_is_quiet_again_is_counted_at_once() -> None:
    bursts = Bursts()
    bursts.written("one", NOON, FEW)
    assert bursts.due("one", NOON) == 0
    assert bursts.due("one", NOON + AT_ONCE) == 2
    bursts.written("one", NOON + AT_ONCE, 0)
    assert bursts.due("one", NOON + AT_ONCE) == 1


def test_many_sources_fill_no_memory() -> None:
    bursts = Bursts()
    for number in range(MOST_SOURCES + 5):
        bursts.written(f"source {number}", NOON, FEW)
    assert len(bursts._of) == 5


def test_the_first_of_a_minute_is_a_row_whatever_was_before(engine: Engine) -> None:
    log, keeper = AuditStore(sessionmaker(engine)), AuditKeepingStore(sessionmaker(engine))
    for _ in range(FEW + 3):
        log.refused(REFUSED)
    keeper.fold(NOON + timedelta(minutes=1))
    log.refused(again(120))
    assert [row.count for row in log.recent(5)] == [1, FEW, 1]
    keeper.fold(NOON + timedelta(minutes=3))
    assert [row.count for row in log.recent(5)] == [2, 1, FEW, 1]
