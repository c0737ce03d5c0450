"""Where Try-it's calls go, what of them leaves, and what of an answer is read."""

import socket
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.destinations import Destinations, Origin
from app.domain.exchanges import MOST_SENT, Failure, NoReply, Outbound, Received
from app.tryit.sender import Sender
from tests.unit.apigee.certificates import authority
from tests.unit.tryit.sink import Sink

Lookup = Callable[..., list[Any]]


def resolving(*addresses: str) -> Lookup:
    """Return a look-up that knows one host, and counts how often it is asked."""

    def look(_host: str, port: int, **_options: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    return look


def inside(sink: Sink, **changes: Any) -> Sender:  # noqa: ANN401 - fields of a sender
    """Return a sender for whom the sink is marked as internal."""
    marked = Destinations(internal=frozenset({Origin.of(sink.url)}))
    return replace(Sender(marked), **changes)


def failure(found: Received | NoReply) -> Failure:
    assert isinstance(found, NoReply)
    return found.failure


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "0177.0.0.1", "127.1"),
        *("169.254.169.254", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0"),  # noqa: S104 - refused
        *("[::ffff:127.0.0.1]", "[fe80::1]", "[fd00:ec2::254]", "[64:ff9b::7f00:1]"),
        *("[2002:7f00:1::]", "[::127.0.0.1]", "224.0.0.1", "255.255.255.255", "168.63.129.16"),
        *("[fec0::1]", "192.88.99.1"),
    ],
)  # fmt: skip
def test_what_is_not_public_is_not_called_even_where_it_is_the_apis_own_host(
    sink: Sink, host: str
) -> None:
    """Abuse case 35."""
    url = f"https://{host}:{sink.port}/"
    found = Sender(Destinations()).send(Outbound("GET", url, own=(url,)))
    assert failure(found) in {Failure.FORBIDDEN, Failure.UNREACHABLE}
    if host[0] in "1[0":
        assert failure(found) is Failure.FORBIDDEN
    assert sink.hits == 0


def test_a_public_name_that_leads_to_this_machine_is_not_called(sink: Sink) -> None:
    url = f"https://api.example.com:{sink.port}/"
    sender = Sender(Destinations(), lookup=resolving("127.0.0.1"))
    assert failure(sender.send(Outbound("GET", url, own=(url,)))) is Failure.FORBIDDEN
    assert sink.hits == 0


def test_one_private_address_among_public_ones_is_enough_to_refuse(sink: Sink) -> None:
    url = f"https://api.example.com:{sink.port}/"
    sender = Sender(Destinations(), lookup=resolving("93.184.215.14", "127.0.0.1"))
    assert failure(sender.send(Outbound("GET", url, own=(url,)))) is Failure.FORBIDDEN


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind(sink: Sink) -> None:
    asked = []

    def look(host: str, port: int, **_options: object) -> list[Any]:
        asked.append(host)
        answers = resolving("127.0.0.1" if len(asked) == 1 else "10.9.9.9")
        return answers(host, port)

    url = f"http://api.internal.test:{sink.port}"
    marked = Destinations(internal=frozenset({Origin.of(url)}))
    found = Sender(marked, lookup=look).send(Outbound("GET", f"{url}/x?a=b"))
    assert isinstance(found, Received)
    assert asked == ["api.internal.test"]
    assert sink.heard[0].startswith(b"GET /x?a=b HTTP/1.1\r\n")
    assert f"Host: api.internal.test:{sink.port}\r\n".encode() in sink.heard[0]


@pytest.mark.parametrize("address", ["169.254.169.254", "100.100.100.200", "0.0.0.0", "224.0.0.1"])  # noqa: S104 - refused
def test_an_internal_host_may_not_be_where_clouds_keep_their_secrets(address: str) -> None:
    url = "http://api.internal.test/"
    marked = Destinations(internal=frozenset({Origin.of(url)}))
    found = Sender(marked, lookup=resolving(address)).send(Outbound("GET", url))
    assert failure(found) is Failure.FORBIDDEN


@pytest.mark.parametrize(
    "changed",
    [
        "http://localhost:{port}",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:1",
        "http://127.0.0.1",
        "http://user@127.0.0.1:{port}",
        "http://127.0.0.1:{port}@evil.example",
        "http://127.0.0.1:{port}.evil.example",
        "http://evil.example/http://127.0.0.1:{port}",
        "file://127.0.0.1:{port}/etc/passwd",
        "gopher://127.0.0.1:{port}/",
        "http://127.0.0.1:{port}\r\nX: y",
        "http://127.0.0.1:{port}\\@evil.example",
        "//127.0.0.1:{port}",
        "",
    ],
)
def test_only_the_exact_scheme_host_and_port_is_called(sink: Sink, changed: str) -> None:
    found = inside(sink).send(Outbound("GET", changed.format(port=sink.port)))
    assert failure(found) is Failure.FORBIDDEN
    assert sink.hits == 0


def test_a_key_does_not_travel_by_http_to_a_host_that_is_not_internal() -> None:
    url = "http://api.example.com/"
    sender = Sender(Destinations(), lookup=resolving("93.184.215.14"))
    assert failure(sender.send(Outbound("GET", url, own=(url,)))) is Failure.FORBIDDEN


