"""Sign-in sessions: live until a limit, an end or a block, and read in one statement."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.jobs import JobKind, NewJob
from app.domain.notes import Author, Note, NoteKind, Subject
from app.services.ports import SignedIn
from app.services.provider_port import Holding, LogoutNotice
from app.services.session_port import Ended, Kept, SessionLimits, SessionStart, StoredSession
from app.store.cipher import Cipher
from app.store.jobs import JobStore
from app.store.notes import NoteStore
from app.store.sessions import SignInSessionStore
from tests.store.conftest import (
    NOON,
    ORGANIZATION,
    SECRET_KEY,
    Stores,
    developer,
    identity,
    stores_on,
)

ISSUER = "https://id.example.com"
LIMITS = SessionLimits(idle=timedelta(minutes=30), absolute=timedelta(hours=8))
MINUTE = timedelta(minutes=1)


def sign_in(stores: Stores, subject: str = "dana", at: datetime = NOON, sid: str = "s1") -> str:
    who = identity(subject, sid=sid)
    account = stores.accounts.signed_in(who, at)
    start = SessionStart(at, LIMITS, browser="Firefox on Linux", address="192.0.2.1")
    return stores.sessions.begin(account.account_id, SignedIn(who, "header.payload.sig"), start)


def live(stores: Stores, id_text: str, now: datetime = NOON) -> StoredSession:
    found = stores.sessions.load(id_text, now)
    assert found is not None
    return found


def test_a_session_is_loaded_with_its_person(stores: Stores) -> None:
    session = live(stores, sign_in(stores))
    assert session.account == stores.accounts.get(session.account.account_id)
    assert (session.provider, session.issuer, session.subject) == ("corp", ISSUER, "dana")
    assert (session.sid, session.browser, session.address) == (
        "s1",
        "Firefox on Linux",
        "192.0.2.1",
    )
    assert (session.created_at, session.last_seen_at) == (NOON, NOON)
    assert session.idle_expires_at == NOON + LIMITS.idle
    assert session.absolute_expires_at == NOON + LIMITS.absolute
    assert session.data == {}


def test_a_session_says_whether_anything_is_remembered_of_the_persons_keys(
    session: sessionmaker[Session], sql: Stores
) -> None:
    id_text = sign_in(sql)
    account_id = live(sql, id_text).account.account_id
    owner = sql.accounts.link(account_id, developer()).owner
    notes, jobs = NoteStore(session, ORGANIZATION), JobStore(session, ORGANIZATION)

    def is_remembered() -> bool:
        return live(sql, id_text).account.owner.is_remembered

    subject = Subject("app-1", "0" * 16)
    label = partial(Note, NoteKind.LABEL, subject, author=Author.OWNER, account_id=None, at=NOON)
    notes.put(label(developer_id="somebody else"))
    NoteStore(session, "other").put(label(developer_id=owner.developer_id))
    assert not is_remembered()
    notes.put(label(developer_id=owner.developer_id))
    assert is_remembered()
    notes.gone("app-1", NOON)
    assert not is_remembered()
    job = jobs.add(NewJob(JobKind.RETIRE_KEY, NOON, {}, "", about=owner.developer_id))
    assert is_remembered()
    jobs.cancel(job.job_id)
    assert not is_remembered()


def test_every_session_has_an_id_of_256_random_bits(stores: Stores) -> None:
    first, second = sign_in(stores), sign_in(stores)
    assert first != second
    assert len(first) == 43


@pytest.mark.parametrize("id_text", ["", "unknown", "\x00", "\ud800", "x" * 10_000])
def test_an_unknown_id_loads_nothing(stores: Stores, id_text: str) -> None:
    sign_in(stores)
    assert stores.sessions.load(id_text, NOON) is None
    stores.sessions.end(id_text)
    stores.sessions.save_data(id_text, {"a": 1})
    assert stores.sessions.kept(id_text) == Kept()


def test_a_session_ends_when_it_was_idle_too_long(stores: Stores) -> None:
    id_text = sign_in(stores)
    last = NOON + LIMITS.idle
    assert stores.sessions.load(id_text, last - timedelta(microseconds=1))
    assert stores.sessions.load(id_text, last) is None


def test_use_extends_a_session_up_to_its_absolute_limit(stores: Stores) -> None:
    id_text = sign_in(stores)
    now = NOON
    while now < NOON + LIMITS.absolute - timedelta(minutes=20):
        now += timedelta(minutes=20)
        stores.sessions.touch(live(stores, id_text, now), now)
    session = live(stores, id_text, now)
    assert session.last_seen_at == now
    assert session.idle_expires_at == NOON + LIMITS.absolute
    assert stores.sessions.load(id_text, NOON + LIMITS.absolute) is None


def test_an_absolute_limit_shorter_than_the_idle_one_counts(stores: Stores) -> None:
    who = identity()
    account = stores.accounts.signed_in(who, NOON)
    start = SessionStart(NOON, SessionLimits(idle=timedelta(hours=1), absolute=MINUTE))
    id_text = stores.sessions.begin(account.account_id, SignedIn(who, ""), start)
    session = live(stores, id_text)
    assert stores.sessions.load(id_text, NOON + MINUTE) is None
    assert stores.sessions.kept(session.reference) == Kept()


def test_a_session_is_touched_at_most_once_a_minute(stores: Stores) -> None:
    id_text = sign_in(stores)
    session = live(stores, id_text)
    stores.sessions.touch(session, NOON + timedelta(seconds=59))
    assert live(stores, id_text).last_seen_at == NOON
    stores.sessions.touch(session, NOON + MINUTE)
    # A second process that loaded the row before the first one's touch changes nothing.
    stores.sessions.touch(session, NOON + timedelta(seconds=90))
    assert live(stores, id_text).last_seen_at == NOON + MINUTE


def test_an_expired_session_cannot_be_touched_back_to_life(stores: Stores) -> None:
    id_text = sign_in(stores)
    session = live(stores, id_text)
    late = NOON + LIMITS.idle
    stores.sessions.touch(session, late)
    assert stores.sessions.load(id_text, late) is None


def test_an_ended_session_cannot_be_touched(stores: Stores) -> None:
    id_text = sign_in(stores)
    session = live(stores, id_text)
    stores.sessions.end(session.reference)
    stores.sessions.touch(session, NOON + MINUTE)
    assert stores.sessions.load(id_text, NOON + MINUTE) is None


def test_a_blocked_person_has_no_session(stores: Stores) -> None:
    id_text = sign_in(stores)
    account_id = live(stores, id_text).account.account_id
    stores.book.block(account_id, blocked=True)
    assert stores.sessions.load(id_text, NOON) is None
    assert not stores.sessions.of_account(account_id, NOON)


def test_a_change_of_the_account_is_seen_by_the_next_load(stores: Stores) -> None:
    id_text = sign_in(stores)
    account_id = live(stores, id_text).account.account_id
    stores.accounts.link(account_id, developer())
    stores.accounts.developer_changed("dana@example.com")
    assert live(stores, id_text).account.owner.generation == 1


def test_data_is_kept_with_the_session(stores: Stores) -> None:
    id_text, other = sign_in(stores), sign_in(stores)
    stores.sessions.save_data(id_text, {"csrf": "x", "flashes": [["info", "Saved 50% é"]]})
    assert live(stores, id_text).data == {"csrf": "x", "flashes": [["info", "Saved 50% é"]]}
    assert live(stores, other).data == {}


def test_ending_one_session_leaves_the_others(stores: Stores) -> None:
    here, there = sign_in(stores), sign_in(stores)
    reference = live(stores, here).reference
    stores.sessions.end(reference)
    assert stores.sessions.load(here, NOON) is None
    assert stores.sessions.kept(reference) == Kept()
    assert stores.sessions.load(there, NOON)


def test_a_person_ends_a_session_of_their_own_by_its_public_id(stores: Stores) -> None:
    mine, also_mine, another = sign_in(stores), sign_in(stores), sign_in(stores, "eve")
    session = live(stores, mine)
    account_id, eves = session.account.account_id, live(stores, another)
    assert not stores.sessions.end_one(account_id, eves.public_id)
    assert not stores.sessions.end_one(account_id, "")
    assert not stores.sessions.end_one(account_id, "%")
    assert stores.sessions.end_one(account_id, session.public_id)
    assert not stores.sessions.end_one(account_id, session.public_id)
    assert stores.sessions.load(mine, NOON) is None
    assert stores.sessions.load(also_mine, NOON)
    assert stores.sessions.load(another, NOON)


def test_all_sessions_of_an_account_end_at_once(stores: Stores) -> None:
    mine, also_mine, another = sign_in(stores), sign_in(stores), sign_in(stores, "eve")
    account_id = live(stores, mine).account.account_id
    assert stores.accounts.get(account_id).signed_out_at is None
    assert len(stores.sessions.end_all(account_id, NOON + MINUTE)) == 2
    assert stores.accounts.get(account_id).signed_out_at == NOON + MINUTE
    assert stores.sessions.load(mine, NOON) is None
    assert stores.sessions.load(also_mine, NOON) is None
    assert stores.sessions.load(another, NOON)


def test_what_ends_is_returned_with_its_tokens(stores: Stores) -> None:
    who, holding = identity("dana"), Holding("refresh", "access", NOON + MINUTE)
    account_id = stores.accounts.signed_in(who, NOON).account_id
    for _ in range(2):
        start = SessionStart(NOON, LIMITS)
        stores.sessions.begin(account_id, SignedIn(who, "header.payload.sig", holding), start)
    [first, _] = stores.sessions.of_account(account_id, NOON)
    assert stores.sessions.end_one(account_id, first.public_id) == (Ended("corp", holding),)
    assert stores.sessions.end_all(account_id, NOON) == (Ended("corp", holding),)
    assert stores.sessions.end_all(account_id, NOON) == ()


def notice(subject: str = "", sid: str = "", number: int = 1, issuer: str = ISSUER) -> LogoutNotice:
    return LogoutNotice(issuer, subject, sid, f"token-{number}", NOON + timedelta(minutes=6))


def test_the_provider_ends_its_session_by_sid(stores: Stores) -> None:
    one, two = sign_in(stores, sid="s1"), sign_in(stores, sid="s2")
    other = notice(sid="s1", issuer="https://other.example.com")
    assert stores.sessions.end_by_notice(other) == 0
    assert stores.sessions.end_by_notice(notice(sid="s1")) == 1
    assert stores.sessions.load(one, NOON) is None
    assert stores.sessions.load(two, NOON)


def test_a_sid_of_somebody_else_ends_nothing(stores: Stores) -> None:
    id_text = sign_in(stores, sid="s1")
    assert stores.sessions.end_by_notice(notice("eve", "s1")) == 0
    assert stores.sessions.load(id_text, NOON)


def test_a_session_without_sid_ends_with_any_session_of_its_person(stores: Stores) -> None:
    without, other = sign_in(stores, sid=""), sign_in(stores, sid="s2")
    assert stores.sessions.end_by_notice(notice(sid="s1")) == 0
    assert stores.sessions.end_by_notice(notice("dana", "s1", 2)) == 1
    assert stores.sessions.load(without, NOON) is None
    assert stores.sessions.load(other, NOON)


def test_the_provider_ends_every_session_of_a_subject(stores: Stores) -> None:
    one, two, another = sign_in(stores), sign_in(stores, sid="s2"), sign_in(stores, "eve")
    other = notice("dana", issuer="https://other.example.com")
    assert stores.sessions.end_by_notice(other) == 0
    assert stores.sessions.end_by_notice(notice("dana")) == 2
    assert stores.sessions.load(one, NOON) is None
    assert stores.sessions.load(two, NOON) is None
    assert stores.sessions.load(another, NOON)


def test_a_notice_works_once(stores: Stores) -> None:
    assert stores.sessions.end_by_notice(notice("dana")) == 0
    id_text = sign_in(stores)
    assert stores.sessions.end_by_notice(notice("dana")) is None
    assert stores.sessions.load(id_text, NOON)
    assert stores.sessions.end_by_notice(notice("dana", number=2)) == 1


def test_of_two_processes_one_uses_a_notice(session: sessionmaker[Session], sql: Stores) -> None:
    sign_in(sql)
    start = Barrier(8)

    def use(_number: int) -> int | None:
        start.wait()
        return stores_on(session).sessions.end_by_notice(notice("dana"))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(use, range(8)))
    assert sorted(item for item in found if item is not None) == [1]
    assert found.count(None) == 7


def test_used_notices_are_forgotten_when_their_tokens_are_too_old(
    session: sessionmaker[Session], sql: Stores
) -> None:
    sql.sessions.end_by_notice(notice("dana"))
    counted = text("SELECT count(*) FROM used_logout_tokens")
    for minutes, left in ((5, 1), (6, 0)):
        assert sql.sessions.purge_expired(NOON + timedelta(minutes=minutes)) == 0
        with session() as current:
            assert current.scalar(counted) == left


def test_the_providers_tokens_come_back(stores: Stores) -> None:
    holding = Holding("refresh", "access", NOON + MINUTE)
    who = identity()
    account = stores.accounts.signed_in(who, NOON)
    start = SessionStart(NOON, LIMITS, check_at=NOON + MINUTE)
    signed_in = SignedIn(who, "header.payload.sig", holding)
    session = live(stores, stores.sessions.begin(account.account_id, signed_in, start))
    assert stores.sessions.kept(session.reference) == Kept("header.payload.sig", holding)
    assert (session.checked_at, session.check_at) == (NOON, NOON + MINUTE)
    assert not session.check_failed


def test_who_brought_no_tokens_is_never_asked_about(stores: Stores) -> None:
    who = identity()
    account = stores.accounts.signed_in(who, NOON)
    start = SessionStart(NOON, LIMITS, check_at=NOON + MINUTE)
    session = live(stores, stores.sessions.begin(account.account_id, SignedIn(who, "t"), start))
    assert session.check_at is None
    assert stores.sessions.kept(session.reference) == Kept("t")


def test_an_accounts_live_sessions_are_listed_newest_first(stores: Stores) -> None:
    sign_in(stores, "eve")
    old = sign_in(stores)
    new = sign_in(stores, at=NOON + timedelta(minutes=10))
    account_id = live(stores, old).account.account_id
    listed = stores.sessions.of_account(account_id, NOON + timedelta(minutes=10))
    assert [item.reference for item in listed] == [
        live(stores, new).reference,
        live(stores, old).reference,
    ]
    assert len(stores.sessions.of_account(account_id, NOON + LIMITS.idle)) == 1


def test_expired_rows_are_purged_and_live_ones_stay(stores: Stores) -> None:
    sign_in(stores)
    new = sign_in(stores, at=NOON + MINUTE)
    assert stores.sessions.purge_expired(NOON + LIMITS.idle) == 1
    assert stores.sessions.purge_expired(NOON + LIMITS.idle) == 0
    assert stores.sessions.load(new, NOON + LIMITS.idle)


def test_loading_costs_one_statement(engine: Engine, sql: Stores) -> None:
    id_text = sign_in(sql)
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    session = live(sql, id_text)
    assert len(statements) == 1
    sql.sessions.touch(session, NOON + timedelta(seconds=30))
    assert len(statements) == 1
    event.remove(engine, "before_cursor_execute", note)


def test_neither_the_id_nor_the_id_token_can_be_read_in_the_table(
    engine: Engine, sql: Stores
) -> None:
    id_text = sign_in(sql)
    with engine.connect() as connection:
        row = str(connection.execute(text("SELECT * FROM sign_in_sessions")).one())
    assert id_text not in row
    assert "payload" not in row
    # What a reader of the table could try: the stored hash is not an id.
    assert sql.sessions.load(live(sql, id_text).reference, NOON) is None


def test_sessions_go_with_their_account(session: sessionmaker[Session], sql: Stores) -> None:
    sign_in(sql)
    with session.begin() as current:
        current.execute(text("DELETE FROM accounts"))
        assert current.scalar(text("SELECT count(*) FROM sign_in_sessions")) == 0


def test_a_rotated_secret_key_opens_old_tokens_and_a_lost_one_ends_nothing(
    session: sessionmaker[Session], sql: Stores
) -> None:
    """Abuse case 39."""
    id_text = sign_in(sql)
    rotated = SignInSessionStore(session, Cipher("new", [SECRET_KEY]), ORGANIZATION)
    reference = live(sql, id_text).reference
    assert rotated.kept(reference).id_token == "header.payload.sig"
    lost = SignInSessionStore(session, Cipher("new"), ORGANIZATION)
    assert lost.kept(reference) == Kept()
    assert lost.load(id_text, NOON)
