"""A statement that every page runs, without what any statement costs before it reaches a driver.

It is written for the database once. Values and rows go through the same types as ever.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Engine, Select

from app.store.base import SessionFactory, engine_of, reading

Turn = Callable[[Any], Any]


class Prepared:
    """Reads the first row of a statement whose parameters all have names; none is a list."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = statement
        self._plans: WeakKeyDictionary[Dialect, _Plan] = WeakKeyDictionary()

    def first(self, session: SessionFactory, values: Mapping[str, object]) -> Sequence[Any] | None:
        """Return the row or None, with the ordinary way's errors.

        Where the driver fails, that way asks again: it knows which connections are dead and what
        errors are called. It is taken, too, where somebody listens to what is asked.
        """
        engine = engine_of(session)
        if not engine.dispatch.before_cursor_execute:
            try:
                return self._plan(engine.dialect).first(engine, values)
            except engine.dialect.loaded_dbapi.Error:
                pass
        with reading(session) as connection:
            return connection.execute(self._statement, values).first()

    def _plan(self, dialect: Dialect) -> "_Plan":
        plan = self._plans.get(dialect)
        if plan is None:
            plan = self._plans[dialect] = _planned(self._statement, dialect)
        return plan


@dataclass(frozen=True, slots=True)
class _Plan:
    """The text, where its values come from, and which columns a type turns into something else.

    ``order`` has the names of the values where the driver counts them, else None.
    """

    text: str
    order: Sequence[str] | None
    constants: Mapping[str, object]
    given: Sequence[tuple[str, str, Turn]]
    turned: Sequence[tuple[int, Turn]]

    def first(self, engine: Engine, values: Mapping[str, object]) -> Sequence[Any] | None:
        named = {**self.constants, **{name: turn(values[key]) for name, key, turn in self.given}}
        asked = named if self.order is None else tuple(named[name] for name in self.order)
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(self.text, asked)
            found = cursor.fetchone()
            cursor.close()
        except BaseException:
            connection.invalidate()
            raise
        finally:
            connection.close()
        if found is None:
            return None
        row = list(found)
        for position, turn in self.turned:
            if row[position] is not None:  # which no type of ours makes anything of
                row[position] = turn(row[position])
        return row


def _planned(statement: Select[Any], dialect: Dialect) -> _Plan:
    compiled = statement.compile(dialect=dialect)
    constants: dict[str, object] = {}
    given: dict[str, tuple[str, str, Turn]] = {}  # each name once, however often it stands there
    for bind, name in compiled.bind_names.items():
        turn = bind.type.dialect_impl(dialect).bind_processor(dialect) or _as_it_is
        if bind.required:
            given[name] = (name, bind.key, turn)
        else:
            constants[name] = turn(bind.value)
    columns = [column.type.dialect_impl(dialect) for column in statement.selected_columns]
    turns = [column.result_processor(dialect, None) for column in columns]
    return _Plan(
        text=compiled.string,
        order=compiled.positiontup if compiled.positional else None,
        constants=constants,
        given=tuple(given.values()),
        turned=[(position, turn) for position, turn in enumerate(turns) if turn is not None],
    )


def _as_it_is(value: object) -> object:
    return value
