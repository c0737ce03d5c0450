"""Lanes for the kinds of call, so that a hanging Apigee never holds every thread of the server.

A request takes one place in a lane for as long as any of its calls runs or waits, however many
of them run side by side: places bound the threads. Slots bound the calls in flight. For a place
one waits half a second at most, and only while those inside come and go: behind somebody who is
stuck everybody is sent away at once. Nobody holds a slot while waiting for something else.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from threading import BoundedSemaphore, Condition
from typing import Final, NoReturn, Protocol

from app.apigee.breaker import Breaker, Reading, State
from app.apigee.deadline import Deadline, Monotonic
from app.apigee.errors import upstream
from app.domain.errors import UpstreamKind

# Who waits for a slot has a place already, so waiting costs no other thread.
SLOT_SECONDS: Final = 3.0
PLACE_SECONDS: Final = 0.5
AGAIN_SECONDS: Final = 1


class Kind(StrEnum):
    """Kinds of call that must not starve each other."""

    READS = "reads"
    WRITES = "writes"
    ANALYTICS = "analytics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """How many requests may be inside each lane at once; as many calls are in flight there."""

    reads: int = 8
    writes: int = 3
    analytics: int = 1

    @classmethod
    def beside(cls, server_threads: int) -> "Places":
        """Share three quarters of a server's threads (at least 4): the rest stay free."""
        writes, analytics = max(1, server_threads * 3 // 16), max(1, server_threads // 16)
        reads = max(1, server_threads * 3 // 4 - writes - analytics)
        return cls(reads=reads, writes=writes, analytics=analytics)

    @property
    def total(self) -> int:
        """The most threads of the server that Apigee can hold."""
        return self.reads + self.writes + self.analytics


@dataclass(frozen=True, slots=True)
class LaneFigures:
    """A lane at this moment, for whoever watches; ``refused`` counts since the start."""

    kind: Kind
    breaker: Reading
    inside: int
    places: int
    refused: int


class Watch(Protocol):
    """Is told what happens in lanes, under their locks."""

    def inside(self, kind: Kind, change: int) -> None:
        """Note that a request took a place (1) or gave it back (-1)."""
        ...

    def refused(self, kind: Kind) -> None:
        """Note that a request found no place."""
        ...

    def breaker(self, kind: Kind, former: State, state: State) -> None:
        """Note that a lane's breaker is in another state."""
        ...


class Unwatched:
    """A ``Watch`` of nobody's."""

    def inside(self, kind: Kind, change: int) -> None: ...
    def refused(self, kind: Kind) -> None: ...
    def breaker(self, kind: Kind, former: State, state: State) -> None: ...


UNWATCHED: Final = Unwatched()


class Lane:
    """One kind's places, slots and breaker; safe to share by threads."""

    def __init__(
        self,
        kind: Kind,
        places: int,
        monotonic: Monotonic = time.monotonic,
        watch: Watch = UNWATCHED,
    ) -> None:
        self.breaker: Final = Breaker(kind, monotonic, partial(watch.breaker, kind))
        self._kind = kind
        self._watch = watch
        self._places = places
        self._slots = BoundedSemaphore(places)
        self._monotonic = monotonic
        self._inside: Counter[int] = Counter()
        self._entered: dict[int, float] = {}
        self._refused = 0
        self._lock = Condition()

    @contextmanager
    def place(self, caller: int) -> Iterator[None]:
        """Hold the caller's place, shared by its calls; raise ``Upstream`` where none is free."""
        with self._lock:
            if caller not in self._inside:
                self._wait_for_place()
                self._entered[caller] = self._monotonic()
                self._watch.inside(self._kind, 1)
            self._inside[caller] += 1
        try:
            yield
        finally:
            with self._lock:
                self._inside[caller] -= 1
                if not self._inside[caller]:
                    del self._inside[caller], self._entered[caller]
                    self._watch.inside(self._kind, -1)
                    self._lock.notify()

    def _wait_for_place(self) -> None:
        begun = self._monotonic()
        while len(self._inside) >= self._places:
            since = min(begun, *self._entered.values())
            left = since + PLACE_SECONDS - self._monotonic()
            if left <= 0:
                self._refuse()
            self._lock.wait(left)

    def _refuse(self) -> NoReturn:
        self._refused += 1
        self._watch.refused(self._kind)
        raise upstream(UpstreamKind.BUSY, retry_after=AGAIN_SECONDS)

    @contextmanager
    def slot(self, deadline: Deadline) -> Iterator[None]:
        """Hold a slot for one call; raise ``Upstream`` when none comes free within 3 seconds."""
        if not self._slots.acquire(timeout=max(0.0, min(SLOT_SECONDS, deadline.remaining()))):
            with self._lock:
                self._refuse()
        try:
            yield
        finally:
            self._slots.release()

    def figures(self) -> LaneFigures:
        """Return the figures of this moment."""
        reading = self.breaker.reading()
        with self._lock:
            return LaneFigures(self._kind, reading, len(self._inside), self._places, self._refused)


def lanes(
    places: Places, monotonic: Monotonic = time.monotonic, watch: Watch = UNWATCHED
) -> Mapping[Kind, Lane]:
    """Return a lane for each kind of call."""
    sizes: Mapping[Kind, int] = {
        Kind.READS: places.reads,
        Kind.WRITES: places.writes,
        Kind.ANALYTICS: places.analytics,
    }
    return {kind: Lane(kind, size, monotonic, watch) for kind, size in sizes.items()}
