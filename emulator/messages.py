"""An HTTP request and its answer, as the server hands them on; nothing here knows Apigee."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol
from urllib.parse import parse_qsl

from emulator.model import Flavor

# How an answer is sent; all but the first are faults.
Delivery = Literal["whole", "drip", "truncated", "cut", "closed", "reset", "hang"]


class Link(Protocol):
    """The connection a request came on."""

    def gone(self) -> bool:
        """Whether nobody waits for the answer any more."""
        ...


class _Present:
    def gone(self) -> bool:
        return False


PRESENT: Link = _Present()


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names are lower case, `target` is raw as it came."""

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    remote: str = "127.0.0.1"

    @cached_property
    def path(self) -> str:
        """The raw path, still percent-encoded."""
        return self.target.partition("?")[0]

    @cached_property
    def query_string(self) -> str:
        return self.target.partition("?")[2]

    @cached_property
    def query(self) -> Mapping[str, str]:
        """Parameters decoded; of one sent twice the last counts."""
        return dict(parse_qsl(self.query_string, keep_blank_values=True))


@dataclass(frozen=True)
class Response:
    """One HTTP answer; the server adds Content-Length.

    Where `delivery` says so it drips; status 0 is no answer at all.
    """

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = "whole"
    drip_bytes: int = 1
    drip_milliseconds: int = 50


@dataclass(frozen=True)
class Exchange:
    """What an observer is told of every exchange; `injected` if a fault made the answer."""

    flavor: Flavor
    request: Request
    response: Response
    injected: bool = False
