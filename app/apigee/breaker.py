"""Stops asking an Apigee that does not answer, and finds out by one call when it does again.

Our own few lines: the libraries count failures in a row only, know no share of a time window,
take no clock, and cannot tell a throttled answer from a failed one.
"""

import logging
import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Final

from app.apigee.deadline import Monotonic
from app.apigee.errors import upstream
from app.domain.errors import UpstreamKind

LOG: Final = logging.getLogger(__name__)
WINDOW_SECONDS: Final = 30.0
ENOUGH_CALLS: Final = 10
WORST_SHARE: Final = 0.5
MOST_SILENT: Final = 5
OPEN_SECONDS: Final = 5.0
PROBE_SECONDS: Final = 10.0
LONGEST_COOL_DOWN: Final = 60.0
SILENT: Final = frozenset({UpstreamKind.UNREACHABLE, UpstreamKind.TIMEOUT})


class State(StrEnum):
    """What a breaker does with the next call."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    COOLING = "cooling"


@dataclass(frozen=True, slots=True)
class Reading:
    """A breaker's figures: calls and failures of the last 30 seconds, seconds until it tries."""

    state: State
    calls: int
    failures: int
    retry_after: int


Told = Callable[[State, State], None]


def nobody(_former: State, _state: State) -> None:
    """Tell nobody of a change."""


class Breaker:
    """Opens at 50 % failures of at least 10 calls in 30 seconds, or 5 silent calls in a row.

    Open, it refuses for 5 seconds, then lets one request through, whose first call to end
    decides. An answer of 4xx is an answer; 429 with ``Retry-After`` refuses for that long (60
    seconds at most). A read with its repeats is one call. Safe to share by threads.
    """

    def __init__(
        self, name: str, monotonic: Monotonic = time.monotonic, told: Told = nobody
    ) -> None:
        self._name = name
        self._told = told
        self._monotonic = monotonic
        self._lock = Lock()
        self._prober: int | None = None
        self._calls: deque[tuple[float, bool]] = deque()
        self._silent = 0
        self._state = State.CLOSED
        self._until = 0.0
        self._kind = UpstreamKind.FAILED
        # Calls of an earlier state say nothing about this one.
        self._era = 0

    def admit(self, caller: int | None = None) -> int:
        """Return a ticket for one call, to be settled; raise ``Upstream`` at once when open."""
        with self._lock:
            now = self._monotonic()
            if self._state is State.HALF_OPEN and caller is not None and caller == self._prober:
                return self._era
            if self._state is not State.CLOSED:
                if now < self._until:
                    raise upstream(self._kind, retry_after=self._seconds_left(now))
                if self._state is State.COOLING:
                    self._change(State.CLOSED)
                else:
                    # A probe that never reports must not keep the breaker open for ever.
                    self._change(State.HALF_OPEN, now + PROBE_SECONDS)
                    self._prober = caller
            return self._era

    def settle(self, ticket: int, failure: UpstreamKind | None) -> None:
        """Say how a call ended: None for an answer, whatever it says, else why there is none."""
        with self._lock:
            if ticket != self._era:
                return
            now = self._monotonic()
            self._calls.append((now, failure is not None))
            self._silent = self._silent + 1 if failure in SILENT else 0
            if failure is not None:
                self._kind = failure
            if self._state is State.HALF_OPEN and failure is None:
                self._change(State.CLOSED)
            elif self._state is State.HALF_OPEN or self._is_too_bad(now):
                self._change(State.OPEN, now + OPEN_SECONDS)

    def cool_down(self, ticket: int, seconds: float) -> None:
        """Refuse for the seconds that a busy Apigee named."""
        with self._lock:
            if ticket == self._era and seconds > 0:
                self._kind = UpstreamKind.BUSY
                until = self._monotonic() + min(seconds, LONGEST_COOL_DOWN)
                self._change(State.COOLING, until)

    def reading(self) -> Reading:
        """Return the figures of this moment."""
        with self._lock:
            now = self._monotonic()
            self._forget(now)
            left = self._seconds_left(now) if now < self._until else 0
            failures = sum(failed for _, failed in self._calls)
            return Reading(self._state, len(self._calls), failures, left)

    def _seconds_left(self, now: float) -> int:
        """Return when to try again; a probe may end at any moment."""
        return 1 if self._state is State.HALF_OPEN else math.ceil(self._until - now)

    def _is_too_bad(self, now: float) -> bool:
        self._forget(now)
        failures = sum(failed for _, failed in self._calls)
        many = len(self._calls) >= ENOUGH_CALLS and failures >= WORST_SHARE * len(self._calls)
        return many or self._silent >= MOST_SILENT

    def _forget(self, now: float) -> None:
        while self._calls and self._calls[0][0] <= now - WINDOW_SECONDS:
            self._calls.popleft()

    def _change(self, state: State, until: float = 0.0) -> None:
        """Begin a state; a new probe of a half-open breaker is a change as well."""
        former = self._state
        self._state, self._until = state, until
        self._era += 1
        self._silent = 0
        if state is State.CLOSED:
            self._calls.clear()
        if state is not former:
            self._told(former, state)
            facts = {"lane": self._name, "state": state, "kind": self._kind}
            LOG.warning("Calls of %s to Apigee: %s", self._name, state, extra=facts)
