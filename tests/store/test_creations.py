"""Creation requests: however often a form is sent, one claim wins."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.store.creations import CreationStore
from tests.store.conftest import NOON, Stores

LATER = NOON + timedelta(minutes=1)


def test_a_request_is_begun_once(stores: Stores) -> None:
    assert stores.creations.begin("dev-1", "req-1", NOON)
    assert not stores.creations.begin("dev-1", "req-1", NOON)
    assert stores.creations.begin("dev-1", "req-2", NOON)
    assert stores.creations.begin("dev-2", "req-1", NOON)


def test_a_finished_request_knows_its_app(stores: Stores) -> None:
    stores.creations.begin("dev-1", "req-1", NOON)
    assert stores.creations.app_id("dev-1", "req-1") is None
    stores.creations.finished("dev-1", "req-1", "app-1")
    assert stores.creations.app_id("dev-1", "req-1") == "app-1"
    assert stores.creations.app_id("dev-2", "req-1") is None
    assert not stores.creations.begin("dev-1", "req-1", NOON)


def test_a_request_that_failed_can_be_sent_again(stores: Stores) -> None:
    stores.creations.begin("dev-1", "req-1", NOON)
    stores.creations.failed("dev-1", "req-1")
    assert stores.creations.begin("dev-1", "req-1", NOON)


def test_a_finished_request_is_never_forgotten(stores: Stores) -> None:
    stores.creations.begin("dev-1", "req-1", NOON)
    stores.creations.finished("dev-1", "req-1", "app-1")
    stores.creations.failed("dev-1", "req-1")
    assert stores.creations.app_id("dev-1", "req-1") == "app-1"


def test_what_was_never_begun_is_neither_finished_nor_failed(stores: Stores) -> None:
    stores.creations.finished("dev-1", "req-1", "app-1")
    stores.creations.failed("dev-1", "req-1")
    assert stores.creations.app_id("dev-1", "req-1") is None


def test_of_many_at_the_same_time_one_wins(sql: Stores) -> None:
    together = Barrier(6)

    def begin(_: int) -> bool:
        together.wait()
        return sql.creations.begin("dev-1", "req-1", NOON)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(begin, range(6))) == 1


def test_organizations_do_not_share_requests(session: sessionmaker[Session], sql: Stores) -> None:
    assert sql.creations.begin("dev-1", "req-1", NOON)
    assert CreationStore(session, "another").begin("dev-1", "req-1", NOON)


def test_the_request_id_is_kept_as_a_hash_only(engine: Engine, sql: Stores) -> None:
    sql.creations.begin("dev-1", "a-request-id", NOON)
    with engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM creations")).one()
    assert "a-request-id" not in str(row)


def test_an_abandoned_request_is_taken_over_once(stores: Stores) -> None:
    stores.creations.begin("dev-1", "req-1", NOON)
    assert not stores.creations.take_over("dev-1", "req-1", begun_before=NOON, at=LATER)
    assert stores.creations.take_over("dev-1", "req-1", begun_before=LATER, at=LATER)
    assert not stores.creations.take_over("dev-1", "req-1", begun_before=LATER, at=LATER)
    assert not stores.creations.begin("dev-1", "req-1", LATER)


def test_a_finished_or_unknown_request_is_never_taken_over(stores: Stores) -> None:
    assert not stores.creations.take_over("dev-1", "req-1", begun_before=LATER, at=LATER)
    stores.creations.begin("dev-1", "req-1", NOON)
    stores.creations.finished("dev-1", "req-1", "app-1")
    assert not stores.creations.take_over("dev-1", "req-1", begun_before=LATER, at=LATER)


def test_of_many_who_take_over_at_the_same_time_one_wins(sql: Stores) -> None:
    sql.creations.begin("dev-1", "req-1", NOON)
    together = Barrier(6)

    def take_over(_: int) -> bool:
        together.wait()
        return sql.creations.take_over("dev-1", "req-1", begun_before=LATER, at=LATER)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(take_over, range(6))) == 1


def test_what_a_request_will_make_is_known_before_it_is_made(stores: Stores) -> None:
    assert stores.creations.begin("dev-1", "req-1", NOON, "key-1")
    assert stores.creations.planned("dev-1", "req-1") == "key-1"
    assert stores.creations.planned("dev-1", "req-2") == ""
    later = NOON + timedelta(minutes=2)
    taken = stores.creations.take_over(
        "dev-1", "req-1", begun_before=later, at=later, planned="key-2"
    )
    assert (taken, stores.creations.planned("dev-1", "req-1")) == (True, "key-2")


def test_a_request_that_ended_is_taken_over_at_once_by_who_plans_the_same(stores: Stores) -> None:
    stores.creations.begin("dev-1", "req-1", NOON)
    stores.creations.ended("dev-1", "req-1", "plan-1")

    def take_over(plan: str) -> bool:
        return stores.creations.take_over(
            "dev-1", "req-1", begun_before=NOON, at=NOON, ended_as=plan
        )

    assert [take_over(plan) for plan in ("", "plan-2", "plan-1", "plan-1")] == [
        False,
        False,
        True,
        False,
    ]
    assert stores.creations.planned("dev-1", "req-1") == ""


def test_a_request_at_work_or_finished_is_not_taken_for_one_that_ended(stores: Stores) -> None:
    stores.creations.begin("dev-1", "req-1", NOON)
    assert not stores.creations.take_over("dev-1", "req-1", begun_before=NOON, at=NOON, ended_as="")
    stores.creations.finished("dev-1", "req-1", "app-1")
    stores.creations.ended("dev-1", "req-1", "plan-1")
    assert stores.creations.planned("dev-1", "req-1") == ""
    assert not stores.creations.take_over(
        "dev-1", "req-1", begun_before=NOON, at=NOON, ended_as="plan-1"
    )


def test_old_requests_are_forgotten_and_others_stay(stores: Stores) -> None:
    stores.creations.begin("dev-1", "old", NOON)
    stores.creations.finished("dev-1", "old", "app-1")
    stores.creations.begin("dev-1", "new", LATER)
    assert stores.creations.forget(NOON) == 0
    assert stores.creations.forget(LATER) == 1
    assert stores.creations.begin("dev-1", "old", NOON)
    assert not stores.creations.begin("dev-1", "new", NOON)


def test_another_organizations_requests_are_not_forgotten(session: sessionmaker[Session]) -> None:
    other = CreationStore(session, "other")
    other.begin("dev-1", "req-1", NOON)
    assert CreationStore(session, "demo").forget(LATER) == 0
    assert not other.begin("dev-1", "req-1", NOON)
