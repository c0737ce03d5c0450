"""How words are folded for comparison and search."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

MAX_WORD: Final = 200
MAX_TYPED_WORDS: Final = 8

_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Return the text without case, accents and control characters."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(
        char for char in plain if char.isspace() or unicodedata.category(char)[0] not in "CM"
    )


def sort_name(name: str) -> str:
    """Return what a list is sorted by; cut, because an index entry has a largest size."""
    return folded(name)[:MAX_WORD]


def search_words(texts: Iterable[str]) -> frozenset[str]:
    """Return what can be found by its beginning: words, their parts, and an address's domain."""
    words: set[str] = set()
    for token in (token for text in texts for token in folded(text).split()):
        words.update((token, token.rpartition("@")[2], *_BETWEEN_WORDS.split(token)))
    return frozenset(word[:MAX_WORD] for word in words if word)


def attribute_text(text: str) -> str:
    """Return what an attribute's name or value is looked up by; long texts end in their hash."""
    if len(text) <= MAX_WORD:
        return text
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
    return text[: MAX_WORD - len(digest)] + digest


def typed_words(text: str) -> tuple[str, ...]:
    """Return the beginnings that somebody typed, each once; at most eight count."""
    words = (word.lstrip("@")[:MAX_WORD] for word in folded(text).split())
    return tuple(dict.fromkeys(word for word in words if word))[:MAX_TYPED_WORDS]
