"""What a command says when the database cannot be used: a line for people, and no trace."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

LOG: Final = logging.getLogger(__name__)
# What PostgreSQL calls a table and a column that are not there; to SQLite that is operational.
MISSING: Final = ("42P01", "42703")
ADVICE: Final = (
    "Check PORTAL_DATABASE_URL, and whether the database runs and may be written. "
    "Where tables are missing, make them: portal db upgrade"
)


@contextmanager
def told() -> Iterator[None]:
    """Turn what the database's driver raised into ``ClickException``; the log has it at DEBUG."""
    try:
        yield
    except Exception as error:
        if not _is_about_the_database(error):
            raise
        LOG.debug("the database cannot be used", exc_info=True)
        reason = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        raise click.ClickException(f"The database cannot be used: {reason}\n{ADVICE}") from None


def _is_about_the_database(error: Exception) -> bool:
    from sqlalchemy import exc  # noqa: PLC0415 - `portal serve` goes on in a process of its own

    if isinstance(error, exc.ProgrammingError):  # else it is a mistake of the portal's
        return getattr(error.orig, "sqlstate", "") in MISSING
    return isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError)
