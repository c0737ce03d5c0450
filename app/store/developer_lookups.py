"""The words and attributes by which developers are found, written anew for many at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from sqlalchemy import Integer, Table, delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.store.base import PlainText, table_of
from app.store.developer_rows import AttributeRow, WordRow
from app.store.words import attribute_text, search_words

_WORDS: Final = table_of(WordRow)
_ATTRIBUTES: Final = table_of(AttributeRow)
_NAMES: Final = ("first_name", "last_name", "user_name")

Facts = Mapping[str, Mapping[str, object]]


def write_lookups(
    session: Session, organization: str, numbers: Mapping[str, int], facts: Facts
) -> None:
    """Replace the words and attributes of these rows; both mappings are by e-mail address."""
    words = [
        (word, numbers[email])
        for email, known in facts.items()
        for word in search_words((email, *(str(known[name]) for name in _NAMES)))
    ]
    attributes = [
        (attribute_text(name), attribute_text(value), numbers[email])
        for email, known in facts.items()
        for name, value in _first_of_each_name(known["attributes"])
    ]
    for table, rows in ((_WORDS, words), (_ATTRIBUTES, attributes)):
        session.execute(delete(table).where(table.c.developer_row.in_(numbers.values())))
        if rows:
            _insert(session, table, organization, rows)


def _first_of_each_name(attributes: object) -> Iterator[tuple[str, str]]:
    pairs = cast(list[list[str]], attributes)
    return iter({pair[0]: pair[1] for pair in reversed(pairs)}.items())


def _insert(
    session: Session, table: Table, organization: str, rows: Sequence[tuple[str | int, ...]]
) -> None:
    names = [column.name for column in table.c][1:]
    if session.get_bind().dialect.name != "postgresql":
        own: dict[str, object] = {"organization": organization}
        given = [{**own, **dict(zip(names, row, strict=True))} for row in rows]
        session.execute(insert(table), given)
        return
    # One parameter a column in place of one a value: several times faster with psycopg.
    columns = (
        literal(list(values), ARRAY(Integer if name == "developer_row" else PlainText))
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    )
    pairs = func.unnest(*columns).table_valued(*names).render_derived()
    wanted = select(literal(organization, PlainText), *(pairs.c[name] for name in names))
    session.execute(insert(table).from_select(table.c.keys(), wanted))
