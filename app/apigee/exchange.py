"""One HTTP exchange under a deadline: either an answer that was read whole, or why there is none.

Nothing is raised for what the network does, so that no exception carries an address or a body.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import requests
from requests.utils import default_headers
from urllib3.exceptions import HTTPError, ReadTimeoutError

from app.apigee.deadline import BoundedAdapter, Deadline, Monotonic, waiting
from app.domain.errors import UpstreamKind
from app.domain.outgoing import Outgoing

CHUNK: Final = 65_536
USER_AGENT: Final = "apigee-developer-portal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds for a whole call, for connecting and for each read; bytes of one answer."""

    total: float = 8.0
    connect: float = 1.0
    read: float = 3.0
    answer_bytes: int = 32 * 1024 * 1024

    @classmethod
    def within(cls, total: float) -> "Limits":
        """Share the seconds of a page as the defaults do."""
        return cls(total=total, connect=total / 8, read=total * 3 / 8)

    def deadline(self, monotonic: Monotonic = time.monotonic) -> Deadline:
        """Begin a call now."""
        return Deadline(self.total, monotonic)


@dataclass(frozen=True, slots=True)
class Message:
    """A request; it never shows its address, headers or body."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def is_json(self) -> bool:
        """Whether it says that it is JSON."""
        return self.headers.get("Content-Type", "").lower().startswith("application/json")


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there is no answer; ``sent`` says that the other side may have acted all the same.

    ``code`` names what whoever runs the portal can do something about, see ``hints``.
    """

    kind: UpstreamKind
    sent: bool
    again: bool = True
    code: str = ""


class _TooLarge(Exception):
    """The answer grew over its limit."""


class Session(BoundedAdapter):
    """Connections by one way out; it neither retries, nor keeps cookies, nor reads a netrc."""

    def __init__(self, outgoing: Outgoing, connections: int = 16) -> None:
        super().__init__(connections)
        self.outgoing = outgoing
        self.headers: Mapping[str, str | bytes] = {**default_headers(), "User-Agent": USER_AGENT}


def exchange(
    session: Session, message: Message, deadline: Deadline, limits: Limits
) -> Answer | NoAnswer:
    """Send a request and read its answer; redirects are answers like any other."""
    with waiting(deadline, limits.read) as bounds:
        try:
            with _begin(session, message, deadline, limits) as response:
                body = _body(response, limits.answer_bytes)
                return Answer(response.status_code, response.headers, body)
        except _TooLarge:
            return NoAnswer(UpstreamKind.BROKEN_ANSWER, sent=True, again=False)
        except (requests.RequestException, HTTPError, OSError) as error:
            kind = _kind(error, sent=bounds.sent)
            return NoAnswer(kind, sent=bounds.sent, code=_code(error))


def _begin(
    session: Session, message: Message, deadline: Deadline, limits: Limits
) -> requests.Response:
    """Send a request by the adapter alone: a session around it costs as much as it does."""
    connect = max(0.001, min(limits.connect, deadline.remaining()))
    return session.send(
        _prepared(session, message),
        stream=True,
        timeout=(connect, limits.read),
        verify=session.outgoing.authorities,
        proxies=session.outgoing.proxies_for(message.url),
    )


def _prepared(session: Session, message: Message) -> requests.PreparedRequest:
    """Return the request as it is sent; its path and query are quoted already."""
    scheme, _, address = message.url.partition("://")
    host, slash, below = address.partition("/")
    prepared = requests.PreparedRequest()
    prepared.method = message.method
    prepared.url = f"{_origin(f'{scheme}://{host}')}{slash}{below}"
    prepared.prepare_headers({**session.headers, **message.headers})
    prepared.prepare_body(message.body, None)
    return prepared


@lru_cache(maxsize=64)
def _origin(address: str) -> str:
    """Return scheme, host and port as they are sent; raise ``requests.RequestException``."""
    prepared = requests.PreparedRequest()
    prepared.prepare_url(address, None)
    return (prepared.url or "").rstrip("/")


def _body(response: requests.Response, most: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    for piece in response.iter_content(CHUNK):
        size += len(piece)
        if size > most:
            raise _TooLarge
        pieces.append(piece)
    return b"".join(pieces)


def _kind(error: Exception, *, sent: bool) -> UpstreamKind:
    if not sent:
        return UpstreamKind.UNREACHABLE
    cause = error.args[0] if error.args else None
    late = isinstance(error, requests.Timeout | TimeoutError) or isinstance(cause, ReadTimeoutError)
    return UpstreamKind.TIMEOUT if late else UpstreamKind.BROKEN_ANSWER


def _code(error: Exception) -> str:
    if isinstance(error, requests.exceptions.ProxyError):
        return "proxy"
    return "certificate" if isinstance(error, requests.exceptions.SSLError) else ""
