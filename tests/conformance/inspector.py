"""The check of the emulators' answers as they happen."""

import threading
from collections.abc import Iterable, Mapping
from typing import Any, Final

from emulator.messages import Exchange
from emulator.model import Flavor
from tests.conformance.discovery import Discovery, load
from tests.conformance.edge_shapes import EdgeShapes, shape_at
from tests.conformance.relevant import relevant
from tests.conformance.sampling import Sample
from tests.uncounted import uncounted

# Bytes. A page of a thousand takes as long to check as hundreds of small answers do.
LARGE: Final = 200_000


class Inspector:
    """Checks exchanges as they happen and remembers what was wrong.

    Of one method's answers with one status it checks the first and then a sample, of large ones
    a smaller one, so that a long run stays fast; which methods were answered is noted of all.
    """

    def __init__(self, sample: Sample | None = None) -> None:
        self._lock = threading.Lock()
        self._discovery: Discovery | None = None
        self._edge = EdgeShapes()
        self._problems: list[str] = []
        self._sample = sample or Sample()
        self._large = Sample(first=4)
        self.answered: dict[Flavor, int] = {"x": 0, "edge": 0}
        self.checked: dict[Flavor, int] = {"x": 0, "edge": 0}

    @property
    def seen(self) -> frozenset[str]:
        """The methods of the discovery document that were answered."""
        return frozenset(self._discovery.seen) if self._discovery else frozenset()

    def missing(self) -> list[str]:
        """The methods a portal needs that were never answered."""
        with self._lock:
            names = {each.name for each in self._document().methods}
            return sorted(relevant(names) - self.seen)

    def __call__(self, exchange: Exchange) -> None:
        uncounted(lambda: self._look_at(exchange))

    def _look_at(self, exchange: Exchange) -> None:
        request = exchange.request
        if not request.path.startswith("/v1"):
            return
        with self._lock:
            if exchange.injected:
                self._note(exchange, self._sent(exchange))
                return
            self.answered[exchange.flavor] += 1
            kind = exchange.flavor, self._kind(exchange), request.method, exchange.response.status
            large = len(exchange.response.body) > LARGE
            if not (self._large if large else self._sample).takes(kind):
                return
            self.checked[exchange.flavor] += 1
            self._note(exchange, self._check(exchange))

    def take(self) -> list[str]:
        """What was wrong since this was last asked."""
        with self._lock:
            problems, self._problems = self._problems, []
        return problems

    def tell(self) -> dict[str, Any]:
        """What was seen, in plain values, for the inspector of another process to `learn`."""
        return {
            "problems": self.take(),
            "seen": sorted(self.seen),
            "answered": dict(self.answered),
            "checked": dict(self.checked),
        }

    def learn(self, told: Mapping[str, Any]) -> None:
        """Add what another inspector saw to what this one did."""
        with self._lock:
            self._problems.extend(told["problems"])
            if told["seen"]:
                self._document().seen.update(told["seen"])
            for flavor in self.answered:
                self.answered[flavor] += told["answered"][flavor]
                self.checked[flavor] += told["checked"][flavor]

    def _note(self, exchange: Exchange, problems: Iterable[str]) -> None:
        where = f"{exchange.flavor} {exchange.request.method} -> {exchange.response.status}"
        self._problems.extend(f"{where}: {problem}" for problem in problems)

    def _sent(self, exchange: Exchange) -> list[str]:
        """A fault made the answer, but the request is the portal's all the same."""
        return self._document().own_request(exchange) if exchange.flavor == "x" else []

    def _kind(self, exchange: Exchange) -> str:
        if exchange.flavor == "edge":
            return shape_at(exchange)
        return self._document().note(exchange)

    def _check(self, exchange: Exchange) -> list[str]:
        if exchange.flavor == "edge":
            return self._edge.check(exchange)
        return self._document().check(exchange)

    def _document(self) -> Discovery:
        if self._discovery is None:
            self._discovery = load()
        return self._discovery
