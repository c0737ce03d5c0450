"""Counts the Apigee calls of one request, so that every page can show what it cost."""

import math
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final


@dataclass(slots=True)
class Tally:
    """Calls so far and the seconds spent in them.

    ``begun`` is of the monotonic clock, and so is ``ends``: when calls have to have an end.
    """

    calls: list[float] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    ends: float = math.inf

    @property
    def count(self) -> int:
        """How many calls were made."""
        return len(self.calls)

    @property
    def milliseconds(self) -> float:
        """Time spent in calls; parallel calls count each."""
        return sum(self.calls) * 1000


class Meter:
    """One tally per request; threads started with a copy of the context add to the same one."""

    def __init__(self) -> None:
        self._current: Final[ContextVar[Tally | None]] = ContextVar("apigee_calls", default=None)

    def start(self) -> Tally:
        """Begin a new tally for the running request."""
        tally = Tally()
        self._current.set(tally)
        return tally

    def stop(self) -> None:
        """End the tally: what the thread does next is no part of the request."""
        self._current.set(None)

    def hurry(self, seconds: float) -> None:
        """Give the running request's calls so many seconds from now, all together."""
        tally = self._current.get()
        if tally is not None:
            tally.ends = time.monotonic() + seconds

    def record(self, seconds: float) -> None:
        """Add one call."""
        tally = self._current.get()
        if tally is not None:
            tally.calls.append(seconds)

    def current(self) -> Tally | None:
        """Return the running request's tally, the same on all of its threads."""
        return self._current.get()

    def total(self) -> Tally:
        """Return the running request's tally."""
        return self._current.get() or Tally()
