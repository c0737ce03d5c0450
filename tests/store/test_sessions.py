"""Sign-in sessions: live until a limit, an end or a block, and read in one statement."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.jobs import JobKind, NewJob
from app.domain.notes import Author, Note, NoteKind, Subject
from app.services.ports import SignedIn
from app.services.session_port import SessionLimits, SessionStart, StoredSession
from app.store.cipher import Cipher
from app.store.jobs import JobStore
from app.store.notes import NoteStore
from app.store.sessions import SignInSessionStore
from tests.store.conftest import NOON, ORGANIZATION, SECRET_KEY, Stores, developer, identity

ISSUER = "https://id.example.com"
LIMITS = SessionLimits(idle=timedelta(minutes=30), absolute=timedelta(hours=8))
MINUTE = timedelta(minutes=1)


def sign_in(stores: Stores, subject: str = "dana", at: datetime = NOON, sid: str = "s1") -> str:
    who = identity(subject, sid=sid)
    account = stores.accounts.signed_in(who, at)
    start = SessionStart(at, LIMITS, user_agent="Firefox", address="192.0.2.1")
    return stores.sessions.begin(account.account_id, SignedIn(who, "header.payload.sig"), start)


def live(stores: Stores, id_text: str, now: datetime = NOON) -> StoredSession:
    found = stores.sessions.load(id_text, now)
    assert found is not None
    return found


def test_a_session_is_loaded_with_its_person(stores: Stores) -> None:
    session = live(stores, sign_in(stores))
    assert session.account == stores.accounts.get(session.account.account_id)
    assert (session.provider, session.issuer, session.subject) == ("corp", ISSUER, "dana")
    assert (session.sid, session.user_agent, session.address) == ("s1", "Firefox", "192.0.2.1")
    assert (session.created_at, session.last_seen_at) == (NOON, NOON)
    assert session.idle_expires_at == NOON + LIMITS.idle
    assert session.absolute_expires_at == NOON + LIMITS.absolute
    assert session.data == {}


def test_a_session_says_whether_anything_is_remembered_of_the_persons_keys(
    session: sessionmaker[Session], sql: Stores
) -> None:
    id_text = sign_in(sql)
    account_id = live(sql, id_text).account.account_id
    owner = sql.accounts.link(account_id, developer(), "").owner
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
    assert stores.sessions.id_token(id_text) is None


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
    assert stores.sessions.load(id_text, NOON + MINUTE) is None
    assert stores.sessions.id_token(id_text) is None


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
    stores.sessions.end(id_text)
    stores.sessions.touch(session, NOON + MINUTE)
    assert stores.sessions.load(id_text, NOON + MINUTE) is None


def test_a_blocked_person_has_no_session(stores: Stores) -> None:
    id_text = sign_in(stores)
    account_id = live(stores, id_text).account.account_id
    stores.block(account_id)
    assert stores.sessions.load(id_text, NOON) is None
    assert not stores.sessions.of_account(account_id, NOON)


def test_a_change_of_the_account_is_seen_by_the_next_load(stores: Stores) -> None:
    id_text = sign_in(stores)
    account_id = live(stores, id_text).account.account_id
    stores.accounts.link(account_id, developer(), "")
    stores.accounts.developer_changed("dana@example.com")
    assert live(stores, id_text).account.owner.generation == 1


def test_data_is_kept_with_the_session(stores: Stores) -> None:
    id_text, other = sign_in(stores), sign_in(stores)
    stores.sessions.save_data(id_text, {"csrf": "x", "flashes": [["info", "Saved 50% é"]]})
    assert live(stores, id_text).data == {"csrf": "x", "flashes": [["info", "Saved 50% é"]]}
    assert live(stores, other).data == {}


def test_ending_one_session_leaves_the_others(stores: Stores) -> None:
    here, there = sign_in(stores), sign_in(stores)
    stores.sessions.end(here)
    assert stores.sessions.load(here, NOON) is None
    assert stores.sessions.id_token(here) is None
    assert stores.sessions.load(there, NOON)


def test_all_sessions_of_an_account_end_at_once(stores: Stores) -> None:
    mine, also_mine, another = sign_in(stores), sign_in(stores), sign_in(stores, "eve")
    assert stores.sessions.end_all(live(stores, mine).account.account_id) == 2
    assert stores.sessions.load(mine, NOON) is None
    assert stores.sessions.load(also_mine, NOON) is None
    assert stores.sessions.load(another, NOON)


def test_the_provider_ends_its_session_by_sid(stores: Stores) -> None:
    one, two = sign_in(stores, sid="s1"), sign_in(stores, sid="s2")
    assert stores.sessions.end_by_sid("https://other.example.com", "s1") == 0
    assert stores.sessions.end_by_sid(ISSUER, "s1") == 1
    assert stores.sessions.load(one, NOON) is None
    assert stores.sessions.load(two, NOON)


def test_an_empty_sid_ends_nothing(stores: Stores) -> None:
    id_text = sign_in(stores, sid="")
    assert stores.sessions.end_by_sid(ISSUER, "") == 0
    assert stores.sessions.load(id_text, NOON)


def test_the_provider_ends_every_session_of_a_subject(stores: Stores) -> None:
    one, two, another = sign_in(stores), sign_in(stores, sid="s2"), sign_in(stores, "eve")
    assert stores.sessions.end_by_subject("https://other.example.com", "dana") == 0
    assert stores.sessions.end_by_subject(ISSUER, "dana") == 2
    assert stores.sessions.load(one, NOON) is None
    assert stores.sessions.load(two, NOON) is None
    assert stores.sessions.load(another, NOON)


def test_the_id_token_comes_back_for_the_sign_out(stores: Stores) -> None:
    assert stores.sessions.id_token(sign_in(stores)) == "header.payload.sig"


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


def test_a_long_user_agent_is_cut(sql: Stores) -> None:
    who = identity()
    account = sql.accounts.signed_in(who, NOON)
    start = SessionStart(NOON, LIMITS, user_agent="A" * 5_000)
    id_text = sql.sessions.begin(account.account_id, SignedIn(who, ""), start)
    assert live(sql, id_text).user_agent == "A" * 200


def test_sessions_go_with_their_account(session: sessionmaker[Session], sql: Stores) -> None:
    sign_in(sql)
    with session.begin() as current:
        current.execute(text("DELETE FROM accounts"))
        assert current.scalar(text("SELECT count(*) FROM sign_in_sessions")) == 0


def test_a_rotated_secret_key_opens_old_tokens_and_a_lost_one_ends_nothing(
    session: sessionmaker[Session], sql: Stores
) -> None:
    id_text = sign_in(sql)
    rotated = SignInSessionStore(session, Cipher("new", [SECRET_KEY]), ORGANIZATION)
    assert rotated.id_token(id_text) == "header.payload.sig"
    lost = SignInSessionStore(session, Cipher("new"), ORGANIZATION)
    assert lost.id_token(id_text) is None
    assert lost.load(id_text, NOON)
