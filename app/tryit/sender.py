"""Sends one call of Try-it: to an allowed origin, at a checked address, once, within limits."""

import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import SSLError as WrappedSslError
from urllib3.exceptions import TimeoutError as TooLate
from urllib3.response import BaseHTTPResponse

from app.domain.destinations import Destinations, Origin
from app.domain.exchanges import (
    MOST_RECEIVED,
    MOST_SENT,
    SECONDS,
    Failure,
    NoReply,
    Outbound,
    Received,
)
from app.domain.styles import Pair
from app.tryit.addresses import Forbidden, Lookup, checked_addresses
from app.tryit.connections import Deadline, connected, connection

CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Sender:
    """Implements the port ``CallSender``; it follows no redirect and keeps no cookie.

    Proxies of the environment are not used: the check of the address would be theirs.
    """

    destinations: Destinations
    ca_file: str = ""
    seconds: float = SECONDS
    lookup: Lookup | None = None

    def send(self, request: Outbound, most: int = MOST_RECEIVED) -> Received | NoReply:
        """Send the request and read at most so many bytes of the answer."""
        begun = time.monotonic()
        deadline = Deadline(begun + self.seconds)
        try:
            found = self._exchange(request, most, deadline)
        except (HTTPError, HTTPException, OSError, Forbidden, ValueError) as error:
            return NoReply(_failure(error, deadline), time.monotonic() - begun)
        if deadline.is_over:
            return NoReply(Failure.TIMEOUT, time.monotonic() - begun)
        status, headers, body = found
        is_cut, spent = len(body) > most, time.monotonic() - begun
        return Received(status, headers, body[:most], is_cut, spent)

    def _exchange(
        self, request: Outbound, most: int, deadline: Deadline
    ) -> tuple[int, tuple[Pair, ...], bytes]:
        if len(request.body) > MOST_SENT or not self.destinations.admits(request.url, request.own):
            raise Forbidden
        origin = Origin.of(request.url)
        options = {"lookup": self.lookup} if self.lookup else {}
        *others, last = checked_addresses(origin, self.destinations, **options)
        for address in others:
            with suppress(NewConnectionError):  # nothing was sent: the next one may answer
                return self._asked(
                    request, connection(origin, address, self.ca_file), most, deadline
                )
        return self._asked(request, connection(origin, last, self.ca_file), most, deadline)

    def _asked(
        self, request: Outbound, made: HTTPConnection, most: int, deadline: Deadline
    ) -> tuple[int, tuple[Pair, ...], bytes]:
        with connected(made, deadline):
            made.request(
                request.method,
                _target(request.url),
                body=request.body or None,
                headers={"Host": _host(request.url), **dict(request.headers)},
                preload_content=False,
                decode_content=False,
            )
            answer = made.getresponse()
            return answer.status, tuple(answer.headers.items()), _body(answer, most)


def _body(answer: BaseHTTPResponse, most: int) -> bytes:
    body = bytearray()
    while len(body) <= most and (piece := answer.read(CHUNK, decode_content=False)):
        body += piece
    return bytes(body)


def _target(url: str) -> str:
    """Return what follows the host as it stands: no library is to make it pretty."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _failure(error: Exception, deadline: Deadline) -> Failure:
    if isinstance(error, Forbidden):
        return Failure.FORBIDDEN
    is_late = deadline.is_over or time.monotonic() >= deadline.until
    is_new = isinstance(error, NewConnectionError)  # one of the timeouts to urllib3
    if is_late or (isinstance(error, TimeoutError | TooLate) and not is_new):
        return Failure.TIMEOUT
    if isinstance(error, ssl.SSLError | WrappedSslError):
        return Failure.CERTIFICATE
    return Failure.BROKEN if isinstance(error, HTTPException) else Failure.UNREACHABLE
