"""Stops asking an Apigee that does not answer, and finds out by one call when it does again.

Our own few lines: the libraries count failures in a row only, know no share of a time window,
take no clock, and cannot tell a throttled answer from a failed one.
"""

import logging
import math
import time
from collections import deque
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


class Breaker:
    """Opens at 50 % failures of at least 10 tries in 30 seconds, or 5 silent tries in a row.

    Open, it refuses for 5 seconds, then lets one try through, whose end decides. An answer of
    4xx is an answer; 429 with ``Retry-After`` refuses for that long (60 seconds at most).
    Every repeat of a read counts as a try. Safe to share by threads.
    """

    def __init__(self, name: str, monotonic: Monotonic = time.monotonic) -> None:
        self._name = name
        self._monotonic = monotonic
        self._lock = Lock()
        self._tries: deque[tuple[float, bool]] = deque()
        self._silent = 0
        self._state = State.CLOSED
        self._until = 0.0
        self._kind = UpstreamKind.FAILED
        # Tries of an earlier state say nothing about this one.
        self._era = 0

    def admit(self) -> int:
        """Return a ticket for one try, to be settled; raise ``Upstream`` at once when open."""
        with self._lock:
            now = self._monotonic()
            if self._state is not State.CLOSED:
                if now < self._until:
                    raise upstream(self._kind, retry_after=self._seconds_left(now))
                if self._state is State.COOLING:
                    self._change(State.CLOSED)
                else:
                    # A probe that never reports must not keep the breaker open for ever.
                    self._change(State.HALF_OPEN, now + PROBE_SECONDS)
            return self._era

    def settle(self, ticket: int, failure: UpstreamKind | None) -> None:
        """Say how a try ended: None for an answer, whatever it says, else why there is none."""
        with self._lock:
            if ticket != self._era:
                return
            now = self._monotonic()
            self._tries.append((now, failure is not None))
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
            failures = sum(failed for _, failed in self._tries)
            return Reading(self._state, len(self._tries), failures, left)

    def _seconds_left(self, now: float) -> int:
        """Return when to try again; a probe may end at any moment."""
        return 1 if self._state is State.HALF_OPEN else math.ceil(self._until - now)

    def _is_too_bad(self, now: float) -> bool:
        self._forget(now)
        failures = sum(failed for _, failed in self._tries)
        many = len(self._tries) >= ENOUGH_CALLS and failures >= WORST_SHARE * len(self._tries)
        return many or self._silent >= MOST_SILENT

    def _forget(self, now: float) -> None:
        while self._tries and self._tries[0][0] <= now - WINDOW_SECONDS:
            self._tries.popleft()

    def _change(self, state: State, until: float = 0.0) -> None:
        """Begin a state; a new probe of a half-open breaker is a change as well."""
        told = state is not self._state
        self._state, self._until = state, until
        self._era += 1
        self._silent = 0
        if state is State.CLOSED:
            self._tries.clear()
        if told:
            facts = {"lane": self._name, "state": state, "kind": self._kind}
            LOG.warning("Calls of %s to Apigee: %s", self._name, state, extra=facts)
