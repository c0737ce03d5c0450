"""How many apps a developer has, kept between two synchronizations by what the portal does."""

from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.store.base import table_of
from app.store.developer_rows import DeveloperRow

# Apigee names no more: who has as many may have more.
NAMED: Final = 100
_DEVELOPERS: Final = table_of(DeveloperRow)


def note_apps(session: Session, organization: str, email: str, made: int) -> None:
    """Count one app that was made (1) or is gone (-1).

    What is not known stays so, and so does what is counted to the end; it never falls below none.
    """
    count = _DEVELOPERS.c.apps_count
    changed = update(_DEVELOPERS).where(
        _DEVELOPERS.c.organization == organization,
        _DEVELOPERS.c.email == email,
        count < NAMED,
        count >= -made,
    )
    session.execute(changed.values(apps_count=count + made))
