"""Statements of the developer index: whom a list holds, in which order, and from where on."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
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
from app.store.base import table_of
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


def sought_together(
    connection: Connection, organization: str, query: DeveloperFilter
) -> Sequence[str]:
    """Return those of the typed words that are few enough to be looked up for themselves.

    A database takes words for independent of each other and of the order, which first and last
    names are not: it would walk through the order, row by row.
    """
    words = typed_words(query.words)
    if not words:
        return ()
    for most in (ENOUGH, SOUGHT_TOGETHER) if len(words) > 1 else (ENOUGH,):
        counts = _counts(connection, organization, words, most)
        if few := [word for word, count in zip(words, counts, strict=True) if count <= most]:
            return few
    return ()


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
    organization: str, query: DeveloperFilter, together: Collection[str] = ()
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a filter; words and attributes are looked up in their tables.

    Who has all of the words ``together`` is found before anything else is asked.
    """
    yield DEVELOPERS.c.organization == organization
    if query.status is not None:
        yield DEVELOPERS.c.status == query.status.value
    if query.never_signed_in:
        yield DEVELOPERS.c.last_sign_in_at == NEVER
    if together:
        every = (_with_word(organization, word) for word in together)
        found = intersect(*every).cte("found").prefix_with("MATERIALIZED")
        yield DEVELOPERS.c.id.in_(select(found.c.developer_row))
    for word in typed_words(query.words):
        if word not in together:
            yield DEVELOPERS.c.id.in_(_with_word(organization, word))
    if query.attribute:
        yield DEVELOPERS.c.id.in_(_with_attribute(organization, query.attribute))


def listed(
    organization: str,
    query: DeveloperSearch,
    together: Collection[str] = (),
    *,
    backwards: bool = False,
) -> Select[Any]:
    """Return the statement for everybody who matches, in order or in the opposite one."""
    column, email = _SORTED_BY[query.order], DEVELOPERS.c.email
    wanted = select(DEVELOPERS).where(*matching(organization, query, together))
    if query.descending is backwards:
        return wanted.order_by(column, email)
    return wanted.order_by(column.desc(), email.desc())


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


def _counts(
    connection: Connection, organization: str, words: Sequence[str], most: int
) -> Sequence[int]:
    """Return how many rows each word begins; counting ends behind ``most``."""
    found = (_with_word(organization, word).limit(most + 1).subquery() for word in words)
    counts = (select(func.count()).select_from(each).scalar_subquery() for each in found)
    return tuple(connection.execute(select(*counts)).one())


def _with_word(organization: str, word: str) -> Select[int]:
    begins = (WordRow.word >= word) & (WordRow.word < word + _LAST)
    return select(WordRow.developer_row).where(WordRow.organization == organization, begins)


def _with_attribute(organization: str, text: str) -> Select[int]:
    name, has_value, value = (part.strip() for part in text.partition("="))
    found = select(AttributeRow.developer_row).where(
        AttributeRow.organization == organization, AttributeRow.name == attribute_text(name)
    )
    return found.where(AttributeRow.value == attribute_text(value)) if has_value else found
