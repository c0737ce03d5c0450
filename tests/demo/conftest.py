"""Fixtures of the demo's tests: a portal that listens, a provider, a browser."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from urllib.parse import parse_qs

import pytest

from tests.demo.visiting import SECONDS, Portal, Visit
from tests.demo_idp import Provider, run_provider


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    received: Queue[str] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            received.put(parse_qs(body)["logout_token"][0])
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing: the request line would be noise between the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Portal(f"http://localhost:{server.server_port}", received)
    server.shutdown()
    server.server_close()
    thread.join(SECONDS)


@pytest.fixture(scope="module")
def provider(portal: Portal) -> Iterator[Provider]:
    with run_provider(portal.url) as running:
        yield running


@pytest.fixture
def visit(provider: Provider, portal: Portal) -> Iterator[Visit]:
    while not portal.logout_tokens.empty():
        portal.logout_tokens.get()
    one = Visit(provider, portal)
    yield one
    one.browser.close()
