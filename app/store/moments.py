"""The database's own clock in statements, so that machines need not agree on the time."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from app.store.base import UtcDateTime


class now_and(ColumnElement[Any]):  # noqa: N801 - reads as the SQL function that it is
    """The database's time, and some seconds more."""

    inherit_cache = False
    type = UtcDateTime()

    def __init__(self, more: timedelta = timedelta()) -> None:
        self.seconds = more.total_seconds()


@compiles(now_and, "sqlite")
def _sqlite(element: now_and, _compiler: SQLCompiler, **_options: object) -> str:
    # As SQLAlchemy writes moments there: text of six decimals.
    return f"strftime('%Y-%m-%d %H:%M:%f', 'now', '{element.seconds:+.3f} seconds') || '000'"


@compiles(now_and, "postgresql")
def _postgresql(element: now_and, _compiler: SQLCompiler, **_options: object) -> str:
    return f"(statement_timestamp() + interval '{element.seconds:.3f} seconds')"
