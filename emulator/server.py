"""HTTP/1.1 with keep-alive on a socket of this machine: one thread per connection."""

import select
import socket
import struct
import sys
import threading
import traceback
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, cast

from emulator.messages import Link, Request, Response

MAX_BODY = 10_000_000

# A linger time of no seconds makes closing a connection reset it.
_RESET = struct.pack("ii", 1, 0)

Answer = Callable[[Request, Link], Response]


_PHRASES = {each.value: each.phrase for each in HTTPStatus}


class BadRequest(Exception):
    """A request that cannot be read; the connection is closed after the refusal."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Server(ThreadingMixIn, TCPServer):
    """Listens at once; `serve_forever` answers, `stop` ends every connection and thread."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, answer: Answer) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.answer = answer
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._resets: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((host, port), Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
            reset = request in self._resets
            self._resets.discard(request)
        if reset:
            # Nothing may be said before, or the client sees an ordinary end first.
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def reset(self, connection: socket.socket) -> None:
        """Have a connection end with a reset instead of an ordinary end."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        with self._lock:
            self._resets.add(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - its name
        """A client that hangs up is no news; anything else is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            traceback.print_exc()

    def stop(self) -> None:
        """Stop listening, end the open connections, wait for their threads."""
        self.stopping.set()
        self.shutdown()
        with self._lock:
            open_now = list(self._open)
        for each in open_now:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Reads requests off one connection and writes each answer in one piece."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def _served_by(self) -> Server:
        return cast(Server, self.server)

    def gone(self) -> bool:
        """Whether the client has left, or the server is about to."""
        if self._served_by.stopping.is_set():
            return True
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def _handle(self) -> None:
        try:
            response = self._answer()
        except BadRequest as refusal:
            self.close_connection = True
            response = Response(refusal.status)
        self._write(response)

    def _answer(self) -> Response:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(
            method=self.command,
            target=self.path,
            headers=headers,
            body=self._body(headers),
            remote=str(self.client_address[0]),
        )
        try:
            return self._served_by.answer(request, self)
        except Exception:  # noqa: BLE001 - one broken answer must not end the emulator
            traceback.print_exc()
            return Response(500, b"The emulator failed", {"Content-Type": "text/plain"})

    def _body(self, headers: dict[str, str]) -> bytes:
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return self._chunks()
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            raise BadRequest(400)
        if int(length) > MAX_BODY:
            raise BadRequest(413)
        return self.rfile.read(int(length))

    def _chunks(self) -> bytes:
        parts = bytearray()
        while True:
            try:
                size = int(self.rfile.readline(20).split(b";")[0], 16)
            except ValueError:
                raise BadRequest(400) from None
            if size < 0 or len(parts) + size > MAX_BODY:
                raise BadRequest(413)
            parts += self.rfile.read(size)
            self.rfile.readline(10)
            if size == 0:
                return bytes(parts)

    def _write(self, response: Response) -> None:
        if response.delivery in ("closed", "reset"):
            self.close_connection = True
            if response.delivery == "reset":
                self._served_by.reset(self.connection)
            return
        body, length = response.body, len(response.body)
        if response.delivery in ("cut", "truncated"):
            body = body[: length // 2]
        if response.delivery == "cut":
            length = len(body)
        self.close_connection |= response.delivery == "truncated"
        head = self._head(response, length)
        if response.delivery == "drip":
            self.wfile.write(head)
            self._drip(body, response)
        else:
            bare = self.command == "HEAD" or response.status == HTTPStatus.NO_CONTENT
            self.wfile.write(head + (b"" if bare else body))

    def _head(self, response: Response, length: int) -> bytes:
        phrase = _PHRASES.get(response.status, "")
        lines = [f"HTTP/1.1 {response.status} {phrase}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        if response.status != HTTPStatus.NO_CONTENT:
            lines.append(f"Content-Length: {length}")
        if self.close_connection:
            lines.append("Connection: close")
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"

    def _drip(self, body: bytes, response: Response) -> None:
        for at in range(0, len(body), response.drip_bytes):
            self.wfile.write(body[at : at + response.drip_bytes])
            if self._served_by.stopping.wait(response.drip_milliseconds / 1000):
                self.close_connection = True
                return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        """Say nothing: the journal has it."""

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _handle  # noqa: N815
