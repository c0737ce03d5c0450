"""What Apigee cannot remember about an app, a key or a product on a key.

A note is filed under Apigee's ids, the key's fingerprint and the product's name only: what an
app is called, and its keys, stay on Apigee.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoteKind(StrEnum):
    """What a note tells; of each kind there is one per object, the latest."""

    LABEL = "label"
    TURNED_OFF = "turned_off"
    RELEASED = "released"
    REPLACED = "replaced"
    REQUESTED = "requested"
    REFUSED = "refused"
    GRANTED = "granted"
    CHANGED = "changed"


class Author(StrEnum):
    """In which part somebody acted."""

    OWNER = "owner"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a note is about: an app, one of its keys, or a product on that key."""

    app_id: str
    key_id: str = ""
    product: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """One note; ``text`` is a reason or a label, ``other`` a key that this one has to do with."""

    kind: NoteKind
    subject: Subject
    developer_id: str
    author: Author
    account_id: int | None
    at: datetime
    text: str = ""
    other: str = ""
