"""How connections end under gunicorn, and what it answers itself."""

import runpy
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.flask_options import LARGEST_FORM

SECONDS = 30
CONFIGURATION = Path(__file__).parents[2] / "gunicorn.conf.py"


@dataclass
class Request:
    """What gunicorn knows of a request before the application does."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    must_close: bool = False


@pytest.mark.parametrize(
    ("headers", "closes"),
    [
        ([], False),
        ([("CONTENT-LENGTH", str(LARGEST_FORM))], False),
        ([("CONTENT-LENGTH", str(LARGEST_FORM + 1))], True),
        ([("TRANSFER-ENCODING", "chunked")], True),
    ],
    ids=["none", "the largest", "too large", "of unknown length"],
)
def test_a_form_that_is_refused_unread_ends_its_connection(
    headers: list[tuple[str, str]], *, closes: bool
) -> None:
    request = Request(headers)
    runpy.run_path(str(CONFIGURATION))["pre_request"](None, request)
    assert request.must_close == closes


@pytest.fixture(scope="module")
def served() -> Iterator[int]:
    """A gunicorn of its own with this configuration, and the port that it is on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [sys.executable, "-m", "gunicorn", "--config", str(CONFIGURATION)]
        command += ["--bind", f"fd://{listener.fileno()}", "--no-control-socket"]
        command += ["--worker-class", "gthread", "--threads", "2", "wsgiref.simple_server:demo_app"]
        with subprocess.Popen(  # noqa: S603 - our own configuration
            command, pass_fds=[listener.fileno()], stderr=subprocess.DEVNULL
        ) as process:
            yield listener.getsockname()[1]
            process.terminate()
            process.wait(SECONDS)


def said(port: int, request: bytes) -> bytes:
    """Send bytes and return everything that comes back."""
    with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


HOST = b"Host: localhost\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X-Long: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: 1\r\n" * 200 + b"\r\n", 431),
        (b"<script> / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"A b: <script>\r\n\r\n", 400),
    ],
    ids=["a long address", "a long header", "many headers", "no method", "no header"],
)
def test_what_cannot_be_read_is_refused_in_bare_words(
    served: int, request_: bytes, status: int
) -> None:
    answer = said(served, request_)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] == str(status).encode()
    for header in (b"Content-Security-Policy: default-src 'none'", b"nosniff", b"no-store"):
        assert header in head
    assert b"script" not in body
    assert b"aaa" not in body


def test_a_search_for_a_pasted_text_is_answered_by_the_application(served: int) -> None:
    search = b"GET /?q=" + b"a" * 5000 + b" HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    assert said(served, search).split()[1] == b"200"


def test_no_header_says_where_the_application_stands(served: int) -> None:
    """Abuse case 15: on the same machine as the proxy, too."""
    sent = b"SCRIPT_NAME: /evil\r\nX-Forwarded-Proto: https\r\nPATH_INFO: /evil\r\n"
    request = b"GET /evil/x HTTP/1.1\r\n" + HOST + sent + b"Connection: close\r\n\r\n"
    told = said(served, request).decode()
    assert "SCRIPT_NAME = ''" in told
    assert "PATH_INFO = '/evil/x'" in told
    assert "wsgi.url_scheme = 'http'" in told
