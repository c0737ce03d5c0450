"""No call takes longer than its deadline, however the other side behaves."""

import socket
import threading
import time

import pytest

from app.apigee.deadline import Deadline, Waiting
from app.apigee.exchange import Limits
from app.domain.apps import NewApp
from app.domain.errors import OutcomeUnknown, Upstream, UpstreamKind
from tests.unit.apigee.speaking import DEVELOPER, Speaker
from tests.unit.apigee.upstream import Reply, cut, drip, hang, named, raw, reply
from tests.unit.apigee.upstream import Upstream as Server

ANSWER = raw(200, b'{"email": "dana@example.com", "firstName": "' + b"x" * 200 + b'"}')
HEAD = ANSWER.index(b"\r\n\r\n") + 4
HALF = Limits(total=0.5, connect=0.3, read=0.4)
# More than a busy machine adds to it, and less than what is cut off would have taken.
SOON = 15.0


def _seconds_of_failure(speaker: Speaker, kind: UpstreamKind, limits: Limits = HALF) -> float:
    begun = time.monotonic()
    with pytest.raises(Upstream) as failed:
        speaker.apigee(limits=limits).developers.get("dana@example.com")
    assert failed.value.kind is kind
    assert not isinstance(failed.value, OutcomeUnknown)
    return time.monotonic() - begun


@pytest.mark.parametrize(
    "slow",
    named(
        body=drip(ANSWER, 0.1, after=HEAD),
        all=drip(ANSWER, 0.1),
        head=drip(ANSWER, 0.1, after=30),
    ),
)
def test_an_answer_that_drips_in_is_cut_off(server: Server, speaker: Speaker, slow: Reply) -> None:
    server.answer(slow)
    assert 0.4 < _seconds_of_failure(speaker, UpstreamKind.TIMEOUT) < SOON


def test_an_answer_that_drips_in_time_is_read(server: Server, speaker: Speaker) -> None:
    server.answer(drip(ANSWER, 0.01, after=len(ANSWER) - 20))
    assert speaker.apigee().developers.get("dana@example.com").email == "dana@example.com"


def test_a_chunked_answer_that_drips_in_is_cut_off(server: Server, speaker: Speaker) -> None:
    head = b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    server.answer(drip(head + b"1\r\n{\r\n" * 40, 0.1, after=len(head)))
    assert 0.4 < _seconds_of_failure(speaker, UpstreamKind.TIMEOUT) < SOON


def test_silence_is_a_timeout(server: Server, speaker: Speaker) -> None:
    server.answer(hang(60))
    seconds = _seconds_of_failure(speaker, UpstreamKind.TIMEOUT, Limits(total=30.0, read=0.4))
    assert seconds < SOON
    assert len(server.seen) == 3


def test_a_write_into_silence_may_have_been_made(server: Server, speaker: Speaker) -> None:
    server.answer(hang(60))
    with pytest.raises(OutcomeUnknown) as unknown:
        speaker.apigee(limits=HALF).apps.create("d@example.com", NewApp("trip", "Trip", ()))
    assert unknown.value.kind is UpstreamKind.TIMEOUT
    assert len(server.seen) == 1


@pytest.mark.parametrize("after", [5, HEAD - 10, HEAD, HEAD + 40])
def test_an_answer_that_breaks_off_is_broken(server: Server, speaker: Speaker, after: int) -> None:
    server.answer(cut(ANSWER, after))
    _seconds_of_failure(speaker, UpstreamKind.BROKEN_ANSWER, Limits(total=30.0))
    assert len(server.seen) == 3


def test_a_closed_port_is_unreachable_and_nothing_was_made(speaker: Speaker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    speaker.endpoint = f"http://127.0.0.1:{port}/v1"
    assert _seconds_of_failure(speaker, UpstreamKind.UNREACHABLE, Limits(total=30.0)) < SOON
    assert speaker.observed == [("developers.get", 0)] * 3
    with pytest.raises(Upstream) as failed:
        speaker.apigee().apps.create("d@example.com", NewApp("trip", "Trip", ()))
    assert not isinstance(failed.value, OutcomeUnknown)


def test_a_connection_works_again_after_a_slow_answer(server: Server, speaker: Speaker) -> None:
    server.answer(drip(ANSWER, 0.01, after=len(ANSWER) - 30), reply(200, DEVELOPER))
    apigee = speaker.apigee()
    apigee.developers.get("dana@example.com")
    apigee.developers.get("dana@example.com")
    assert server.connections == 1


def test_nothing_is_read_after_the_deadline() -> None:
    with pytest.raises(TimeoutError):
        Waiting(Deadline(0), read=1).seconds()
    assert Waiting(Deadline(60), read=1).seconds() == 1


def test_a_name_server_that_says_nothing_is_left_when_the_time_is_up(
    server: Server, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, looked_up = threading.Event(), threading.Event()
    look_up = socket.getaddrinfo

    def silent(_host: str, port: int, *_others: object) -> object:
        answered.wait(60)
        looked_up.set()
        return look_up("127.0.0.1", port, type=socket.SOCK_STREAM)

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    speaker.endpoint = server.endpoint.replace("127.0.0.1", "slow.localhost")
    begun = time.monotonic()
    with pytest.raises(Upstream) as failed:
        speaker.apigee(limits=HALF).apps.create("d@example.com", NewApp("trip", "Trip", ()))
    assert time.monotonic() - begun < SOON
    assert not isinstance(failed.value, OutcomeUnknown)
    assert failed.value.kind is UpstreamKind.UNREACHABLE
    answered.set()
    assert looked_up.wait(10)
    assert server.seen == []
