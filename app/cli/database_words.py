"""What a command says when the database cannot be used: a line for people, and no trace."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

LOG: Final = logging.getLogger(__name__)
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
        from app.web import database_away  # noqa: PLC0415 - `portal serve` itself needs no SQLAlchemy

        reason = database_away.reason(error)
        if not reason:
            raise
        LOG.debug("the database cannot be used", exc_info=True)
        raise click.ClickException(f"The database cannot be used: {reason}\n{ADVICE}") from None
