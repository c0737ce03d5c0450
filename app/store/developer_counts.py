"""How many apps a developer has, kept between two synchronizations by what the portal does."""

from typing import Final

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from app.store.base import table_of
from app.store.developer_rows import DeveloperRow

# Apigee names no more: who has as many may have more.
NAMED: Final = 100
_DEVELOPERS: Final = table_of(DeveloperRow)


_COUNT: Final = _DEVELOPERS.c.apps_count
_NOTE: Final = (
    update(_DEVELOPERS)
    .where(
        _DEVELOPERS.c.organization == bindparam("in_organization"),
        _DEVELOPERS.c.email == bindparam("of_email"),
        _COUNT < NAMED,
        bindparam("least") <= _COUNT,
    )
    .values(apps_count=_COUNT + bindparam("made"))
)


def note_apps(session: Session, organization: str, email: str, made: int) -> None:
    """Count one app that was made (1) or is gone (-1).

    What is not known stays so, and so does what is counted to the end; it never falls below none.
    """
    which = {"in_organization": organization, "of_email": email}
    session.execute(_NOTE, {**which, "least": -made, "made": made})
