"""Checks of sessions at the provider: one at a time, and a late one changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.services.ports import SignedIn
from app.services.provider_port import NOTHING, Holding
from app.services.session_port import Checked, Kept, SessionLimits, SessionStart, StoredSession
from tests.store.conftest import NOON, Stores, identity, stores_on

LIMITS = SessionLimits(idle=timedelta(hours=1), absolute=timedelta(hours=8))
DUE, LEASE = NOON + timedelta(minutes=10), NOON + timedelta(minutes=10, seconds=30)
LATER = NOON + timedelta(minutes=20)
OLD, NEW = Holding("refresh-1"), Holding("refresh-2")


def begun(stores: Stores) -> StoredSession:
    account = stores.accounts.signed_in(identity(), NOON)
    start = SessionStart(NOON, LIMITS, check_at=DUE)
    signed_in = SignedIn(identity(), "first.id.token", OLD)
    return again(stores, stores.sessions.begin(account.account_id, signed_in, start))


def again(stores: Stores, id_text: str) -> StoredSession:
    found = stores.sessions.load(id_text, NOON)
    assert found is not None
    return found


def now_is(stores: Stores, session: StoredSession) -> StoredSession:
    """Return the session as it is by now."""
    [found] = stores.sessions.of_account(session.account.account_id, NOON)
    return found


def test_a_check_is_claimed_once(stores: Stores) -> None:
    session = begun(stores)
    assert stores.checks.claim(session, LEASE)
    assert not stores.checks.claim(session, LEASE + timedelta(seconds=1))
    assert now_is(stores, session).check_at == LEASE


def test_a_claim_that_was_left_alone_can_be_taken_over(stores: Stores) -> None:
    session = begun(stores)
    stores.checks.claim(session, LEASE)
    assert stores.checks.claim(now_is(stores, session), LATER)
    stores.checks.answered(session.reference, LEASE, Checked(DUE, LATER, Kept("t", NEW)))
    assert now_is(stores, session).check_at == LATER
    assert stores.sessions.kept(session.reference).holding == OLD


def test_an_answer_is_noted_with_the_new_tokens(stores: Stores) -> None:
    session = begun(stores)
    stores.checks.claim(session, LEASE)
    checked = Checked(DUE, LATER, Kept("second.id.token", NEW))
    stores.checks.answered(session.reference, LEASE, checked)
    found = now_is(stores, session)
    assert (found.checked_at, found.check_at, found.check_failed) == (DUE, LATER, False)
    assert stores.sessions.kept(session.reference) == Kept("second.id.token", NEW)


def test_no_answer_is_noted_and_the_new_token_kept(stores: Stores) -> None:
    session = begun(stores)
    stores.checks.claim(session, LEASE)
    stores.checks.unanswered(session.reference, LEASE, LATER, NEW)
    found = now_is(stores, session)
    assert (found.checked_at, found.check_at, found.check_failed) == (NOON, LATER, True)
    assert stores.sessions.kept(session.reference) == Kept("first.id.token", NEW)
    stores.checks.claim(found, LEASE)
    stores.checks.answered(session.reference, LEASE, Checked(LATER, None, Kept("t")))
    found = now_is(stores, session)
    assert (found.checked_at, found.check_at, found.check_failed) == (LATER, None, False)
    assert stores.sessions.kept(session.reference).holding == NOTHING


def test_a_session_that_was_never_to_be_checked_cannot_be_claimed(stores: Stores) -> None:
    session = replace(begun(stores), check_at=None)
    assert not stores.checks.claim(session, LEASE)


def test_an_ended_session_cannot_be_claimed_nor_answered(stores: Stores) -> None:
    session = begun(stores)
    stores.sessions.end(session.reference)
    assert not stores.checks.claim(session, LEASE)
    stores.checks.answered(session.reference, LEASE, Checked(DUE, LATER, Kept("t", NEW)))
    stores.checks.unanswered(session.reference, LEASE, LATER, NEW)
    assert not stores.sessions.of_account(session.account.account_id, NOON)


def test_of_many_processes_one_claims(session: sessionmaker[Session], sql: Stores) -> None:
    due, start = begun(sql), Barrier(8)

    def claim(number: int) -> bool:
        start.wait()
        return stores_on(session).checks.claim(due, LEASE + timedelta(seconds=number))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(claim, range(8))).count(True) == 1


def test_roles_change_in_both_directions_and_at_once(stores: Stores) -> None:
    session = begun(stores)
    account_id = session.account.account_id
    for roles in (frozenset({"support"}), frozenset[str]()):
        stores.accounts.change_roles(account_id, roles)
        assert now_is(stores, session).account.roles == roles


def test_the_tokens_cannot_be_read_in_the_table(engine: Engine, sql: Stores) -> None:
    session = begun(sql)
    sql.checks.claim(session, LEASE)
    sql.checks.answered(session.reference, LEASE, Checked(DUE, LATER, Kept("third.t", NEW)))
    with engine.connect() as connection:
        row = str(connection.execute(text("SELECT * FROM sign_in_sessions")).one())
    assert "refresh-2" not in row
    assert "third.t" not in row
