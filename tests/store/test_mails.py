"""The outbox: sealed while it waits, one mail for one reference, gone in the end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.mail import Letter, MailKind, Recipient, Undeliverable
from app.services.mail.port import Outbox
from app.store.cipher import Cipher
from app.store.mails import MailStore
from tests.fakes.mail import FakeOutbox
from tests.store.conftest import NOON, ORGANIZATION, SECRET_KEY

LETTER = Letter(
    MailKind.REGISTRATION_REFUSED,
    Recipient("ravi@example.com", "Ravi Iyer"),
    "0123456789abcdef",
    {"reason": "Private use — 私用"},
    NOON + timedelta(days=1),
)


def store(session: sessionmaker[Session], key: str = SECRET_KEY) -> MailStore:
    return MailStore(session, Cipher(key), ORGANIZATION)


@pytest.fixture(params=["fake", "sqlite_engine", "postgres_engine"])
def outbox(request: pytest.FixtureRequest) -> Outbox:
    if request.param == "fake":
        return FakeOutbox()
    return store(sessionmaker(request.getfixturevalue(request.param)))


def added(outbox: Outbox, letter: Letter = LETTER) -> int:
    number = outbox.add(letter, NOON)
    assert number is not None
    return number


def test_a_letter_comes_out_as_it_went_in(outbox: Outbox) -> None:
    assert outbox.get(added(outbox)) == LETTER
    endless = replace(LETTER, reference="f" * 16, until=None)
    assert outbox.get(added(outbox, endless)) == endless


def test_the_same_mail_is_kept_once_and_never_again_after_it_was_sent(outbox: Outbox) -> None:
    number = added(outbox)
    assert outbox.add(replace(LETTER, values={"reason": "Another"}), NOON) == number
    assert outbox.get(number) == LETTER
    outbox.sent(number, NOON)
    assert outbox.get(number) is None
    assert outbox.add(LETTER, NOON) is None


def test_a_mail_that_a_job_sends_is_not_begun_again_though_it_waits(outbox: Outbox) -> None:
    number = added(outbox)
    outbox.waits(number)
    assert outbox.add(LETTER, NOON) is None
    assert outbox.get(number) == LETTER


def test_a_mail_that_was_sent_does_not_wait_any_more(outbox: Outbox) -> None:
    number = added(outbox)
    outbox.sent(number, NOON)
    outbox.waits(number)
    assert outbox.get(number) is None


def test_a_refused_mail_stays_for_another_try_but_is_not_begun_again(outbox: Outbox) -> None:
    number = added(outbox)
    outbox.refused(number, NOON)
    assert outbox.get(number) == LETTER
    assert outbox.add(LETTER, NOON) is None


def test_what_is_old_is_forgotten_and_its_number_is_not_used_again(outbox: Outbox) -> None:
    number = added(outbox)
    assert outbox.forget(NOON) == 0
    assert outbox.forget(NOON + timedelta(seconds=1)) == 1
    assert outbox.get(number) is None


def test_a_letter_of_another_organization_is_not_there(session: sessionmaker[Session]) -> None:
    number = added(store(session))
    other = MailStore(session, Cipher(SECRET_KEY), "other")
    assert other.get(number) is None
    other.sent(number, NOON)
    assert other.forget(NOON + timedelta(days=1)) == 0
    assert store(session).get(number) == LETTER
    assert added(other) != number


def test_the_table_shows_neither_who_nor_what(
    engine: Engine, session: sessionmaker[Session]
) -> None:
    number = added(store(session))
    with engine.connect() as connection:
        [row] = connection.execute(text("SELECT * FROM mails")).all()
    assert not any(word in str(row) for word in ("ravi", "Ravi", "Private"))
    store(session).sent(number, NOON)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT sealed FROM mails")) == ""


def test_a_letter_that_no_key_opens_is_refused_and_not_lost_sight_of(
    session: sessionmaker[Session],
) -> None:
    number = added(store(session))
    with pytest.raises(Undeliverable, match="secret key"):
        store(session, "another secret key of at least some length").get(number)
    replaced = MailStore(session, Cipher("a newer secret key", [SECRET_KEY]), ORGANIZATION)
    assert replaced.get(number) == LETTER
