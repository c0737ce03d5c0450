"""Addresses that people read as another one: letters of other scripts that look like ASCII."""

import unicodedata
from typing import Final

ANOTHER: Final = "another address"
# Small letters of Cyrillic and Greek that nobody tells from Latin ones.
_THEIRS: Final = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u051b\u051d"
    "\u03bf\u03bd\u03c1\u0131\u0261"
)
_OURS: Final = "aeopcyxijsdhqwovpig"
_TWINS: Final = str.maketrans(_THEIRS, _OURS)
# Of these nobody uses two in one word.
_SCRIPTS: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})


def resembled(email: str) -> str:
    """Return the ASCII address that this one is read as, or an empty text.

    Where it is none of ASCII, but a word of it mixes scripts, it is ``ANOTHER``.
    """
    if email.isascii():
        return ""
    seen = "".join(char for char in email if char.isprintable())
    plain = unicodedata.normalize("NFKC", seen).casefold()
    twin = plain.translate(_TWINS)
    if twin.isascii():
        return twin
    words = plain.replace("@", ".").split(".")
    return ANOTHER if any(len(_scripts(word)) > 1 for word in words) else ""


def _scripts(word: str) -> set[str]:
    names = (unicodedata.name(char, "").partition(" ")[0] for char in word)
    return {name for name in names if name in _SCRIPTS}
