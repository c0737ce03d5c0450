"""What the gateway answered, counted: one row per minute and set of dimensions.

Nothing else feeds the analytics. Times are milliseconds since 1970, latencies milliseconds.
"""

import operator
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

MINUTE = 60_000
# Rows held at once; when there are more the oldest are forgotten.
KEPT = 50_000
METRICS = (
    "message_count",
    "is_error",
    "policy_error",
    "target_error",
    "total_response_time",
    "target_response_time",
    "request_processing_latency",
    "response_processing_latency",
)


class Facts(NamedTuple):
    """What calls of one row have in common; the names are those of Apigee's dimensions."""

    minute: int
    environment: str
    apiproxy: str
    api_product: str
    developer_app: str
    developer: str
    developer_email: str
    response_status_code: str
    request_verb: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many calls, and for each of METRICS the sum, the least and the greatest."""

    count: int
    sums: tuple[float, ...]
    lows: tuple[float, ...]
    highs: tuple[float, ...]

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            self.count + other.count,
            tuple(map(operator.add, self.sums, other.sums)),
            tuple(map(min, self.lows, other.lows)),
            tuple(map(max, self.highs, other.highs)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayCall:
    """One call as the gateway answered it; empty texts are what it could not find out."""

    time: int
    environment: str
    status: int
    apiproxy: str = ""
    api_product: str = ""
    developer_app: str = ""
    developer: str = ""
    developer_email: str = ""
    verb: str = "GET"
    policy_error: bool = False
    total_response_time: float = 0.0
    target_response_time: float = 0.0
    request_processing_latency: float = 0.0
    response_processing_latency: float = 0.0

    @property
    def facts(self) -> Facts:
        """The row this call is counted in."""
        return Facts(
            self.time - self.time % MINUTE,
            self.environment,
            self.apiproxy,
            self.api_product,
            self.developer_app,
            self.developer,
            self.developer_email,
            str(self.status),
            self.verb,
        )

    def tally(self, times: int = 1) -> Tally:
        """What this call adds to its row, when it happened so many times."""
        failed, broken = self.status >= 400, self.status >= 500  # noqa: PLR2004 - HTTP classes
        values = (
            1.0,
            float(failed),
            float(self.policy_error),
            float(broken and not self.policy_error),
            self.total_response_time,
            self.target_response_time,
            self.request_processing_latency,
            self.response_processing_latency,
        )
        return Tally(times, tuple(each * times for each in values), values, values)


Row = tuple[Facts, Tally]
Sink = Callable[[Facts, Tally], None]


class Traffic:
    """All rows, in memory; `sink` is told of every addition while the lock is held."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._rows: dict[Facts, Tally] = {}
        self.lock = threading.RLock()
        self.sink: Sink | None = None

    def record(self, call: GatewayCall, times: int = 1) -> None:
        """Count a call."""
        facts, tally = call.facts, call.tally(times)
        with self.lock:
            self.merge(facts, tally)
            if self.sink:
                self.sink(facts, tally)

    def merge(self, facts: Facts, tally: Tally) -> None:
        """Add to a row without telling the sink."""
        with self.lock:
            old = self._rows.get(facts)
            self._rows[facts] = old.plus(tally) if old else tally
            if len(self._rows) > self._kept:
                self._forget_oldest()

    def rows(self) -> list[Row]:
        """Everything counted so far, in no order."""
        with self.lock:
            return list(self._rows.items())

    def clear(self) -> None:
        """Forget everything."""
        with self.lock:
            self._rows.clear()

    def _forget_oldest(self) -> None:
        # A tenth at once, so that a full memory does not sort at every call.
        for facts in sorted(self._rows)[: max(1, self._kept // 10)]:
            del self._rows[facts]
