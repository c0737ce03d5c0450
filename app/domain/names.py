"""Names that people type: what is refused, and how an app's internal name is made of one."""

import hashlib
import re
import unicodedata
from typing import Final

MAX_NAME: Final = 255
LONGEST_LABEL: Final = 60
LONGEST_APP_NAME: Final = 60
RESERVED_APP_NAMES: Final = frozenset({"new"})

# Explicit directional marks, embeddings, overrides and isolates reorder what a reader sees.
_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_UNFIT: Final = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})


def unprintable(text: str) -> bool:
    """Tell whether the text holds control, unassigned, line- or direction-changing characters."""
    return any(char in _BIDI or unicodedata.category(char) in _UNFIT for char in text)


def is_blank(text: str) -> bool:
    """Tell whether nothing of the text can be seen."""
    return all(unicodedata.category(char)[0] in "ZC" for char in text)


def name_problem(name: str) -> str | None:
    """Return what is wrong with a display name, or None when it can be used."""
    if is_blank(name):
        return "Enter a name."
    if len(name) > MAX_NAME:
        return f"Use at most {MAX_NAME} characters."
    if unprintable(name):
        return "Remove characters that cannot be seen, such as line breaks or direction marks."
    return None


def label_problem(text: str) -> str | None:
    """Return what is wrong with a key's label, or None; an empty one is none."""
    if len(text) > LONGEST_LABEL or unprintable(text):
        return f"Use at most {LONGEST_LABEL} characters, all of them visible."
    return None


def app_name_from(display_name: str) -> str:
    """Return the internal name for a display name: ASCII words joined by hyphens.

    Apigee allows more (letters, digits, space, ``_ - . # $ %``), but an app's name is also part
    of addresses and cannot be changed later. A name that loses letters or digits on the way
    (``日本``), or is cut, ends in eight characters of its own hash so that two such names differ.
    """
    folded = unicodedata.normalize("NFKD", display_name.casefold())
    loses = any(char.isalnum() and not char.isascii() for char in folded)
    latin = folded.encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")
    if loses or not words or len(words) > LONGEST_APP_NAME:
        digest = hashlib.sha256(display_name.encode(errors="replace")).hexdigest()[:8]
        begin = words[: LONGEST_APP_NAME - 9].rstrip("-") or "app"
        return f"{begin}-{digest}"
    return f"{words}-app" if words in RESERVED_APP_NAMES else words
