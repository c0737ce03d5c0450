"""Searching: what is looked for, and what was found of pages, APIs and products."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.search_words import Piece, Word, excerpt, marked, query_words, tokens_of

LONGEST_QUERY: Final = 200
PAGE: Final = 20  # of one kind on a page
MOST_PAGES: Final = 50
MOST_PRODUCT_TEXT: Final = 2_000


class Kind(StrEnum):
    """What can be found, in the order in which it is shown, as the address says it."""

    PAGES = "pages"
    APIS = "apis"
    PRODUCTS = "products"
    OPERATIONS = "operations"
    SCHEMAS = "schemas"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found.

    ``owner`` is a page's path, an API's slug or a product's name. ``name`` is what is meant in
    it: an anchor, an operation's id, a schema's name, or nothing. ``where`` it stands is told in
    words; an operation has a ``method`` and a ``path``.
    """

    kind: Kind
    owner: str
    name: str
    title: str
    where: str = ""
    text: str = ""
    method: str = ""
    path: str = ""
    is_deprecated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: the text as it was typed, and its words, all of which must be there."""

    text: str
    words: tuple[Word, ...]

    @property
    def key(self) -> str:
        """What equals the key of a title that is exactly this."""
        return key_of(self.text)

    def marked(self, text: str) -> tuple[Piece, ...]:
        """Return a text with the words in it marked."""
        return marked(text, self.words)

    def excerpt(self, text: str) -> tuple[Piece, ...]:
        """Return a part of a longer text, around the first word that is in it."""
        return excerpt(text, self.words)

    def finds(self, texts: Iterable[str]) -> bool:
        """Tell whether every word begins a word in one of the texts."""
        tokens = frozenset(token for text in texts for token in tokens_of(text))
        return all(word.begins_one_of(tokens) for word in self.words)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the index: only of these ``pages`` (paths) and ``apis`` (slugs).

    Of each kind, or of the ``kind`` that is asked for, it gives ``most`` from ``first`` on,
    counted from 0.
    """

    query: Query
    pages: Collection[str]
    apis: Collection[str]
    kind: Kind | None = None
    first: int = 0
    most: int = PAGE


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind: ``total`` in all, of which these are shown."""

    kind: Kind
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Indexed:
    """An answer of the index; not ``is_whole`` while it is still being made."""

    groups: tuple[Group, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was found, for the page that shows it.

    ``is_prepared`` is false while the content is still read, ``knows_products`` while Apigee
    does not say which products there are.
    """

    query: Query
    groups: tuple[Group, ...] = ()
    is_prepared: bool = True
    knows_products: bool = True

    @property
    def total(self) -> int:
        """How much was found in all."""
        return sum(group.total for group in self.groups)


def query_of(text: str) -> Query:
    """Return what a text asks for; what is longer than 200 characters is cut."""
    asked = text.strip()[:LONGEST_QUERY].strip()
    return Query(asked, query_words(asked))


def key_of(text: str) -> str:
    """Return what two names have in common that differ in signs, case and accents only."""
    return " ".join(word.whole for word in query_words(text))
