"""One connection to an address that was checked, under the name that it is known by."""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from socket import SHUT_RDWR, socket
from typing import Final

from urllib3.connection import HTTPConnection, HTTPSConnection

from app.domain.destinations import Origin

LEAST_SECONDS: Final = 0.05


@dataclass(slots=True)
class Deadline:
    """When a whole exchange must have ended; ``is_over`` once it was ended for that."""

    until: float
    is_over: bool = False

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return max(LEAST_SECONDS, self.until - time.monotonic())


class _WholeAnswer(HTTPResponse):
    """An answer whose headers can all be read; urllib3 would log the address of any other."""

    def begin(self) -> None:
        super().begin()
        if self.msg.defects or self.msg.get_payload():
            raise HTTPException("broken headers")


def connection(origin: Origin, address: str, ca_file: str) -> HTTPConnection:
    """Return a connection to the address; certificates are checked for the origin's host."""
    made = _connection(origin, address, ca_file)
    made.response_class = _WholeAnswer
    return made


def _connection(origin: Origin, address: str, ca_file: str) -> HTTPConnection:
    if origin.scheme == "http":
        return HTTPConnection(address, origin.port)
    context = ssl.create_default_context(cafile=ca_file or None)
    return HTTPSConnection(
        address,
        origin.port,
        server_hostname=origin.host,
        cert_reqs=ssl.CERT_REQUIRED,
        ssl_context=context,
    )


@contextmanager
def connected(made: HTTPConnection, deadline: Deadline) -> Iterator[None]:
    """Connect, close at the end, and cut off at the deadline whatever still drips in."""
    held: list[socket] = []

    def cut() -> None:
        deadline.is_over = True
        for each in (*held, made.sock):
            with suppress(OSError, AttributeError):  # None, or closed already
                each.shutdown(SHUT_RDWR)

    made.timeout = deadline.left
    timer = threading.Timer(deadline.left, cut)
    timer.daemon = True
    timer.start()
    try:
        made.connect()
        held.append(made.sock)  # an answer without a length takes it away from the connection
        yield
    finally:
        timer.cancel()
        made.close()
