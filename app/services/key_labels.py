"""What a key may be called: readable, and not as another key of the same app."""

import re
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.errors import InvalidInput
from app.domain.names import label_problem
from app.domain.notes import NoteKind
from app.services.ports import Notes

NUMBERED: Final = re.compile(r"key \d+")
TAKEN: Final = "Another key of this app is called that. Choose another label."
LIKE_A_NUMBER: Final = "Keys without a label are numbered like that. Choose another label."


def check_label(notes: Notes, app: DeveloperApp, label: str, key_id: str = "") -> None:
    """Raise ``InvalidInput`` unless the key, or a new one, may be called that; empty is fine."""
    problem = label_problem(label)
    if not problem and NUMBERED.fullmatch(label.casefold()):
        problem = LIKE_A_NUMBER
    if not problem and label.casefold() in _taken(notes, app, key_id):
        problem = TAKEN
    if problem:
        raise InvalidInput({"label": problem})


def label_of(notes: Notes, app: DeveloperApp, key_id: str) -> str:
    """Return what a key of the app is called, or an empty text."""
    labels = (note for note in notes.of_app(app.app_id) if note.kind is NoteKind.LABEL)
    return next((note.text for note in labels if note.subject.key_id == key_id), "")


def _taken(notes: Notes, app: DeveloperApp, key_id: str) -> frozenset[str]:
    """Return the labels of the app's other keys; one that is gone leaves its label free."""
    others = {key.key_id for key in app.keys} - {key_id}
    return frozenset(
        note.text.casefold()
        for note in notes.of_app(app.app_id)
        if note.kind is NoteKind.LABEL and note.subject.key_id in others
    )
