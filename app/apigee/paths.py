"""Paths below the organization: each value becomes exactly one segment, quoted once."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from app.domain.errors import NotFound

# No name of anything is longer than a consumer key, which may have 2 KB.
MAX_SEGMENT: Final = 2048
_DOTS: Final = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class Path:
    """A path and the template it was made of; only the template may be logged."""

    template: str
    filled: str


def path(template: str, **values: str) -> Path:
    """Fill a template such as ``developers/{developer}/apps``; raise ``NotFound`` as ``segment``.

    A value that no object can have as its name is answered like a missing object.
    """
    quoted = {name: segment(value) for name, value in values.items()}
    return Path(template, template.format_map(quoted))


def segment(text: str) -> str:
    """Return the text as one quoted path segment.

    Raises ``NotFound`` for an empty text, one over 2048 characters, control characters, and dots
    that a server or proxy could read as a step to another object, also behind a slash.
    """
    unsafe = any(unicodedata.category(char) in {"Cc", "Cs"} for char in text)
    if unsafe or len(text) > MAX_SEGMENT or not _DOTS.isdisjoint(re.split(r"[/\\]", text)):
        raise NotFound("There is nothing with that name.")
    return quote(text, safe=",")
