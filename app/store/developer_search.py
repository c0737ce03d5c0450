"""Statements of the developer index: whom a list holds, in which order, and from where on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    any_,
    case,
    func,
    intersect,
    select,
    tuple_,
)

from app.domain.attributes import Attribute
from app.domain.developers import DeveloperStatus
from app.services.developer_port import (
    DeveloperFilter,
    DeveloperOrder,
    DeveloperSearch,
    IndexedDeveloper,
)
from app.store.base import PlainText, table_of
from app.store.developer_rows import NEVER, AttributeRow, DeveloperRow, WordRow, moment_or_none
from app.store.words import attribute_text, typed_words

Position: TypeAlias = tuple[object, str]

DEVELOPERS: Final = table_of(DeveloperRow)
# No word holds this code point, so every word that begins with x lies before x + _LAST.
_LAST: Final = "\U0010ffff"
# A word that begins no more rows than these is looked up before everything else.
ENOUGH: Final = 1_000
# So many words of one person begin alike at most, as a rule.
_OFTEN: Final = 4
# A word that begins more rows than these is looked for in the rows that the others leave.
SOUGHT_TOGETHER: Final = 100_000
_SORTED_BY: Final[Mapping[DeveloperOrder, Column[Any]]] = {
    DeveloperOrder.NAME: DEVELOPERS.c.sort_name,
    DeveloperOrder.EMAIL: DEVELOPERS.c.email_folded,
    DeveloperOrder.REGISTERED: DEVELOPERS.c.created_at,
    DeveloperOrder.SIGNED_IN: DEVELOPERS.c.last_sign_in_at,
}


@dataclass(frozen=True, slots=True)
class Together:
    """Typed words that are looked up before everything else, and whether PostgreSQL does it.

    ``are_counted`` says that so few rows are left of several words that a page counts them.
    """

    words: Sequence[str] = ()
    on_postgresql: bool = False
    are_counted: bool = False


NOTHING_TOGETHER: Final = Together()


def sought_together(connection: Connection, organization: str, query: DeveloperFilter) -> Together:
    """Return those of the typed words that are few enough to be looked up for themselves.

    A database takes words for independent of each other and of the order, which first and last
    names are not: it would walk through the order, row by row.
    """
    words = typed_words(query.words)
    if not words:
        return NOTHING_TOGETHER
    for most in (ENOUGH, SOUGHT_TOGETHER) if len(words) > 1 else (ENOUGH,):
        counts = _counts(connection, organization, words, most)
        if few := [word for word, count in zip(words, counts, strict=True) if count <= most]:
            are_counted = len(words) > 1 and most == ENOUGH
            return Together(few, connection.dialect.name == "postgresql", are_counted)
    return NOTHING_TOGETHER


def counted_in_words(
    connection: Connection, organization: str, query: DeveloperFilter, most: int
) -> int | None:
    """Count the rows of a filter that is one word, up to ``most``, in the index of words alone.

    None where there is more to it, or where people have the word so often that it does not say.
    """
    words = typed_words(query.words)
    if len(words) != 1 or query.status or query.never_signed_in or query.attribute:
        return None
    looked_at = most * _OFTEN
    found = _with_word(organization, words[0]).limit(looked_at).subquery()
    row = found.c.developer_row
    entries, rows = connection.execute(select(func.count(), func.count(row.distinct()))).one()
    return min(rows, most) if entries < looked_at or rows >= most else None


def matching(
    organization: str, query: DeveloperFilter, together: Together = NOTHING_TOGETHER
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a filter; words and attributes are looked up in their tables.

    Who has all of the words ``together`` is found before anything else is asked.
    """
    yield DEVELOPERS.c.organization == organization
    if query.status is not None:
        yield DEVELOPERS.c.status == query.status.value
    if query.never_signed_in:
        yield DEVELOPERS.c.last_sign_in_at == NEVER
    if together.words:
        yield _among(organization, together)
    for word in typed_words(query.words):
        if word in together.words:
            continue
        if together.on_postgresql and word.isascii() and word.isalnum():
            yield _has_word(organization, word)
        else:
            yield DEVELOPERS.c.id.in_(_with_word(organization, word))
    if query.attribute:
        yield DEVELOPERS.c.id.in_(_with_attribute(organization, query.attribute))


def listed(
    organization: str,
    query: DeveloperSearch,
    together: Together = NOTHING_TOGETHER,
    *,
    backwards: bool = False,
) -> Select[Any]:
    """Return the statement for everybody who matches, in order or in the opposite one."""
    wanted = select(DEVELOPERS).where(*matching(organization, query, together))
    return wanted.order_by(*_order(query, backwards=backwards))


