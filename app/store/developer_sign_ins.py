"""When the person behind a developer last signed in, noted where lists are sorted by it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.store.developer_rows import NEVER, DeveloperRow


def note_sign_in(
    session: Session, organization: str | None, email: str | None, at: datetime | None
) -> None:
    """Note the last sign-in with a developer's row; None where nobody is linked any more."""
    if email is None:
        return
    row = update(DeveloperRow).where(
        DeveloperRow.organization == organization, DeveloperRow.email == email
    )
    session.execute(
        row.values(last_sign_in_at=at or NEVER).execution_options(synchronize_session=False)
    )
