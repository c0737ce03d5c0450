"""Whether an error says that the database cannot be used, and how its driver puts it."""

from typing import Final

from sqlalchemy.exc import InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection

# What PostgreSQL calls a table or a column that is not there, and one that belongs to another user;
# to SQLite such things are operational.
UNUSABLE: Final = ("42P01", "42703", "42501")


def reason(error: Exception) -> str:
    """Return one line, or an empty text for an error that is about something else."""
    if isinstance(error, ProgrammingError) and getattr(error.orig, "sqlstate", "") not in UNUSABLE:
        return ""  # a mistake of the portal's
    if isinstance(error, OperationalError | InterfaceError | ProgrammingError | NoConnection):
        told = str(getattr(error, "orig", error)).strip()
        return told.partition("\n")[0] or type(error).__name__
    return ""
