"""Room for one more key of an app: forms sent at the same moment are counted one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.developers import Owner
from app.services.apigee_port import ApigeeApps
from app.services.turns import Turns
from app.services.waiting import WAIT_SECONDS

BUSY: Final = "Another key of this app is being made. Try again in a minute."


@dataclass(frozen=True, slots=True)
class KeyRoom:
    """Lets one request after the other make a key of an app, in every process of the portal.

    Apigee has no limit of its own: whoever counts before the others have made their keys makes
    one too many.
    """

    apps: ApigeeApps
    turns: Turns

    @contextmanager
    def held(
        self, owner: Owner, name: str, patience: float = WAIT_SECONDS
    ) -> Iterator[DeveloperApp]:
        """Yield the app as it is now, while nobody else makes a key of it.

        Raises ``NotFound``, and ``Busy`` when another key takes longer than ``patience`` (seconds).
        """
        with self.turns.held(owner.developer_id, f"keys of {name.casefold()}", BUSY, patience):
            yield self.apps.get(owner.email, name)
