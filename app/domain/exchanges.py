"""What Try-it sends and what comes back, whole and with its secrets: for the wire alone."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.domain.styles import Pair

MOST_SENT: Final = 1_000_000  # bytes of a body
MOST_RECEIVED: Final = 2_000_000
SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Outbound:
    """A request to send; ``own`` are the addresses that its API may be called at."""

    method: str
    url: str = field(repr=False)
    headers: tuple[Pair, ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    own: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it came; ``is_cut`` where it was longer than what is read of one."""

    status: int
    headers: tuple[Pair, ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)
    is_cut: bool = False
    seconds: float = 0.0

    def header(self, name: str) -> str:
        """Return a header's value, empty without it."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), "")


class Failure(StrEnum):
    """Why there is no answer; a forbidden address is told like one that cannot be reached."""

    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class NoReply:
    """A request that got no answer, after so many seconds."""

    failure: Failure
    seconds: float = 0.0
