"""A consumer key's reference: the same for ever, and no way back to the key."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, sessionmaker

from app.store.fingerprint import Fingerprint
from app.store.installation import InstallationStore


def test_a_fingerprint_is_16_hex_characters_and_stays_the_same() -> None:
    fingerprint = Fingerprint(lambda: b"k" * 32)
    first = fingerprint("a consumer key")
    assert (
        first == fingerprint("a consumer key") == Fingerprint(lambda: b"k" * 32)("a consumer key")
    )
    assert len(first) == 16
    assert int(first, 16)
    assert first != fingerprint("a consumer keY")


def test_another_installation_has_other_fingerprints() -> None:
    assert Fingerprint(lambda: b"a" * 32)("key") != Fingerprint(lambda: b"b" * 32)("key")


def test_the_key_is_loaded_once_and_only_when_needed() -> None:
    loads: list[int] = []

    def load() -> bytes:
        loads.append(1)
        sleep(0.01)
        return b"k" * 32

    fingerprint = Fingerprint(load)
    assert loads == []
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(fingerprint, ["key"] * 16))) == 1
    assert loads == [1]


def test_a_key_that_could_not_be_loaded_is_asked_for_again() -> None:
    answers: list[bytes] = []
    fingerprint = Fingerprint(answers.pop)
    with pytest.raises(IndexError):
        fingerprint("key")
    answers.append(b"k" * 32)
    assert fingerprint("key")


def test_the_database_holds_one_key_that_stays(session: sessionmaker[Session]) -> None:
    key = InstallationStore(session).fingerprint_key()
    assert len(key) == 32
    assert InstallationStore(session).fingerprint_key() == key


def test_a_lost_key_is_never_replaced_in_silence(spare_engine: Engine) -> None:
    with spare_engine.begin() as connection:
        connection.execute(text("DELETE FROM installation"))
    with pytest.raises(NoResultFound):
        InstallationStore(sessionmaker(spare_engine)).fingerprint_key()
