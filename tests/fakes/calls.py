"""Calls of a fake outside system: each is seen by an observer and may fail as planned."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.errors import PortalError


@dataclass(frozen=True)
class PlannedCall:
    """A context around one call: raises ``error`` at its beginning, or at its end (``after``).

    The observer gets the operation, a status (0 where no answer came) and seconds.
    """

    operation: str
    observe: Callable[[str, int, float], None] | None = None
    error: PortalError | None = None
    after: bool = False

    def __enter__(self) -> None:
        if self.error is not None and not self.after:
            self._seen(0)
            raise self.error

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if kind is None and self.error is not None:
            self._seen(0)
            raise self.error
        self._seen(200 if kind is None else 400)

    def _seen(self, status: int) -> None:
        if self.observe is not None:
            self.observe(self.operation, status, 0.001)
