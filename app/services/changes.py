"""Counting the changes this portal makes, so that no process shows older facts."""

from dataclasses import dataclass

from app.domain.errors import OutcomeUnknown
from app.services.ports import Accounts


@dataclass(frozen=True, slots=True)
class Counted:
    """``trail.Beside``: counts a change of the developer, also one that may have been made.

    ``apps`` counts only where it surely was: 1 for an app that was made, -1 for one that is gone.
    """

    accounts: Accounts
    developer_email: str
    apps: int = 0

    def begun(self) -> None:
        """Count nothing yet."""

    def ended(self, error: BaseException | None) -> None:
        """Count the change unless it surely was not made."""
        if error is None:
            self.accounts.developer_changed(self.developer_email, self.apps)
        elif isinstance(error, OutcomeUnknown):
            self.accounts.developer_changed(self.developer_email)
