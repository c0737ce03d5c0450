"""Looking again and again whether what another request is doing has ended."""

from collections.abc import Callable, Iterator
from typing import Final

WAIT_SECONDS: Final = 5.0
WAIT_STEP_SECONDS: Final = 0.5


def looks(
    sleep: Callable[[float], None],
    patience: float = WAIT_SECONDS,
    step: float = WAIT_STEP_SECONDS,
) -> Iterator[None]:
    """Yield for a look at once, and for one after each step until the patience ends (seconds)."""
    waited = 0.0
    yield
    while waited < patience:
        sleep(step)
        waited += step
        yield
