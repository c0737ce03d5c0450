"""A deadline for a whole HTTP call that also holds while an answer drips in.

A socket's timeout starts anew with every byte, so a slow answer could take for ever. Every read
of status line, headers and body is therefore given the time that is left of the call, and so is
making the connection: looking up the name, every address, the proxy's tunnel and TLS.
"""

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from http.client import HTTPException, HTTPResponse
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError
from urllib3.poolmanager import PoolManager

Monotonic = Callable[[], float]


class Deadline:
    """A moment, in seconds of a monotonic clock, after which nothing is waited for."""

    def __init__(self, seconds: float, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._until = monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left, negative when it has passed."""
        return self._until - self._monotonic()


class Waiting:
    """What one exchange may wait: the call's deadline, and at most ``read`` seconds per byte.

    ``sent`` tells whether any of the request was written, so that the other side may act on it.
    """

    def __init__(self, deadline: Deadline, read: float) -> None:
        self._deadline = deadline
        self._read = read
        self.sent = False

    def anew(self) -> "Waiting":
        """Return the same limits for what comes before the request."""
        return Waiting(self._deadline, self._read)

    def left(self) -> float:
        """Return the seconds of the call that are left, negative when it should have ended."""
        return self._deadline.remaining()

    def seconds(self) -> float:
        """Return how long the next read may take; raise ``TimeoutError`` when time is up."""
        left = self._deadline.remaining()
        if left <= 0:
            raise TimeoutError("the call's deadline has passed")
        return min(left, self._read)


_WAITING: Final[ContextVar[Waiting]] = ContextVar("apigee_waiting")


@contextmanager
def waiting(deadline: Deadline, read: float) -> Iterator[Waiting]:
    """Bound every answer that is begun inside by the deadline; ``read`` is in seconds."""
    bounds = Waiting(deadline, read)
    token = _WAITING.set(bounds)
    try:
        yield bounds
    finally:
        _WAITING.reset(token)


class _BoundedReader(io.RawIOBase):
    """A socket's bytes, each read with the time that is left."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, bounds: Waiting) -> None:
        self._raw = raw
        self._socket = sock
        self._bounds = bounds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int | None:
        self._socket.settimeout(self._bounds.seconds())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _BoundedResponse(HTTPResponse):
    """An answer that is read under the deadline that was set when it was begun."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_BoundedReader(self.fp.detach(), sock, _WAITING.get()))

    def begin(self) -> None:
        """Read status and headers; urllib3 would only warn of torn ones, and log the address."""
        super().begin()
        if self.msg.defects:
            raise HTTPException("broken headers")


def _done_within(seconds: float, work: Callable[[], None], late: Callable[[], None]) -> bool:
    """Do the work elsewhere and tell whether it was done in time; ``late`` then clears it up."""
    done: Future[None] = Future()

    def run() -> None:
        try:
            work()
            done.set_result(None)
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            done.set_exception(error)

    threading.Thread(target=copy_context().run, args=(run,), daemon=True).start()
    if not wait((done,), max(0.0, seconds)).done:
        done.add_done_callback(lambda _done: late())
        return False
    done.result()
    return True


class _Connection(HTTPConnection):
    """A connection whose making and whose answers keep to the deadline."""

    response_class = _BoundedResponse

    def connect(self) -> None:
        """Connect in a thread of its own, as no look-up of a name and no TLS can be told to stop.

        What a proxy is told to open a tunnel is not the request and does not count as sent.
        """
        bounds, connect = _WAITING.get(), super().connect

        def run() -> None:
            _WAITING.set(bounds.anew())
            connect()

        if not _done_within(bounds.left(), run, late=self.close):
            raise ConnectTimeoutError(self, "not connected by the call's deadline")

    def send(self, data: Any) -> None:
        """Connect first, so that only what can really leave counts as sent."""
        if self.sock is None:
            self.connect()
        _WAITING.get().sent = True
        super().send(data)


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class BoundedAdapter(HTTPAdapter):
    """requests' adapter for use inside ``waiting`` only; it never retries by itself."""

    def __init__(self, connections: int) -> None:
        super().__init__(pool_connections=2, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        _use_bounded_pools(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(*args, **options)
        _use_bounded_pools(manager)
        return manager

    def close(self) -> None:
        """Close idle connections now; urllib3 alone waits for the garbage collector."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - the container cannot be iterated
                with suppress(KeyError):  # Another thread may have closed it first.
                    manager.pools[key].close()
        super().close()


def _use_bounded_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
