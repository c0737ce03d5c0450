"""Counting the changes this portal makes, so that no process shows older facts."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.domain.errors import OutcomeUnknown
from app.services.ports import Accounts


@contextmanager
def counted(accounts: Accounts, developer_email: str, apps: int = 0) -> Iterator[None]:
    """Count a change of the developer, also one that may have been made.

    ``apps`` counts only where it surely was: 1 for an app that was made, -1 for one that is gone.
    """
    try:
        yield
    except OutcomeUnknown:
        accounts.developer_changed(developer_email)
        raise
    accounts.developer_changed(developer_email, apps)
