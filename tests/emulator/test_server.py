"""HTTP itself: keep-alive, odd bodies, broken clients, a clean end."""

import socket
import threading
import time
from pathlib import Path

import pytest

import emulator
from emulator.messages import Exchange
from tests.emulator.conftest import Client, Start


def talk(client: Client, raw: bytes) -> bytes:
    """Send bytes, and read until the emulator closes the connection."""
    with socket.create_connection(("127.0.0.1", client.local.server.port), timeout=60) as link:
        link.sendall(raw)
        link.shutdown(socket.SHUT_WR)
        parts = []
        while part := link.recv(65536):
            parts.append(part)
    return b"".join(parts)


def head(client: Client, line: str, *headers: str) -> bytes:
    token = client.local.bearer()
    lines = (line, "Host: localhost", f"Authorization: Bearer {token}", *headers, "", "")
    return "\r\n".join(lines).encode()


def test_a_connection_serves_many_requests_in_order(x: Client) -> None:
    first = head(x, "GET /v1/organizations/demo/environments HTTP/1.1")
    second = head(x, "GET /v1/organizations/demo/environments/prod HTTP/1.1")
    answer = talk(x, first + second)
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert answer.index(b'["prod", "test"]') < answer.index(b'"COMPREHENSIVE"')


def test_an_answer_without_content_has_no_length(x: Client) -> None:
    path = "/v1/organizations/demo/developers/dana@example.com?action=active"
    answer = talk(x, head(x, f"POST {path} HTTP/1.1", "Content-Length: 0"))
    assert answer.startswith(b"HTTP/1.1 204 No Content\r\n")
    assert b"Content-Length" not in answer
    assert answer.endswith(b"\r\n\r\n")


def test_a_body_may_come_in_chunks(x: Client) -> None:
    path = "/v1/organizations/demo/developers/dana@example.com/attributes/a"
    raw = head(x, f"POST {path} HTTP/1.1", "Transfer-Encoding: chunked")
    answer = talk(x, raw + b'8\r\n{"value"\r\n6;x=y\r\n: "1"}\r\n0\r\n\r\n')
    assert answer.startswith(b"HTTP/1.1 200")
    assert x.json("/developers/dana@example.com/attributes/a")["value"] == "1"


@pytest.mark.parametrize(
    ("header", "body", "status"),
    [
        ("Content-Length: many", b"", b"400"),
        ("Content-Length: -1", b"", b"400"),
        ("Content-Length: 99999999999", b"", b"413"),
        ("Transfer-Encoding: chunked", b"zz\r\n", b"400"),
        ("Transfer-Encoding: chunked", b"-5\r\n", b"413"),
        ("Transfer-Encoding: chunked", b"fffffffff\r\n", b"413"),
    ],
)
def test_a_body_that_cannot_be_read_ends_the_connection(
    x: Client, header: str, body: bytes, status: bytes
) -> None:
    raw = head(x, "POST /v1/organizations/demo/developers HTTP/1.1", header)
    answer = talk(x, raw + body)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert b"Connection: close" in answer


def test_a_long_query_may_come_as_the_body_of_a_post_that_means_get(x: Client) -> None:
    raw = head(
        x,
        "POST /v1/organizations/demo/developers HTTP/1.1",
        "X-HTTP-Method-Override: GET",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Length: 20",
    )
    answer = talk(x, raw + b"ids=ravi@example.com")
    assert answer.endswith(b'{"developer": [{"email": "ravi@example.com"}]}')
    assert x.local.journal.lines()[-1].startswith("GET /v1/organizations/demo/developers?ids=ravi")


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "a", "attributes": ' + b"[" * 200_000,
        b'{"name": "\\ud800"}',
        b'{"name": "a", "keyExpiresIn": "9223372036854775808"}',
    ],
    ids=["deep", "no text", "more than 64 bits"],
)
def test_a_body_that_no_server_could_take_is_refused(client: Client, body: bytes) -> None:
    url = f"{client.local.url}/organizations/demo/developers/dana@example.com/apps"
    answer = client.session.post(url, body, timeout=20)
    assert answer.status_code == 400
    assert "json" in answer.headers["Content-Type"]


def test_the_head_of_an_answer_can_be_asked_for_alone(x: Client) -> None:
    answer = talk(x, head(x, "HEAD /proxy/none/today HTTP/1.1"))
    assert answer.startswith(b"HTTP/1.1 404")
    assert answer.endswith(b"\r\n\r\n")


def test_a_client_that_hangs_up_disturbs_nobody(
    x: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = head(x, "POST /v1/organizations/demo/developers HTTP/1.1", "Content-Length: 100")
    for _ in range(3):
        link = socket.create_connection(("127.0.0.1", x.local.server.port), timeout=60)
        link.sendall(raw)
        # Closing with this option resets the connection instead of ending it.
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        link.close()
    assert x.get("/developers").status_code == 200
    assert capsys.readouterr().err == ""


def test_an_observer_that_fails_makes_the_call_fail(
    start: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(exchange: Exchange) -> None:
        raise RuntimeError(exchange.flavor)

    x = start(observers=[fail])
    answer = x.get("/environments")
    assert (answer.status_code, answer.text) == (500, "The emulator failed")
    assert "RuntimeError: x" in capsys.readouterr().err


def test_an_emulator_ends_at_once_with_idle_connections_open() -> None:
    before = set(threading.enumerate())
    with emulator.run() as local:
        address = ("127.0.0.1", local.server.port)
        idle = [socket.create_connection(address, timeout=60) for _ in range(3)]
        time.sleep(0.1)
        begun = time.monotonic()
    assert time.monotonic() - begun < 20
    assert set(threading.enumerate()) <= before
    for each in idle:
        assert each.recv(1) == b""
        each.close()


def test_a_port_that_is_taken_leaves_nothing_open(start: Start, tmp_path: Path) -> None:
    port = start().local.server.port
    with pytest.raises(OSError, match="in use"):
        start(port=port, state=tmp_path / "state.json", journal=tmp_path / "journal")
    account = tmp_path / "account.json"
    account.write_text("{}")
    with pytest.raises(ValueError, match="not a service-account file"):
        start(service_account=account)


def test_several_emulators_run_beside_each_other() -> None:
    with emulator.run(flavor="x") as one, emulator.run(flavor="edge", host="::1") as two:
        assert one.url != two.url
        assert two.url.startswith("http://[::1]:")


def test_many_callers_at_once_lose_nothing(x: Client) -> None:
    def add(number: int) -> None:
        other = Client(x.local)
        for each in range(10):
            name = f"a{number}-{each}"
            path = f"/developers/ravi@example.com/apps/{name}"
            assert other.call("POST", path.rpartition("/")[0], {"name": name}).status_code == 201
        other.session.close()

    threads = [threading.Thread(target=add, args=(number,)) for number in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(x.json("/developers/ravi@example.com/apps")["app"]) == 50
