"""The notes in a dict, proven by the same cases as the real ones."""

from collections.abc import Callable, Sequence
from datetime import datetime

from app.domain.notes import Note, NoteKind, Subject

Key = tuple[NoteKind, Subject]


class FakeNotes:
    """``ports.Notes`` in a dict."""

    def __init__(self) -> None:
        self.held: dict[Key, Note] = {}
        self.gone_at: dict[Key, datetime] = {}

    def put(self, note: Note) -> None:
        self.held[note.kind, note.subject] = note
        self.gone_at.pop((note.kind, note.subject), None)

    def of_developer(self, developer_id: str) -> Sequence[Note]:
        return self._found(lambda note: note.developer_id == developer_id)

    def of_app(self, app_id: str) -> Sequence[Note]:
        return self._found(lambda note: note.subject.app_id == app_id)

    def of_kind(self, kind: NoteKind) -> Sequence[Note]:
        return self._found(lambda note: note.kind is kind)

    def remove(self, kind: NoteKind, subject: Subject) -> None:
        self.held.pop((kind, subject), None)

    def gone(self, app_id: str, at: datetime, key_id: str = "") -> None:
        for key in self.held:
            subject = key[1]
            if subject.app_id == app_id and key_id in {"", subject.key_id}:
                self.gone_at.setdefault(key, at)

    def forget(self, gone_before: datetime) -> int:
        over = [key for key, at in self.gone_at.items() if at < gone_before and key in self.held]
        for key in over:
            del self.held[key], self.gone_at[key]
        return len(over)

    def _found(self, wanted: Callable[[Note], bool]) -> Sequence[Note]:
        there = [note for key, note in self.held.items() if key not in self.gone_at]
        return tuple(sorted(filter(wanted, there), key=lambda note: note.at))
