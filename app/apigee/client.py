"""Calls to one organization's management API: deadline, retries of reads, errors, observation.

Writes are never sent twice, but for one case: an answer of 401 says that nothing was done, so the
call is made again with renewed credentials.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import SystemRandom
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from app.apigee.credentials import Credentials
from app.apigee.deadline import Deadline, Monotonic
from app.apigee.errors import lost, retry_after, success
from app.apigee.exchange import Answer, Limits, Message, NoAnswer, exchange, new_session
from app.apigee.paths import Path, segment
from app.domain.errors import UpstreamKind

T = TypeVar("T")
Observer = Callable[[str, int, float], None]

LOG: Final = logging.getLogger(__name__)
RETRIES: Final = 2
BACKOFF_SECONDS: Final = 0.2
WORTH_STARTING_SECONDS: Final = 0.3
RETRIED_STATUSES: Final = frozenset({500, 502, 503, 504})
UNAUTHENTICATED: Final = 401
TOO_MANY: Final = 429
NO_CONTENT: Final = 204
RANDOM: Final = SystemRandom()


def nobody(operation: str, status: int, seconds: float) -> None:
    """Observe nothing."""
    del operation, status, seconds


def no_request_id() -> str:
    """Name no request."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call; ``operation`` names it in figures, ``thing`` in messages (``an app``).

    A ``body`` of None is sent as an empty octet stream, as actions want it.
    """

    operation: str
    method: str
    path: Path
    thing: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the client takes from outside: who observes, which request it is, time and sleep.

    ``observe`` gets the operation, the status (0 without an answer) and the seconds of each
    exchange, from whatever thread makes it.
    """

    observe: Observer = nobody
    request_id: Callable[[], str] = no_request_id
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
    ) -> None:
        self._base = f"{endpoint.rstrip('/')}/organizations/{segment(organization)}/"
        self._credentials = credentials
        self._limits = limits or Limits()
        self._around = surroundings or Surroundings()
        self._session = new_session()

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

    def close(self) -> None:
        """Close the idle connections."""
        self._session.close()
        self._credentials.close()

    def _perform(self, call: Call, limits: Limits) -> Answer:
        deadline = limits.deadline(self._around.monotonic)
        return success(self._repeated(call, deadline, limits), call.method, call.thing)

    def _repeated(self, call: Call, deadline: Deadline, limits: Limits) -> Answer | NoAnswer:
        retries, renewed = 0, False
        while True:
            headers = self._credentials.headers(deadline)
            outcome = self._once(call, headers, deadline, limits)
            if _status(outcome) == UNAUTHENTICATED and not renewed:
                renewed = True
                if self._credentials.renew(headers):
                    continue
            pause = _pause(call, outcome, retries)
            if pause is None or deadline.remaining() - pause < WORTH_STARTING_SECONDS:
                return outcome
            self._around.sleep(pause)
            retries += 1

    def _once(
        self, call: Call, headers: Mapping[str, str], deadline: Deadline, limits: Limits
    ) -> Answer | NoAnswer:
        request_id = self._around.request_id()
        begun = self._around.monotonic()
        message = self._message(call, headers, request_id)
        outcome = exchange(self._session, message, deadline, limits)
        seconds = self._around.monotonic() - begun
        self._around.observe(call.operation, _status(outcome), seconds)
        LOG.info(
            "%s %s: %s",
            call.method,
            call.path.template,
            outcome.status if isinstance(outcome, Answer) else outcome.kind,
            extra={
                "operation": call.operation,
                "status": _status(outcome),
                "milliseconds": round(seconds * 1000),
                "request_id": request_id,
            },
        )
        return outcome

    def _message(self, call: Call, headers: Mapping[str, str], request_id: str) -> Message:
        # urlencode's own + for a space would be a plus sign to a strict reader.
        query = f"?{urlencode(call.query, quote_via=quote)}" if call.query else ""
        sent = {"Accept": "application/json", **headers}
        if request_id:
            sent["X-Request-Id"] = request_id
        if call.body is not None:
            sent["Content-Type"] = "application/json"
        elif call.method == "POST":
            sent["Content-Type"] = "application/octet-stream"
        body = b"" if call.body is None else json.dumps(call.body).encode()
        return Message(call.method, f"{self._base}{call.path.filled}{query}", sent, body)


def _status(outcome: Answer | NoAnswer) -> int:
    return outcome.status if isinstance(outcome, Answer) else 0


def _pause(call: Call, outcome: Answer | NoAnswer, retries: int) -> float | None:
    """Return the seconds to wait before the same read again, or None to leave it at that."""
    if call.method != "GET" or retries >= RETRIES:
        return None
    jittered = RANDOM.uniform(0, BACKOFF_SECONDS * 2**retries)
    if isinstance(outcome, NoAnswer):
        return jittered if outcome.again else None
    named = retry_after(outcome)
    if outcome.status == TOO_MANY:
        return None if named is None else named + jittered
    if outcome.status in RETRIED_STATUSES:
        return jittered if named is None else named + jittered
    return None
