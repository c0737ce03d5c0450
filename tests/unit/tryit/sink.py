"""A server that keeps what it hears and answers what a test says, byte for byte."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nok"
Talk = Callable[[socket.socket], None]


@dataclass
class Sink:
    """Listens on a free port of this machine until it is closed."""

    answer: bytes = OK
    talk: Talk | None = None
    reads: bool = True  # the whole of an HTTP request; otherwise what comes first
    tls: ssl.SSLContext | None = None
    hits: int = 0
    heard: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def ended(self) -> threading.Event:
        """Set when the test is over: whoever waits stops."""
        return self._ended

    def close(self) -> None:
        self._ended.set()
        with socket.create_connection(("127.0.0.1", self.port)):
            pass
        self._thread.join(10)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            taken, _ = self._listening.accept()
            with taken:
                if self._ended.is_set():
                    return
                self.hits += 1
                try:
                    self._talk(taken)
                except OSError:  # Whoever asked hung up.
                    continue

    def _talk(self, taken: socket.socket) -> None:
        if self.tls is not None:
            taken = self.tls.wrap_socket(taken, server_side=True)
        with taken:
            self.heard.append(_request(taken) if self.reads else taken.recv(65_536))
            (self.talk or self._say)(taken)

    def _say(self, taken: socket.socket) -> None:
        taken.sendall(self.answer)


def _request(taken: socket.socket) -> bytes:
    taken.settimeout(10)
    heard = b""
    while b"\r\n\r\n" not in heard:
        piece = taken.recv(65_536)
        if not piece:
            return heard
        heard += piece
    head, _, body = heard.partition(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.lower().split(b"\r\n")
         if line.startswith(b"content-length:")), 0,
    )  # fmt: skip
    while len(body) < length and (piece := taken.recv(65_536)):
        body += piece
    return head + b"\r\n\r\n" + body
