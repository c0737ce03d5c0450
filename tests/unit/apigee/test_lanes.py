"""Lanes: how many requests Apigee may hold at once, and that no kind of call starves another."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from socket import socket
from threading import Event

import pytest

from app.apigee.breaker import State
from app.apigee.client import ApigeeClient, Call, Surroundings
from app.apigee.credentials import Basic
from app.apigee.deadline import Deadline
from app.apigee.errors import upstream
from app.apigee.exchange import Limits
from app.apigee.lanes import Kind, Lane, Places
from app.apigee.paths import path
from app.domain.apps import NewApp
from app.domain.errors import NotFound, OutcomeUnknown, Upstream, UpstreamKind
from tests.unit.apigee.speaking import APP, DEVELOPER, SHORT, Renewable, Speaker
from tests.unit.apigee.upstream import Upstream as Server
from tests.unit.apigee.upstream import edge_error, hang, reply, x_error

READ = Call(operation="read", method="GET", path=path("developers"), thing="a developer")
WRITE = replace(READ, method="POST", body={})
SMALL = Places(reads=2, writes=1, analytics=1)


def busy(error: pytest.ExceptionInfo[Upstream]) -> bool:
    return (error.value.kind, error.value.retry_after) == (UpstreamKind.BUSY, 1)


@pytest.mark.parametrize("threads", [4, 8, 12, 16, 32, 100])
def test_a_quarter_of_the_threads_is_never_held(threads: int) -> None:
    places = Places.beside(threads)
    assert min(places.reads, places.writes, places.analytics) >= 1
    assert places.total <= threads * 3 / 4


def test_who_finds_no_place_for_half_a_second_is_refused() -> None:
    lane = Lane(Kind.READS, 2)
    begun = time.monotonic()
    with lane.place(1), lane.place(2), pytest.raises(Upstream) as refused, lane.place(3):
        pass
    assert busy(refused)
    assert 0.4 < time.monotonic() - begun < 15
    with lane.place(3):
        assert (lane.figures().inside, lane.figures().refused) == (1, 1)


def test_behind_somebody_who_is_stuck_nobody_waits() -> None:
    now = [0.0]
    lane = Lane(Kind.READS, 2, lambda: now[0])
    with lane.place(1):
        now[0] = 0.5
        with lane.place(2), pytest.raises(Upstream) as refused, lane.place(3):
            pass
    assert busy(refused)


def test_a_place_that_comes_free_is_taken_over() -> None:
    lane, entered, leave = Lane(Kind.READS, 1, lambda: 0.0), Event(), Event()

    def first() -> None:
        with lane.place(1):
            entered.set()
            assert leave.wait(5)

    def second() -> None:
        with lane.place(2):
            pass

    with ThreadPoolExecutor(2) as pool:
        holder = pool.submit(first)
        assert entered.wait(5)
        waiter = pool.submit(second)
        leave.set()
        holder.result(5)
        waiter.result(5)
    assert (lane.figures().inside, lane.figures().refused) == (0, 0)


def test_the_calls_of_one_request_share_its_place() -> None:
    lane = Lane(Kind.READS, 1)
    with ExitStack() as inner:
        with lane.place(1):
            inner.enter_context(lane.place(1))
        assert lane.figures().inside == 1
    assert lane.figures().inside == 0


def test_a_place_is_given_back_after_an_error() -> None:
    lane = Lane(Kind.READS, 1)
    with pytest.raises(NotFound), lane.place(1), lane.slot(Deadline(1)):
        raise NotFound("Gone.")
    with lane.place(2), lane.slot(Deadline(0)):
        pass


def test_a_call_waits_for_a_slot_no_longer_than_its_deadline() -> None:
    lane = Lane(Kind.READS, 1)
    with lane.slot(Deadline(1)), pytest.raises(Upstream) as refused, lane.slot(Deadline(0.05)):
        pass
    assert busy(refused)
    assert lane.figures().refused == 1


class Crowd:
    """Callers of one client, each a request of its own."""

    def __init__(self, server: Server, limits: Limits = SHORT) -> None:
        self.pool = ThreadPoolExecutor(8)
        self.client = ApigeeClient(
            server.endpoint,
            "demo",
            Basic("ops@example.com", "demo"),
            limits,
            Surroundings(sleep=lambda _seconds: None),
            SMALL,
        )

    def ask(self, call: Call = READ) -> "Future[object]":
        return self.pool.submit(self.client.ask, call, lambda answer: answer)


def test_reads_that_hang_leave_writes_and_analytics_alone(server: Server) -> None:
    crowd, gate, begun = Crowd(server), Event(), Event()

    def hold(connection: socket) -> None:
        begun.set()
        gate.wait(5)
        reply(200, [])(connection)

    with crowd.pool:
        server.answer(hold, hold, reply(200, {}))
        readers = [crowd.ask(), crowd.ask()]
        while crowd.client.lanes()[0].inside < 2 or len(server.seen) < 2:
            assert begun.wait(5)
        with pytest.raises(Upstream) as refused:
            crowd.ask().result(1)
        assert busy(refused)
        assert crowd.ask(WRITE).result(2) == {}
        assert crowd.ask(replace(READ, kind=Kind.ANALYTICS)).result(2) == {}
        gate.set()
        assert [reader.result(5) for reader in readers] == [[], []]
    crowd.client.close()


def test_an_apigee_that_is_down_is_not_asked_any_more(server: Server, speaker: Speaker) -> None:
    apigee = speaker.apigee()
    server.answer(reply(502, "<html>"))
    for _ in range(10):
        with pytest.raises(Upstream):
            apigee.developers.get("dana@example.com")
    assert len(server.seen) == 30
    with pytest.raises(Upstream) as refused:
        apigee.developers.get("dana@example.com")
    assert (len(server.seen), refused.value.kind) == (30, UpstreamKind.FAILED)
    assert refused.value.retry_after in range(1, 6)
    reads, writes, _analytics = apigee.client.lanes()
    assert (reads.breaker.state, writes.breaker.state) == (State.OPEN, State.CLOSED)


@pytest.mark.parametrize("status", [400, 403, 404, 409])
def test_refusals_are_answers(server: Server, speaker: Speaker, status: int) -> None:
    apigee = speaker.apigee()
    server.answer(edge_error(status, "some.code"))
    for _ in range(12):
        with pytest.raises(Exception, match=r"."):
            apigee.developers.get("dana@example.com")
    assert apigee.client.lanes()[0].breaker.state is State.CLOSED


def test_a_busy_apigee_is_asked_once_for_an_hour_of_readers(
    server: Server, speaker: Speaker
) -> None:
    apigee = speaker.apigee()
    server.answer(reply(429, {}, headers={"Retry-After": "3600"}))
    for _ in range(5):
        with pytest.raises(Upstream) as refused:
            apigee.developers.get("dana@example.com")
        assert refused.value.kind is UpstreamKind.BUSY
        assert (refused.value.retry_after or 0) >= 59
    assert len(server.seen) == 1


def test_a_write_that_the_breaker_refuses_was_surely_not_made(
    server: Server, speaker: Speaker
) -> None:
    apigee = speaker.apigee()
    server.answer(reply(429, {}, headers={"Retry-After": "60"}))
    for _ in range(2):
        with pytest.raises(Upstream) as refused:
            apigee.apps.delete("dana@example.com", "trip")
        assert not isinstance(refused.value, OutcomeUnknown)
    assert len(server.seen) == 1


class Tokenless(Renewable):
    """Credentials whose token endpoint is down."""

    def headers(self, deadline: Deadline) -> dict[str, str]:
        del deadline
        self.number += 1
        raise upstream(UpstreamKind.TIMEOUT, code="token")


def test_a_token_endpoint_that_hangs_opens_the_breaker_too(speaker: Speaker) -> None:
    credentials = Tokenless()
    apigee = speaker.apigee(credentials=credentials)
    for _ in range(8):
        with pytest.raises(Upstream):
            apigee.developers.get("dana@example.com")
    assert credentials.number == 6


def test_a_request_without_time_left_asks_nothing(server: Server) -> None:
    around = Surroundings(seconds_left=lambda: 0.2)
    client = ApigeeClient(server.endpoint, "demo", Basic("a", "b"), SHORT, around)
    with pytest.raises(Upstream) as late:
        client.ask(READ, lambda answer: answer)
    assert (late.value.kind, server.seen) == (UpstreamKind.TIMEOUT, [])


def test_a_write_leaves_time_to_look_for_what_it_made(server: Server, speaker: Speaker) -> None:
    apigee = speaker.apigee(limits=Limits(total=3.0, connect=1.5, read=15.0))
    server.answer(hang(60))
    with pytest.raises(OutcomeUnknown):
        apigee.apps.delete("dana@example.com", "trip")
    assert 1.5 < speaker.seconds[0] < 2.9


def test_what_was_just_made_is_asked_for_again_when_it_is_not_found(
    server: Server, speaker: Speaker
) -> None:
    apigee = speaker.apigee()
    missing = x_error(404, "keymanagement.service.app_not_found")
    server.answer(reply(201, APP), missing, missing, reply(200, APP))
    apigee.apps.create("dana@example.com", NewApp("trip", "Trip", ()))
    assert apigee.apps.get("dana@example.com", "trip").name == "trip"
    assert len(server.seen) == 4
    assert [0.2 <= speaker.slept[0] <= 0.4, 0.4 <= speaker.slept[1] <= 0.6] == [True, True]


def test_so_is_what_may_have_been_made(server: Server, speaker: Speaker) -> None:
    apigee = speaker.apigee()
    missing = x_error(404, "developer.service.DeveloperDoesNotExist")
    server.answer(reply(502, "<html>"), missing, reply(200, DEVELOPER))
    with pytest.raises(OutcomeUnknown):
        apigee.apps.create("dana@example.com", NewApp("trip", "Trip", ()))
    server.answer(missing, reply(200, APP))
    assert apigee.apps.get("dana@example.com", "trip").name == "trip"


def test_what_was_refused_or_deleted_is_believed_to_be_missing(
    server: Server, speaker: Speaker
) -> None:
    apigee = speaker.apigee()
    missing = x_error(404, "keymanagement.service.app_not_found")
    server.answer(edge_error(409, "exists"), missing)
    with pytest.raises(Exception, match="already"):
        apigee.apps.create("dana@example.com", NewApp("trip", "Trip", ()))
    with pytest.raises(NotFound):
        apigee.apps.get("dana@example.com", "trip")
    server.answer(reply(201, APP), reply(200, APP), missing)
    apigee.apps.create("dana@example.com", NewApp("trip", "Trip", ()))
    apigee.apps.delete("dana@example.com", "trip")
    with pytest.raises(NotFound):
        apigee.apps.get("dana@example.com", "trip")
    assert (len(server.seen), speaker.slept) == (5, [])
