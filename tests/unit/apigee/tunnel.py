"""A small real proxy: it opens tunnels by CONNECT (RFC 9110 9.3.6), all of them to one server."""

import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

LOGIN = "portal:proxy-password"
GRANTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
DENIED = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Proxy:
    """Wants ``LOGIN``; ``asked`` are the hosts that tunnels were asked to, ``silent`` says none."""

    listener: socket.socket
    target: tuple[str, int]
    asked: list[str] = field(default_factory=list)
    silent: threading.Event | None = None

    def address(self, login: str = LOGIN) -> str:
        """Return what a setting would hold."""
        return f"http://{login}@127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        """Accept connections until the listener is shut down."""
        threads: list[threading.Thread] = []
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                break
            threads.append(threading.Thread(target=self._tunnel, args=(client,)))
            threads[-1].start()
        for thread in threads:
            thread.join()

    def _tunnel(self, client: socket.socket) -> None:
        client.settimeout(10)
        with client, suppress(OSError):
            head = _head(client)
            if not head.startswith("CONNECT "):
                return
            self.asked.append(head.split()[1])
            if self.silent is not None:
                self.silent.wait(60)
                return
            wanted = b64encode(LOGIN.encode()).decode()
            if f"proxy-authorization: basic {wanted}".lower() not in head.lower():
                client.sendall(DENIED)
                return
            with socket.create_connection(self.target, timeout=10) as server:
                client.sendall(GRANTED)
                back = threading.Thread(target=_relay, args=(server, client))
                back.start()
                _relay(client, server)
                back.join()


def _head(client: socket.socket) -> str:
    """Read byte by byte: what comes after the head belongs to the tunnel."""
    head = b""
    while not head.endswith(b"\r\n\r\n") and (byte := client.recv(1)):
        head += byte
    return head.decode("latin-1")


def _relay(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65_536):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def tunnel_to(port: int) -> Iterator[Proxy]:
    """Run a proxy whose tunnels all end at this port of loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy(listener, ("127.0.0.1", port))
        thread = threading.Thread(target=proxy.serve)
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
