"""Room for one more key of an app: forms sent at the same moment are counted one by one."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from app.domain.apps import DeveloperApp
from app.domain.clock import Clock
from app.domain.developers import Owner
from app.domain.errors import Busy
from app.services.apigee_port import ApigeeApps
from app.services.ports import ABANDONED_AFTER, Creations
from app.services.waiting import WAIT_SECONDS, looks

BUSY: Final = "Another key of this app is being made. Try again in a minute."


@dataclass(frozen=True, slots=True)
class KeyRoom:
    """Lets one request after the other make a key of an app, in every process of the portal.

    Apigee has no limit of its own: whoever counts before the others have made their keys makes
    one too many.
    """

    apps: ApigeeApps
    creations: Creations
    clock: Clock
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def held(
        self, owner: Owner, name: str, patience: float = WAIT_SECONDS
    ) -> Iterator[DeveloperApp]:
        """Yield the app as it is now, while nobody else makes a key of it.

        Raises ``NotFound``, and ``Busy`` when another key takes longer than ``patience`` (seconds).
        """
        claim = owner.developer_id, f"keys of {name.casefold()}"
        self._wait(claim, patience)
        try:
            yield self.apps.get(owner.email, name)
        finally:
            self.creations.failed(*claim)

    def _wait(self, claim: tuple[str, str], patience: float) -> None:
        for _ in looks(self.sleep, patience):
            now = self.clock.now()
            if self.creations.begin(*claim, now):
                return
            if self.creations.take_over(*claim, begun_before=now - ABANDONED_AFTER, at=now):
                return
        raise Busy(BUSY)
