"""What the client makes of an outcome: its status, whether a breaker counts it, when to repeat."""

from random import SystemRandom
from typing import Final

from app.apigee.errors import retry_after
from app.apigee.exchange import Answer, NoAnswer
from app.domain.errors import UpstreamKind

BACKOFF_SECONDS: Final = 0.2
RETRIED_STATUSES: Final = frozenset({502, 503, 504})
TOO_MANY: Final = 429
SERVER_ERRORS: Final = 500
RANDOM: Final = SystemRandom()


def status_of(outcome: Answer | NoAnswer) -> int:
    """Return the status, 0 without an answer."""
    return outcome.status if isinstance(outcome, Answer) else 0


def failure_of(outcome: Answer | NoAnswer) -> UpstreamKind | None:
    """Return why a breaker should count the outcome, or None for an answer."""
    if isinstance(outcome, NoAnswer):
        return outcome.kind if outcome.again else None
    return UpstreamKind.FAILED if outcome.status >= SERVER_ERRORS else None


def unheard(retries: int) -> float:
    """Return seconds to wait for what Apigee has not heard of yet."""
    return BACKOFF_SECONDS * (1 << retries) + RANDOM.uniform(0, BACKOFF_SECONDS)


def backoff(outcome: Answer | NoAnswer, retries: int) -> float | None:
    """Return seconds with full jitter, after those that ``Retry-After`` names, or None."""
    jittered = RANDOM.uniform(0, BACKOFF_SECONDS * 2**retries)
    if isinstance(outcome, NoAnswer):
        return jittered if outcome.again else None
    named = retry_after(outcome)
    if outcome.status == TOO_MANY:
        return None if named is None else named + jittered
    if outcome.status in RETRIED_STATUSES:
        return jittered if named is None else named + jittered
    return None
