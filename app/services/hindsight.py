"""Whether the portal's turning-off of a key is still the last word about that key.

Apigee does not say who turned a key off. A note of ours does, until somebody else has had the
key in hand: then only an administrator may turn it on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.clock import Clock
from app.domain.keys import ApprovalStatus, KeyMemory
from app.domain.notes import Author, Note, NoteKind, Subject
from app.services.ports import Notes

# Apigee stamps an app by its own clock, ours may differ by this much.
SKEW: Final = timedelta(seconds=10)
# Apigee may answer from a copy that has not heard of our own change yet.
OLD_COPY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Hindsight:
    """Takes back notes that a change by others has overtaken.

    That a change of a key stamps its app is in no document [?]. Where it does not, a key that
    was approved and revoked by others between two looks of ours is not told apart.
    """

    notes: Notes
    clock: Clock

    def checked(
        self, app: DeveloperApp, asked_at: datetime, memories: Mapping[str, KeyMemory]
    ) -> Mapping[str, KeyMemory]:
        """Return the memories by ``key_id`` without what does not hold any more.

        ``asked_at`` is a moment before Apigee was asked for the app.
        """
        if not any(memory.turned_off_by for memory in memories.values()):
            return memories
        gone = self._overtaken(app, asked_at)
        return {
            key_id: replace(memory, turned_off_by=None) if key_id in gone else memory
            for key_id, memory in memories.items()
        }

    def before_change(self, app: DeveloperApp) -> None:
        """Look at an app that was just read, before a change of ours hides when it was changed."""
        self._overtaken(app, None)

    def changed(self, app: DeveloperApp) -> None:
        """Note that we changed the app or a key of it: its stamp is ours from now on.

        Only where a key is off by us does it matter who changed the app last.
        """
        if not _turned_off(self.notes.of_app(app.app_id)):
            return
        subject, at = Subject(app.app_id), self.clock.now()
        note = Note(NoteKind.CHANGED, subject, app.developer_id, Author.SYSTEM, None, at)
        self.notes.put(note)

    def _overtaken(self, app: DeveloperApp, asked_at: datetime | None) -> frozenset[str]:
        notes = self.notes.of_app(app.app_id)
        ours = max((note.at for note in notes if note.kind in _OUR_CHANGES), default=None)
        gone = [
            note
            for note in _turned_off(notes)
            if _seen_on(app, note, asked_at) or _changed_since(app, note, ours)
        ]
        for note in gone:
            self._released(app, note)
        return frozenset(note.subject.key_id for note in gone)

    def _released(self, app: DeveloperApp, note: Note) -> None:
        """Release the key as of when it was changed: no gateway learns anything from our look."""
        stamped = min(app.last_modified_at or note.at, self.clock.now())
        at = max(note.at + timedelta(microseconds=1), stamped)
        released = replace(note, kind=NoteKind.RELEASED, author=Author.SYSTEM, account_id=None)
        self.notes.put(replace(released, at=at, other=""))


_OUR_CHANGES: Final = frozenset({NoteKind.CHANGED, NoteKind.TURNED_OFF})


def _turned_off(notes: Sequence[Note]) -> list[Note]:
    """Return the notes about whole keys that were turned off and not released since."""
    found: dict[str, Note] = {}
    for note in notes:
        if note.subject.product or not note.subject.key_id:
            continue
        if note.kind is NoteKind.TURNED_OFF:
            found[note.subject.key_id] = note
        elif note.kind is NoteKind.RELEASED:
            found.pop(note.subject.key_id, None)
    return list(found.values())


def _seen_on(app: DeveloperApp, note: Note, asked_at: datetime | None) -> bool:
    """Tell whether the key was found on by who asked after it had been turned off."""
    key = app.key(note.subject.key_id)
    if key is None or key.status is not ApprovalStatus.APPROVED or asked_at is None:
        return False
    if asked_at < note.at:
        return False
    stamp = app.last_modified_at
    is_recent = stamp is None or stamp >= note.at - SKEW
    return is_recent or asked_at >= note.at + OLD_COPY


def _changed_since(app: DeveloperApp, note: Note, ours: datetime | None) -> bool:
    """Tell whether somebody else changed the app after our last change of it."""
    key, stamp = app.key(note.subject.key_id), app.last_modified_at
    if key is None or stamp is None or ours is None:
        return False
    return stamp > max(ours, note.at) + SKEW
