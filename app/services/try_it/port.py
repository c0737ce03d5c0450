"""What Try-it needs from outside, and what the operator chose about it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

from app.domain.destinations import Destinations
from app.domain.exchanges import MOST_RECEIVED, Failure, NoReply, Outbound, Received

PRODUCTION: Final = frozenset({"prod", "production", "live"})


class CallSender(Protocol):
    """Sends one call, and nothing but what it is given."""

    def send(self, request: Outbound, most: int = MOST_RECEIVED) -> Received | NoReply:
        """Send it to an allowed address and return what came of it within 10 seconds."""
        ...


@dataclass(frozen=True, slots=True)
class TryItPolicy:
    """What may be called, and how many calls are on their way at once.

    Writing where an API serves one of the ``production`` environments is asked for once more.
    """

    is_on: bool = True
    destinations: Destinations = field(default_factory=Destinations)
    production: frozenset[str] = PRODUCTION
    most_at_once: int = 4
    most_each: int = 2


class Nowhere:
    """The sender of a portal that has none: every address is one that may not be called."""

    def send(self, request: Outbound, most: int = MOST_RECEIVED) -> Received | NoReply:  # noqa: ARG002 - the port's signature
        return NoReply(Failure.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class TryItPorts:
    """How calls leave; ``request_id`` names the request in hand, for the API's own log."""

    sender: CallSender = field(default_factory=Nowhere)
    request_id: Callable[[], str] = str
