"""The soak: people come at a pace, what processes hold is read, and growth is found."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.resources import Held, connections_to, held
from bench.soak import Minute, Reading, has_grown, judged
from bench.visitors import NO_ANSWER, Crowd, Walk, Walked

MY_APPS = '<a class="row-link" href="/apps/trip">Trip</a>'
AN_APP = '<form action="/apps/trip/keys/1/reveal"><input name="csrf_token" value="signed"></form>'
COOKIES = [f"cookie-{number}" for number in range(10)]


class Portal(BaseHTTPRequestHandler):
    """A portal with one app, which remembers who asked for what."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, str, str]]

    def do_GET(self) -> None:
        self._answer(AN_APP if self.path == "/apps/trip" else MY_APPS)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer("")

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, page: str) -> None:
        self.asked.append((self.command, self.path, self.headers["Cookie"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page.encode())


@pytest.fixture
def portal() -> Iterator[int]:
    Portal.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Portal) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def walked(portal: int, **walk: float) -> Walked:
    crowd = Crowd(COOKIES)
    done = crowd.walk(Walk(port=portal, connections=2, **walk))  # type: ignore[arg-type] # counts
    crowd.close()
    return done


def test_everybody_opens_every_page_and_some_show_a_key(portal: int) -> None:
    done = walked(portal, visits=200)
    assert (done.visits, done.wrong) == (200, 0)
    assert {cookie for *_, cookie in Portal.asked} == {f"portal_session={each}" for each in COOKIES}
    assert {path for _, path, _ in Portal.asked} == {
        "/",
        "/apps",
        "/products",
        "/apps/trip",
        "/apps/trip/keys/1/reveal",
    }
    shown = [path for method, path, _ in Portal.asked if method == "POST"]
    assert done.statuses == {"200": 200 + len(shown)}
    assert 1 <= len(shown) <= 10


def test_people_come_at_the_pace_that_is_asked_for(portal: int) -> None:
    done = walked(portal, rate=50.0, seconds=1.0)
    assert 40 <= done.visits <= 50
    assert done.seconds > 0.9


def test_what_is_not_answered_is_counted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    done = walked(port, visits=3)
    assert (done.statuses, done.wrong) == ({NO_ANSWER: 3}, 3)


def test_what_this_process_holds_is_read() -> None:
    before = held(os.getpid())
    assert before.rss >= before.pss > 1
    # Libraries have threads that Python does not know.
    assert before.threads >= threading.active_count()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert connections_to([os.getpid()], port) == 0
        with closing(socket.create_connection(("127.0.0.1", port))):
            assert connections_to([os.getpid()], port) == 1
            assert held(os.getpid()).files == before.files + 2


def minute(pss: float, files: int, statuses: dict[str, int]) -> Minute:
    reading = Reading({"web 1": Held(pss, 150.0, 16, files)}, {"Redis": 4})
    return Minute(Walked(visits=1, seconds=60.0, statuses=statuses), [reading])


def test_growth_and_wrong_answers_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    calm = [minute(100.0, 30, {"200": 10}), minute(104.0, 34, {"200": 10})]
    assert judged(calm) == 0
    assert "GROWN" not in capsys.readouterr().out
    assert judged([calm[0], minute(106.0, 30, {"200": 10})]) == 1
    assert "MISSED: web 1: MB PSS" in capsys.readouterr().out
    assert judged([calm[0], minute(100.0, 35, {"200": 10})]) == 1
    assert "MISSED: web 1: open files" in capsys.readouterr().out
    assert judged([calm[0], minute(100.0, 30, {"200": 9, "503": 1})]) == 1
    assert "20 answers, 1 of them no page: MISSED" in capsys.readouterr().out


def test_memory_grows_by_a_part_and_counts_by_a_number() -> None:
    assert not has_grown("web 1: MB RSS", 200.0, 210.0)
    assert has_grown("web 1: MB RSS", 200.0, 210.5)
    assert not has_grown("connections to Redis", 0, 4)
    assert has_grown("connections to Redis", 0, 5)