def test_a_host_is_called_under_its_name_at_the_address_that_was_checked(tmp_path: Path) -> None:
    made = authority(tmp_path, "api.internal.test")
    secure = Sink(tls=made.server)
    url = f"https://api.internal.test:{secure.port}"
    marked = Destinations(internal=frozenset({Origin.of(url)}))
    sender = Sender(marked, str(made.file), lookup=resolving("127.0.0.1"))
    found = sender.send(Outbound("GET", f"{url}/x"))
    other = url.replace("api.", "other.")
    marked = Destinations(internal=frozenset({Origin.of(other)}))
    refused = replace(sender, destinations=marked).send(Outbound("GET", f"{other}/x"))
    secure.close()
    assert isinstance(found, Received)
    assert f"Host: api.internal.test:{secure.port}\r\n".encode() in secure.heard[0]
    assert failure(refused) is Failure.CERTIFICATE


def test_of_several_addresses_the_first_that_takes_the_connection_is_asked(sink: Sink) -> None:
    url = f"http://api.internal.test:{sink.port}"
    marked = Destinations(internal=frozenset({Origin.of(url)}))
    sender = Sender(marked, lookup=resolving("::1", "127.0.0.1"))
    assert isinstance(sender.send(Outbound("GET", url)), Received)
    assert sink.hits == 1
    nobody = replace(sender, lookup=resolving("::1", "::1"))
    assert failure(nobody.send(Outbound("GET", url))) is Failure.UNREACHABLE


def test_a_redirect_is_an_answer_like_any_other(sink: Sink) -> None:
    elsewhere = Sink()
    sink.answer = (
        f"HTTP/1.1 302 Found\r\nLocation: {elsewhere.url}\r\nContent-Length: 0\r\n\r\n".encode()
    )
    found = inside(sink).send(Outbound("GET", sink.url))
    elsewhere.close()
    assert isinstance(found, Received)
    assert (found.status, found.header("location")) == (302, elsewhere.url)
    assert (sink.hits, elsewhere.hits) == (1, 0)


def test_nothing_is_read_beyond_the_limit_of_an_answer(sink: Sink) -> None:
    sink.answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 3_000_000
    found = inside(sink).send(Outbound("GET", sink.url))
    assert isinstance(found, Received)
    assert (len(found.body), found.is_cut) == (2_000_000, True)


def test_an_answer_just_as_long_as_the_limit_is_whole(sink: Sink) -> None:
    found = inside(sink).send(Outbound("GET", sink.url), most=2)
    assert isinstance(found, Received)
    assert (found.body, found.is_cut) == (b"ok", False)


def test_a_body_over_the_limit_is_not_sent(sink: Sink) -> None:
    found = inside(sink).send(Outbound("POST", sink.url, body=b"x" * (MOST_SENT + 1)))
    assert failure(found) is Failure.FORBIDDEN
    assert sink.hits == 0


def _hang(sink: Sink) -> Callable[[socket.socket], None]:
    return lambda _taken: (sink.ended.wait(20), None)[1]


def _drip(sink: Sink, begin: bytes) -> Callable[[socket.socket], None]:
    def talk(taken: socket.socket) -> None:
        taken.sendall(begin)
        while not sink.ended.wait(0.05):
            taken.sendall(b"x")

    return talk


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_an_answer_that_drips_ends_with_the_time(sink: Sink, begin: bytes) -> None:
    sink.talk = _drip(sink, begin)
    started = time.monotonic()
    assert failure(inside(sink, seconds=0.6).send(Outbound("GET", sink.url))) is Failure.TIMEOUT
    assert time.monotonic() - started < 10


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_the_limit(sink: Sink) -> None:
    sink.talk = _hang(sink)
    assert failure(inside(sink, seconds=0.4).send(Outbound("GET", sink.url))) is Failure.TIMEOUT


def test_what_is_no_http_is_told_as_broken(sink: Sink) -> None:
    sink.answer = b"220 mail.example ESMTP\r\n"
    assert failure(inside(sink).send(Outbound("GET", sink.url))) in {
        Failure.BROKEN,
        Failure.UNREACHABLE,
    }


def test_headers_that_cannot_be_read_are_not_told_with_the_address(
    sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    for broken in (b"no colon", b" folded: x", b"X: y\r\n: z"):
        sink.answer = b"HTTP/1.1 200 OK\r\n" + broken + b"\r\nY: z\r\n\r\nok"
        inside(sink).send(Outbound("GET", f"{sink.url}/?apikey=the-key"))
    assert sink.hits == 3
    assert "the-key" not in caplog.text


def test_a_certificate_that_does_not_fit_is_not_ignored(sink: Sink) -> None:
    sink.answer, sink.reads = b"\x15\x03\x01\x00\x02\x02\x28", False
    url = sink.url.replace("http", "https")
    marked = Destinations(internal=frozenset({Origin.of(url)}))
    assert failure(Sender(marked).send(Outbound("GET", url))) is Failure.CERTIFICATE


def test_the_request_leaves_as_it_was_built(sink: Sink) -> None:
    headers = (("x-apikey", "k"), ("Content-Type", "application/json"), ("Accept", "text/csv"))
    url = f"{sink.url}/a%2Fb/%2E%2E%2Fc?q=%20&x=~"
    inside(sink).send(Outbound("PUT", url, headers, b"{}"))
    [heard] = sink.heard
    head, body = heard.split(b"\r\n\r\n")
    assert head.startswith(b"PUT /a%2Fb/%2E%2E%2Fc?q=%20&x=~ HTTP/1.1\r\n")
    assert b"\r\nx-apikey: k" in head
    assert body == b"{}"
    assert not any(name in head.lower() for name in (b"cookie", b"authorization", b"forwarded"))
