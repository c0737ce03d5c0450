"""Words in a text as the search sees them: without case and accents, names taken apart.

``getPetById`` holds the words ``getpetbyid``, ``get``, ``pet``, ``by`` and ``id``, and
``/v1/pets/{id}`` holds ``v1``, ``pets`` and ``id``.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MOST_WORDS: Final = 16
LONGEST_WORD: Final = 64
EXCERPT: Final = 180  # characters
BEFORE: Final = 60  # of them in front of the first word that was looked for
LONGEST_TO_LOOK_THROUGH: Final = 20_000  # characters
# Letters and digits with what is put above or below them.
RUN: Final = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
HUMP: Final = re.compile(
    r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\d)(?=[A-Z][a-z])"
)
KEPT_TEXTS: Final = 4_096


@dataclass(frozen=True, slots=True)
class Word:
    """A word that is looked for; ``parts`` are those that a name is made of, if several."""

    whole: str
    parts: tuple[str, ...] = ()

    def begins_one_of(self, tokens: Collection[str]) -> bool:
        """Tell whether the word, or each of its parts, begins one of the tokens."""
        return _begins(self.whole, tokens) or (
            bool(self.parts) and all(_begins(part, tokens) for part in self.parts)
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; ``is_found`` where it is what was looked for."""

    text: str
    is_found: bool = False


def folded(text: str) -> str:
    """Return a text in small letters, without accents, ligatures and the like written out."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char)).casefold()


def query_words(text: str) -> tuple[Word, ...]:
    """Return the words of a query, each once; beyond the 16th they do not count."""
    found: dict[str, Word] = {}
    for run in RUN.findall(text):
        parts = tuple(each for each in map(_word, HUMP.split(run)) if each)
        whole = _word(run)
        if whole:
            found.setdefault(whole, Word(whole, parts if len(parts) > 1 else ()))
        if len(found) == MOST_WORDS:
            break
    return tuple(found.values())


def indexed(text: str) -> str:
    """Return the words of a text as the index keeps them: names whole and in parts."""
    return " ".join(_tokens(text))


@lru_cache(maxsize=KEPT_TEXTS)
def tokens_of(text: str) -> frozenset[str]:
    """Return the words of a text, each once."""
    return frozenset(_tokens(text))


def marked(text: str, words: Sequence[Word]) -> tuple[Piece, ...]:
    """Return a text in pieces; whole words that were looked for are marked."""
    wanted = tuple({each for word in words for each in (word.whole, *word.parts)})
    pieces: list[Piece] = []
    end = 0
    for start, stop in _found(text, wanted):
        if start > end:
            pieces.append(Piece(text[end:start]))
        pieces.append(Piece(text[start:stop], is_found=True))
        end = stop
    return (*pieces, Piece(text[end:])) if end < len(text) else tuple(pieces)


def excerpt(text: str, words: Sequence[Word]) -> tuple[Piece, ...]:
    """Return about 180 characters of a text, around the first word that was looked for."""
    looked = text[:LONGEST_TO_LOOK_THROUGH]
    wanted = tuple({each for word in words for each in (word.whole, *word.parts)})
    first = next(_found(looked, wanted), (0, 0))[0]
    begin = 0 if first <= BEFORE else _word_after(looked, first - BEFORE, first)
    end = begin + EXCERPT
    shown = looked[begin:end]
    if end < len(looked) and " " in shown.strip():
        shown = shown[: shown.rindex(" ")]
    before, after = ("… " if begin else ""), (" …" if begin + len(shown) < len(text) else "")
    return marked(f"{before}{shown.strip()}{after}", words) if shown.strip() else ()


def _tokens(text: str) -> Iterator[str]:
    for run in RUN.findall(text):
        whole = _word(run)
        if whole:
            yield whole
        if run.islower() or run.isdecimal():
            continue
        parts = HUMP.split(run)
        if len(parts) > 1:
            yield from (part for part in map(_word, parts) if part)


def _word(run: str) -> str:
    """Return a word without what signs of other kinds leave in it (a fraction has a slash)."""
    return "".join(char for char in folded(run) if char.isalnum())[:LONGEST_WORD]


def _found(text: str, wanted: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Yield where words stand that begin with one of those that are wanted."""
    if not wanted:
        return
    for run in RUN.finditer(text):
        if _word(run[0]).startswith(wanted):
            yield run.span()
            continue
        at = run.start()
        for part in HUMP.split(run[0]):
            if _word(part).startswith(wanted):
                yield at, at + len(part)
            at += len(part)


def _word_after(text: str, begin: int, latest: int) -> int:
    space = text.find(" ", begin, latest)
    return begin if space < 0 else space + 1


def _begins(word: str, tokens: Collection[str]) -> bool:
    return any(token.startswith(word) for token in tokens)
