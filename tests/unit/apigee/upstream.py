"""A scripted server on loopback: it records requests and answers them as a test tells it to."""

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest
from _pytest.mark.structures import ParameterSet

Reply = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Seen:
    """A request as it came over the wire; header names are in small letters."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> object:
        return json.loads(self.body)


@dataclass
class Upstream:
    """Answers each request with the next reply of the script, the last one for ever."""

    listener: socket.socket
    script: list[Reply] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    tls: ssl.SSLContext | None = None

    @property
    def root(self) -> str:
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://127.0.0.1:{self.listener.getsockname()[1]}"

    @property
    def endpoint(self) -> str:
        return f"{self.root}/v1"

    def answer(self, *replies: Reply) -> None:
        """Set the script anew."""
        self.script[:] = replies

    def serve(self) -> None:
        """Accept connections until the listener is shut down."""
        threads: list[threading.Thread] = []
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                break
            self.connections += 1
            threads.append(threading.Thread(target=self._receive, args=(connection,)))
            threads[-1].start()
        for thread in threads:
            thread.join()

    def _receive(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        if self.tls is None:
            self._speak(connection)
            return
        with connection, suppress(OSError):
            self._speak(self.tls.wrap_socket(connection, server_side=True))

    def _speak(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            try:
                while (request := _read(stream.readline, stream.read)) is not None:
                    self.seen.append(request)
                    reply = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                    reply(connection)
            except (OSError, ValueError, IndexError):
                return


def _read(line: Callable[[], bytes], read: Callable[[int], bytes]) -> Seen | None:
    first = line().decode("latin-1").split()
    if not first:
        return None
    headers: dict[str, str] = {}
    while text := line().decode("latin-1").strip():
        name, _, value = text.partition(":")
        headers[name.lower()] = value.strip()
    return Seen(first[0], first[1], headers, read(int(headers.get("content-length", "0"))))


@contextmanager
def upstream() -> Iterator[Upstream]:
    """Run a scripted server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Upstream(listener)
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def raw(
    status: int, body: bytes, kind: str = "application/json", headers: Mapping[str, str] = {}
) -> bytes:
    """Return a whole answer as it goes over the wire."""
    length = {} if status == 204 else {"Content-Length": str(len(body))}
    lines = {"Content-Type": kind, **length, **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body


def reply(
    status: int = 200,
    body: object = None,
    kind: str = "application/json",
    headers: Mapping[str, str] = {},
) -> Reply:
    """Answer with this body: JSON, or text and bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    content = body.encode() if isinstance(body, str) else content
    return lambda connection: connection.sendall(raw(status, content, kind, headers))


def edge_error(status: int, code: str) -> Reply:
    """Refuse like Edge."""
    return reply(status, {"code": code, "message": "secret-key in a message", "contexts": []})


def x_error(status: int, code: str, word: str = "NOT_FOUND") -> Reply:
    """Refuse like X."""
    violation = {"type": code, "subject": "/secret-key", "description": "secret-key"}
    details = [{"@type": "type.googleapis.com/x", "violations": [violation]}]
    error = {"code": status, "message": "secret-key", "status": word, "details": details}
    return reply(status, {"error": error})


def drip(content: bytes, seconds: float, after: int = 0) -> Reply:
    """Send ``after`` bytes at once and then a byte each so many seconds."""

    def send(connection: socket.socket) -> None:
        connection.sendall(content[:after])
        for byte in content[after:]:
            time.sleep(seconds)
            connection.sendall(bytes([byte]))

    return send


def hang(seconds: float) -> Reply:
    """Say nothing for some seconds, or until the other side has left, and hang up."""

    def send(connection: socket.socket) -> None:
        connection.settimeout(seconds)
        with suppress(TimeoutError):
            connection.recv(1)
        connection.shutdown(socket.SHUT_RDWR)

    return send


def cut(content: bytes, after: int) -> Reply:
    """Send the beginning of an answer and hang up."""

    def send(connection: socket.socket) -> None:
        connection.sendall(content[:after])
        connection.shutdown(socket.SHUT_RDWR)

    return send


def reset(connection: socket.socket) -> None:
    """Break the connection without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionAbortedError  # both the stream and the socket are then closed


def named(**replies: Reply) -> list[ParameterSet]:
    """Return replies for ``parametrize``, each under its name."""
    return [pytest.param(each, id=name) for name, each in replies.items()]
