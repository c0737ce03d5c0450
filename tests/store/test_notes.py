"""Notes: the latest of each kind, for as long as what they are about is there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from app.domain.notes import Author, Note, NoteKind, Subject
from app.services.ports import Notes
from app.store.notes import NoteStore
from tests.fakes.notes import FakeNotes

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = Subject("app-1", "a" * 16)
ON_KEY = Subject("app-1", "a" * 16, "payments")
NOTE = Note(NoteKind.TURNED_OFF, KEY, "developer-1", Author.OWNER, 7, NOON, "leaked \u2603", "b")


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def notes(request: pytest.FixtureRequest) -> Notes:
    if request.param == "fake":
        return FakeNotes()
    name = "sqlite_engine" if request.param == "sqlite" else "postgres_engine"
    return NoteStore(sessionmaker(request.getfixturevalue(name)), "demo")


def test_a_note_is_found_by_its_app_developer_and_kind(notes: Notes) -> None:
    notes.put(NOTE)
    assert notes.of_app("app-1") == (NOTE,)
    assert notes.of_developer("developer-1") == (NOTE,)
    assert notes.of_kind(NoteKind.TURNED_OFF) == (NOTE,)
    assert notes.of_app("app-2") == notes.of_developer("developer-2") == ()
    assert notes.of_kind(NoteKind.LABEL) == ()


def test_the_latest_of_a_kind_counts(notes: Notes) -> None:
    notes.put(NOTE)
    later = replace(NOTE, author=Author.ADMINISTRATOR, at=NOON + timedelta(hours=1), text="")
    notes.put(later)
    label = replace(NOTE, kind=NoteKind.LABEL, text="primary")
    notes.put(label)
    asked = replace(NOTE, subject=ON_KEY, kind=NoteKind.REQUESTED, at=NOON - timedelta(hours=1))
    notes.put(asked)
    assert notes.of_app("app-1") == (asked, label, later)


def test_a_removed_note_is_forgotten(notes: Notes) -> None:
    notes.put(NOTE)
    notes.put(replace(NOTE, subject=ON_KEY))
    notes.remove(NoteKind.TURNED_OFF, ON_KEY)
    notes.remove(NoteKind.LABEL, KEY)
    assert notes.of_app("app-1") == (NOTE,)


def test_notes_of_what_is_gone_are_kept_a_while_but_not_shown(notes: Notes) -> None:
    other = replace(NOTE, subject=Subject("app-1", "c" * 16))
    for note in (NOTE, replace(NOTE, subject=ON_KEY), other):
        notes.put(note)
    notes.gone("app-1", NOON, "a" * 16)
    notes.gone("app-1", NOON + timedelta(days=9), "a" * 16)
    assert notes.of_app("app-1") == (other,)
    assert notes.forget(NOON) == 0
    assert notes.forget(NOON + timedelta(days=1)) == 2
    notes.gone("app-1", NOON)
    assert notes.of_app("app-1") == ()
    notes.put(other)
    assert notes.of_app("app-1") == (other,)
    assert notes.forget(NOON + timedelta(days=100)) == 0


def test_another_organization_has_its_own_notes(session: sessionmaker[Session]) -> None:
    notes, other = NoteStore(session, "demo"), NoteStore(session, "other")
    notes.put(NOTE)
    assert other.of_app("app-1") == ()
    other.gone("app-1", NOON)
    other.remove(NoteKind.TURNED_OFF, KEY)
    assert notes.of_app("app-1") == (NOTE,)
