"""What every table shares: constraint names, text and time columns, one transaction a call."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import local
from typing import Any, ClassVar, Final, TypeAlias

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, String, Table, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator, TypeEngine

# A scoped session of the web layer and a worker's sessionmaker both fit.
SessionFactory: TypeAlias = Callable[[], Session]


@dataclass(frozen=True, slots=True)
class Bound:
    """A ``SessionFactory`` whose engine is known."""

    make: SessionFactory
    engine: Engine

    def __call__(self) -> Session:
        return self.make()


@dataclass(frozen=True, slots=True)
class _Shared:
    """The transaction that calls of stores on a thread are a part of."""

    session: Session
    engine: Engine


_THREAD: Final = local()
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Return the text without what PostgreSQL refuses: NUL and lone surrogates become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


class PlainText(TypeDecorator[str]):
    """Text of any length that sorts by code point on every database.

    PostgreSQL's other collations would sort differently from SQLite and make prefix searches
    miss their index.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        by_code_point = "C" if dialect.name == "postgresql" else None
        return dialect.type_descriptor(String(collation=by_code_point))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else storable(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware on the way in (``ValueError`` otherwise) and UTC on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table; constraints have names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: PlainText, datetime: UtcDateTime}


@contextmanager
def transaction(session: SessionFactory) -> Iterator[Session]:
    """Give a session, then commit (or roll back on an error) and give its connection back.

    Every call of a store is one transaction: no connection is held while Apigee is asked. Only
    inside ``together`` several calls are one.
    """
    shared: _Shared | None = getattr(_THREAD, "shared", None)
    if shared is not None and shared.engine is engine_of(session):
        yield shared.session
        return
    current = session()
    try:
        yield current
        current.commit()
    finally:
        # Closing rolls back what was not committed, and works again for a scoped session.
        current.close()


@contextmanager
def together(session: SessionFactory) -> Iterator[Session]:
    """Make one transaction of whatever this thread's stores write inside: all is kept, or nothing.

    An error must leave it. It is for a few writes in a row; Apigee is never asked inside.
    """
    with transaction(session) as current:
        around = getattr(_THREAD, "shared", None)
        _THREAD.shared = _Shared(current, engine_of(session))
        try:
            yield current
        finally:
            _THREAD.shared = around


@contextmanager
def reading(session: SessionFactory) -> Iterator[Connection]:
    """Give a connection to the session's database for reading rows, not objects.

    What every page reads goes this way: it costs a third of a session with objects.
    """
    with engine_of(session).connect() as connection:
        yield connection


def engine_of(session: SessionFactory) -> Engine:
    """Return the engine of a factory; one that says it need not make a session for that."""
    if isinstance(session, Bound):
        return session.engine
    return session().get_bind().engine


def table_of(model: type[Base]) -> Table:
    """Return the table behind a model, for statements over many rows."""
    table = inspect(model).local_table
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} has no table of its own")
    return table


def upsert_into(session: Session, table: Table | type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that can be given what to do on a conflict, in the database's dialect."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
