"""Calls to one organization's management API: deadline, retries of reads, errors, observation.

Writes are never sent twice, but for one case: an answer of 401 says that nothing was done, so the
call is made again with renewed credentials. This is the only layer that repeats anything.
"""

import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import get_ident
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from app.apigee.breaker import Breaker
from app.apigee.credentials import Credentials
from app.apigee.deadline import Deadline, Monotonic
from app.apigee.errors import lost, retry_after, success, upstream
from app.apigee.exchange import Answer, Limits, Message, NoAnswer, Session, exchange
from app.apigee.hints import report, with_path
from app.apigee.lanes import UNWATCHED, Kind, LaneFigures, Places, Watch, lanes
from app.apigee.outcome import (
    SERVER_ERRORS,
    TOO_MANY,
    backoff,
    failure_of,
    status_of,
    unheard,
)
from app.apigee.paths import Path, segment
from app.apigee.recent import Recent, Replaced
from app.apigee.turns import Turns
from app.domain.errors import Upstream, UpstreamKind
from app.domain.outgoing import Outgoing

T = TypeVar("T")
Observer = Callable[[str, int, float], None]

LOG: Final = logging.getLogger(__name__)
RETRIES: Final = 2
WORTH_STARTING_SECONDS: Final = 0.3
UNAUTHENTICATED: Final = 401
NOT_FOUND: Final = 404
# The rest of a request's time is for looking whether a write whose answer was lost was made.
WRITE_SHARE: Final = 0.6


def nobody(operation: str, status: int, seconds: float) -> None:
    """Observe nothing."""
    del operation, status, seconds


def no_request_id() -> str:
    """Name no request."""
    return ""


