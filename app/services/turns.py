"""One after the other: forms sent at the same moment change a thing in turn, in every process."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.domain.clock import Clock
from app.domain.errors import Busy
from app.services.ports import ABANDONED_AFTER, Creations
from app.services.waiting import WAIT_SECONDS, looks


@dataclass(frozen=True, slots=True)
class Turns:
    """Claims in the database; whoever has one reads and writes before the next one reads."""

    creations: Creations
    clock: Clock
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def held(
        self, owner: str, what: str, busy: str, patience: float = WAIT_SECONDS
    ) -> Iterator[None]:
        """Let nobody else have the same turn; one of a process that died ends after a minute.

        Raises ``Busy``, which says ``busy``, where others have it longer than ``patience``
        (seconds).
        """
        self._wait((owner, what), busy, patience)
        try:
            yield
        finally:
            self.creations.failed(owner, what)

    def _wait(self, claim: tuple[str, str], busy: str, patience: float) -> None:
        for _ in looks(self.sleep, patience):
            now = self.clock.now()
            if self.creations.begin(*claim, now):
                return
            if self.creations.take_over(*claim, begun_before=now - ABANDONED_AFTER, at=now):
                return
        raise Busy(busy)
