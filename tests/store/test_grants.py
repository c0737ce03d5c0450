"""Grants of dangerous actions: one taker, five minutes, and no longer than their session."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.step_up import Grant
from app.store.grants import GrantStore
from tests.store.conftest import NOON, Stores
from tests.store.test_sessions import live, sign_in

LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def store(session: sessionmaker[Session]) -> GrantStore:
    return GrantStore(session)


@pytest.fixture
def reference(sql: Stores) -> str:
    return live(sql, sign_in(sql)).reference


def test_a_grant_is_taken_once(store: GrantStore, reference: str) -> None:
    grant = Grant(reference, "this", LATER)
    store.give(grant)
    assert store.take(reference, "that", NOON) is None
    assert store.take("another session", "this", NOON) is None
    assert store.take(reference, "this", NOON) == grant
    assert store.take(reference, "this", NOON) is None


def test_a_grant_ends_by_itself(store: GrantStore, reference: str) -> None:
    store.give(Grant(reference, "this", LATER))
    assert store.take(reference, "this", LATER) is None
    assert store.take(reference, "this", LATER - timedelta(seconds=1)) is not None


def test_a_later_grant_about_the_same_takes_the_place_of_the_earlier(
    store: GrantStore, reference: str
) -> None:
    store.give(Grant(reference, "this", NOON))
    store.give(Grant(reference, "this", LATER))
    assert store.take(reference, "this", NOON) is not None
    assert store.take(reference, "this", NOON) is None


def test_a_grant_goes_with_its_session(
    store: GrantStore, reference: str, sql: Stores, session: sessionmaker[Session]
) -> None:
    store.give(Grant(reference, "this", LATER))
    account = live(sql, sign_in(sql)).account
    sql.sessions.end_all(account.account_id, NOON)
    with session() as current:
        assert current.scalar(text("SELECT count(*) FROM step_up_grants")) == 0
    store.give(Grant(reference, "this", LATER))
    assert store.take(reference, "this", NOON) is None


def test_of_many_who_try_one_takes_it(store: GrantStore, reference: str, engine: Engine) -> None:
    store.give(Grant(reference, "this", LATER))
    own = GrantStore(sessionmaker(engine))
    start = threading.Barrier(6)
    taken: list[Grant | None] = []

    def take() -> None:
        start.wait()
        taken.append(own.take(reference, "this", NOON))

    people = [threading.Thread(target=take) for _ in range(6)]
    for one in people:
        one.start()
    for one in people:
        one.join(20)
    assert len(taken) == 6
    assert len([grant for grant in taken if grant]) == 1