def no_end() -> float:
    """Leave a call all the seconds of its limits."""
    return math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call; ``operation`` names it in figures, ``thing`` in messages (``an app``).

    A ``body`` of None is sent as an empty octet stream, as actions want it. ``kind`` is reads or
    writes by the method unless it is named. ``makes`` is the path of the object that the call
    creates: for 10 seconds a 404 about it is not believed at once.
    """

    operation: str
    method: str
    path: Path
    thing: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = field(default=None, repr=False)
    kind: Kind | None = None
    makes: Path | None = None

    @property
    def lane(self) -> Kind:
        """The kind of call that it is."""
        return self.kind or (Kind.READS if self.method == "GET" else Kind.WRITES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the client takes from outside: the way out, who observes, which request, time, sleep.

    ``observe`` gets the operation, the status (0 without an answer) and the seconds of each
    exchange, from whatever thread makes it. ``caller`` is the same for all calls of one request,
    and ``seconds_left`` is how long that request may still wait.
    """

    outgoing: Outgoing = field(default_factory=Outgoing)
    observe: Observer = nobody
    watch: Watch = UNWATCHED
    request_id: Callable[[], str] = no_request_id
    caller: Callable[[], int] = get_ident
    seconds_left: Callable[[], float] = no_end
    monotonic: Monotonic = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class ApigeeClient:
    """Speaks to ``endpoint`` (with its ``/v1``) about one organization; safe to share by threads.

    Every method raises ``Upstream`` when Apigee gives no usable answer, and ``OutcomeUnknown``
    where that leaves open whether a change was made.
    """

    def __init__(
        self,
        endpoint: str,
        organization: str,
        credentials: Credentials,
        limits: Limits | None = None,
        surroundings: Surroundings | None = None,
        places: Places | None = None,
    ) -> None:
        self._base = f"{endpoint.rstrip('/')}/organizations/{segment(organization)}"
        self._credentials = credentials
        self._limits = limits or Limits()
        self._around = surroundings or Surroundings()
        places = places or Places()
        self._session = Session(self._around.outgoing, places.total)
        self._lanes = lanes(places, self._around.monotonic, self._around.watch)
        self._recent = Recent(self._around.monotonic)
        self.replaced = Replaced(self._around.monotonic)
        self._turns = Turns()

    def ask(self, call: Call, read: Callable[[Any], T], limits: Limits | None = None) -> T:
        """Make a call and return its JSON answer as ``read`` understands it.

        ``read`` raises ``Malformed`` for what it cannot understand. Raises ``NotFound``,
        ``AlreadyExists`` and ``InvalidInput`` as well.
        """
        answer = self._perform(call, limits or self._limits)
        if answer.is_json:
            try:
                return read(json.loads(answer.body))
            except (ValueError, RecursionError):
                pass  # Raised below, so that the answer is not part of the error's context.
        raise lost(UpstreamKind.BROKEN_ANSWER, call.method)

    def tell(self, call: Call) -> None:
        """Make a call whose answer does not matter, if only it is Apigee's; raises as ``ask``."""
        answer = self._perform(call, self._limits)
        if answer.body and not answer.is_json:
            raise lost(UpstreamKind.BROKEN_ANSWER, call.method)

    def answer(self, call: Call) -> Answer:
        """Make a call and return Apigee's answer as it is, also a refusal.

        Raises ``Upstream`` where there is none, or Apigee is busy.
        """
        outcome = self._outcome(call, self._limits)
        if isinstance(outcome, NoAnswer) or outcome.status == TOO_MANY:
            return self._success(call, outcome)
        return outcome

    @contextmanager
    def turn(self, path: Path) -> Iterator[None]:
        """Have an object to oneself in this process; waiting takes a place among the reads."""
        seconds = min(self._limits.total, self._around.seconds_left())
        with self.place(), self._turns.of(path, seconds):
            yield

    def rest(self, retries: int) -> None:
        """Wait before what Apigee has not heard of yet is read again."""
        self._around.sleep(unheard(retries))

    def close(self) -> None:
        """Close the idle connections."""
        self._session.close()
        self._credentials.close()

    @contextmanager
    def place(self, kind: Kind = Kind.READS) -> Iterator[None]:
        """Hold the request's place in a lane while it waits for a call; raise ``Upstream``."""
        with self._lanes[kind].place(self._around.caller()):
            yield

    def lanes(self) -> tuple[LaneFigures, ...]:
        """Return how the kinds of call fare at this moment."""
        return tuple(lane.figures() for lane in self._lanes.values())

    def _outcome(self, call: Call, limits: Limits) -> Answer | NoAnswer:
        seconds = min(limits.total, self._around.seconds_left())
        if call.method != "GET":
            seconds *= WRITE_SHARE
        if seconds < WORTH_STARTING_SECONDS:
            raise upstream(UpstreamKind.TIMEOUT)
        deadline = replace(limits, total=seconds).deadline(self._around.monotonic)
        lane = self._lanes[call.lane]
        with lane.place(self._around.caller()), lane.slot(deadline):
            outcome = self._guarded(call, lane.breaker, deadline, limits)
        self._remember(call, outcome)
        return outcome

    def _perform(self, call: Call, limits: Limits) -> Answer:
        return self._success(call, self._outcome(call, limits))

    def _success(self, call: Call, outcome: Answer | NoAnswer) -> Answer:
        try:
            return success(outcome, call.method, call.thing, self._credentials.refused_code)
        except Upstream as error:
            report(with_path(error, call.method, call.path.template))
            raise

    def _remember(self, call: Call, outcome: Answer | NoAnswer) -> None:
        """Note what the call made, also where its answer was lost."""
        if call.method == "DELETE":
            self._recent.gone(call.path)
            self.replaced.forget(call.path)
        elif call.makes is not None and not 400 <= status_of(outcome) < SERVER_ERRORS:  # noqa: PLR2004 - HTTP's own classes
            self._recent.made(call.makes)

    def _guarded(
        self, call: Call, breaker: Breaker, deadline: Deadline, limits: Limits
    ) -> Answer | NoAnswer:
        """Make a call if the breaker lets us; getting a token for it is part of the call."""
        ticket = breaker.admit(self._around.caller())
        try:
            outcome = self._repeated(call, deadline, limits)
        except Upstream as error:
            of_apigee = error.kind is not UpstreamKind.CREDENTIALS
            breaker.settle(ticket, error.kind if of_apigee else None)
            raise
        if isinstance(outcome, Answer) and outcome.status == TOO_MANY:
            breaker.cool_down(ticket, retry_after(outcome) or 0)
        breaker.settle(ticket, failure_of(outcome))
        return outcome

    def _repeated(self, call: Call, deadline: Deadline, limits: Limits) -> Answer | NoAnswer:
        retries, renewed = 0, False
        while True:
            headers = self._credentials.headers(deadline)
            outcome = self._once(call, headers, deadline, limits)
            if status_of(outcome) == UNAUTHENTICATED and not renewed:
                renewed = True
                if self._credentials.renew(headers):
                    continue
            pause = self._pause(call, outcome, retries)
            if pause is None or deadline.remaining() - pause < WORTH_STARTING_SECONDS:
                return outcome
            self._around.sleep(pause)
            retries += 1

    def _pause(self, call: Call, outcome: Answer | NoAnswer, retries: int) -> float | None:
        """Return the seconds to wait before the same read again, or None to leave it at that."""
        if call.method != "GET" or retries >= RETRIES:
            return None
        if status_of(outcome) == NOT_FOUND and self._recent.covers(call.path):
            return unheard(retries)
        return backoff(outcome, retries)

    def _once(
        self, call: Call, headers: Mapping[str, str], deadline: Deadline, limits: Limits
    ) -> Answer | NoAnswer:
        request_id = self._around.request_id()
        begun = self._around.monotonic()
        message = self._message(call, headers, request_id)
        outcome = exchange(self._session, message, deadline, limits)
        seconds = self._around.monotonic() - begun
        self._around.observe(call.operation, status_of(outcome), seconds)
        LOG.info(
            "%s %s: %s",
            call.method,
            call.path.template,
            outcome.status if isinstance(outcome, Answer) else outcome.kind,
            extra={
                "operation": call.operation,
                "status": status_of(outcome),
                "milliseconds": round(seconds * 1000),
                "request_id": request_id,
            },
        )
        return outcome

    def _message(self, call: Call, headers: Mapping[str, str], request_id: str) -> Message:
        # A + for a space is a plus sign to a strict reader; a lone surrogate cannot be sent at all.
        query = urlencode(call.query, quote_via=quote, errors="replace")
        sent = {"Accept": "application/json", **headers}
        if request_id:
            sent["X-Request-Id"] = request_id
        if call.body is not None:
            sent["Content-Type"] = "application/json"
        elif call.method == "POST":
            sent["Content-Type"] = "application/octet-stream"
        body = b"" if call.body is None else json.dumps(call.body).encode()
        # The organization's own address has no slash after its name, nor has its ``:verb``.
        below = call.path.filled
        slash = "/" if below and not below.startswith(":") else ""
        address = f"{self._base}{slash}{below}"
        return Message(call.method, f"{address}?{query}" if query else address, sent, body)