def counted(page: Select[Any], query: DeveloperSearch) -> Select[Any]:
    """Return the statement of a page that has beside each row how many match, as ``total``."""
    total = func.count().over().label("total")
    found = page.with_only_columns(DEVELOPERS.c.id, total).subquery()
    rows = select(DEVELOPERS, found.c.total).join(found, found.c.id == DEVELOPERS.c.id)
    return rows.order_by(*_order(query, backwards=False))


def beyond(
    query: DeveloperSearch, position: Position, *, backwards: bool = False
) -> ColumnElement[bool]:
    """Return the condition for the rows that come after a position in that order."""
    place = tuple_(_SORTED_BY[query.order], DEVELOPERS.c.email)
    return place > position if query.descending is backwards else place < position


def position_of(organization: str, query: DeveloperSearch, public_id: str) -> Select[Any]:
    """Return the statement for where a row stands."""
    return select(_SORTED_BY[query.order], DEVELOPERS.c.email).where(
        DEVELOPERS.c.organization == organization, DEVELOPERS.c.public_id == public_id
    )


def place_of(query: DeveloperSearch, row: Row[Any]) -> Position:
    """Return where a row of the table stands."""
    return row._mapping[_SORTED_BY[query.order]], row.email  # noqa: SLF001 - SQLAlchemy's public name


def indexed(row: Row[Any]) -> IndexedDeveloper:
    """Return a row of the table as the services know it."""
    return IndexedDeveloper(
        public_id=row.public_id,
        email=row.email,
        developer_id=row.developer_id,
        first_name=row.first_name,
        last_name=row.last_name,
        user_name=row.user_name,
        status=DeveloperStatus(row.status),
        created_at=moment_or_none(row.created_at),
        synced_at=row.synced_at,
        last_sign_in_at=moment_or_none(row.last_sign_in_at),
        last_modified_at=row.last_modified_at,
        attributes=tuple(Attribute(name, value) for name, value in row.attributes),
        apps_count=row.apps_count,
    )


def _order(query: DeveloperSearch, *, backwards: bool) -> tuple[ColumnElement[Any], ...]:
    columns = _SORTED_BY[query.order], DEVELOPERS.c.email
    if query.descending is backwards:
        return columns
    return tuple(column.desc() for column in columns)


def _counts(
    connection: Connection, organization: str, words: Sequence[str], most: int
) -> Sequence[int]:
    """Return how many rows each word begins; counting ends behind ``most``."""
    found = (_with_word(organization, word).limit(most + 1).subquery() for word in words)
    counts = (select(func.count()).select_from(each).scalar_subquery() for each in found)
    return tuple(connection.execute(select(*counts)).one())


def _among(organization: str, together: Together) -> ColumnElement[bool]:
    """Return the condition for the rows that have all of the words.

    PostgreSQL is given an array: how many rows a set has it guesses from samples, and by that
    reads some days the few rows that are in the set and other days the whole table.
    """
    every = (_with_word(organization, word) for word in together.words)
    found = intersect(*every).cte("found").prefix_with("MATERIALIZED")
    rows = select(found.c.developer_row)
    if together.on_postgresql:
        return DEVELOPERS.c.id == any_(func.array(rows.scalar_subquery()))
    return DEVELOPERS.c.id.in_(rows)


def _has_word(organization: str, word: str) -> ColumnElement[bool]:
    """Return whether a row that is read anyway has a word; asked of few rows by PostgreSQL.

    Its names and addresses say so themselves, as ``search_words`` takes them apart, and looking
    into the index of words costs as much as reading the row. What is not plain ASCII is folded
    before it is found, so there the index of words is asked.
    """
    own = DEVELOPERS.c
    text = own.email + " " + own.first_name + " " + own.last_name + " " + own.user_name
    indexed_word = _with_word(organization, word).where(WordRow.developer_row == own.id)
    begins = func.lower(text, type_=PlainText).regexp_match(f"(^|[^a-z0-9]){word}")
    return case((text.regexp_match("[^ -~]"), indexed_word.exists()), else_=begins)


def _with_word(organization: str, word: str) -> Select[int]:
    begins = (WordRow.word >= word) & (WordRow.word < word + _LAST)
    return select(WordRow.developer_row).where(WordRow.organization == organization, begins)


def _with_attribute(organization: str, text: str) -> Select[int]:
    name, has_value, value = (part.strip() for part in text.partition("="))
    found = select(AttributeRow.developer_row).where(
        AttributeRow.organization == organization, AttributeRow.name == attribute_text(name)
    )
    return found.where(AttributeRow.value == attribute_text(value)) if has_value else found
