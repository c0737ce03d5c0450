"""Every way an answer can go wrong, and what the call did all the same."""

import socket
import threading
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import pytest
import requests

import emulator
from emulator.faults import PRESETS, Fault, fault
from tests.emulator.conftest import NEW_DEVELOPER, Client, Start
from tests.emulator.test_control import control

BROKEN = requests.exceptions.RequestException
NEW = "/developers/new@example.com"


def create(client: Client, seconds: float = 20) -> requests.Response:
    url = f"{client.local.url}/organizations/demo/developers"
    return client.session.post(url, json=NEW_DEVELOPER, timeout=seconds)


def read(client: Client, seconds: float = 20) -> requests.Response:
    url = f"{client.local.url}/organizations/demo/developers/dana@example.com"
    return client.session.get(url, timeout=seconds)


def exists(client: Client) -> bool:
    return client.get(NEW).status_code == 200


def soon(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("name", PRESETS)
def test_every_ready_made_fault_passes_and_the_next_call_is_answered(x: Client, name: str) -> None:
    small = {"oversized": {"pad_bytes": 1000}, "drip": {"drip_bytes": 200}}.get(name, {})
    assert control(x, "POST", "faults", {"preset": name, **small}).status_code == 201
    try:
        answer = read(x, 0.3)
    except BROKEN:
        pass
    else:
        assert answer.content or answer.status_code == 204
    assert read(x).json()["email"] == "dana@example.com"


@pytest.mark.parametrize(
    ("name", "done"),
    [
        ("unavailable", False),
        ("html", False),
        ("login_redirect", False),
        ("no_content", False),
        ("too_many", False),
        ("wrong_content_type", True),
        ("list_for_object", True),
        ("oversized", True),
        ("cut", True),
        ("lost_in_error", True),
        ("lost_in_timeout", True),
        ("no_content_after", True),
    ],
)
def test_what_is_answered_says_whether_the_work_was_done(
    client: Client, name: str, done: bool
) -> None:
    small = {"pad_bytes": 1000} if name == "oversized" else {}
    client.local.faults.add(fault(name, method="POST", **small))
    assert create(client).status_code
    assert exists(client) is done


@pytest.mark.parametrize(
    ("name", "done"),
    [
        ("hang", False),
        ("reset", False),
        ("closed", False),
        ("truncated", True),
        ("lost_in_hang", True),
        ("lost_in_reset", True),
        ("lost_in_close", True),
        ("lost_in_truncation", True),
    ],
)
def test_a_broken_connection_says_nothing_of_the_work(
    client: Client, name: str, done: bool
) -> None:
    client.local.faults.add(fault(name, method="POST"))
    with pytest.raises(BROKEN):
        create(client, 0.3)
    assert exists(client) is done


def test_a_reset_is_a_reset_and_a_close_a_close(x: Client) -> None:
    for name, said in (("reset", "Connection reset by peer"), ("closed", "without response")):
        x.local.faults.add(fault(name))
        with pytest.raises(requests.ConnectionError, match=said):
            create(x)


def test_a_truncated_answer_is_shorter_than_announced_and_a_cut_one_is_not(x: Client) -> None:
    x.local.faults.add(fault("truncated"))
    with pytest.raises(BROKEN, match="bytes read"):
        read(x)
    x.local.faults.add(fault("cut"))
    answer = read(x)
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_a_dripping_answer_comes_whole_but_slowly(x: Client) -> None:
    x.local.faults.add(fault("drip", drip_bytes=50, drip_milliseconds=30))
    begun = time.monotonic()
    answer = read(x)
    assert answer.json()["email"] == "dana@example.com"
    assert time.monotonic() - begun > (len(answer.content) - 1) // 50 * 0.03


def test_a_call_that_hangs_goes_on_when_the_faults_are_cleared(client: Client) -> None:
    for name in ("hang", "lost_in_hang"):
        client.local.faults.add(fault(name, method="POST"))
        got: list[int] = []
        thread = threading.Thread(target=lambda got=got: got.append(create(client).status_code))
        thread.start()
        soon(lambda: not client.local.faults.listed())
        assert got == []
        assert control(client, "DELETE", "faults").status_code == 204
        thread.join(60)
        assert got == [201]
        client.local.reset()


def test_a_client_that_leaves_a_hanging_call_frees_its_thread(x: Client) -> None:
    before = threading.active_count()
    x.local.faults.add(fault("hang", times=0))
    with pytest.raises(BROKEN):
        read(x, 0.1)
    soon(lambda: threading.active_count() <= before)
    assert x.local.journal.entries[-1].status == 0


@pytest.mark.parametrize("name", ["hang", "lost_in_hang", "drip", "slow"])
def test_a_fault_under_way_does_not_keep_the_emulator_from_ending(name: str) -> None:
    failed = threading.Event()

    def ask(url: str) -> None:
        with pytest.raises(BROKEN):
            requests.get(url, timeout=60)
        failed.set()

    with emulator.run() as local:
        given = fault(name, **{"slow": {"delay_milliseconds": 60_000}}.get(name, {}))
        local.faults.add(given)
        thread = threading.Thread(target=ask, args=(f"{local.url}/organizations/demo",))
        thread.start()
        soon(lambda: not local.faults.listed())
        time.sleep(0.05)
        begun = time.monotonic()
    assert time.monotonic() - begun < 20
    thread.join(60)
    assert failed.is_set()


def test_a_hanging_call_with_another_behind_it_does_not_either() -> None:
    ask = b"GET /v1/organizations/demo HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with emulator.run() as local:
        local.faults.add(fault("hang"))
        link = socket.create_connection(("127.0.0.1", local.server.port), timeout=60)
        link.sendall(ask)
        soon(lambda: not local.faults.listed())
        link.sendall(ask)
        begun = time.monotonic()
    assert time.monotonic() - begun < 20
    link.close()


def test_retry_after_is_seconds_or_a_date_by_the_clock_of_the_emulator(start: Start) -> None:
    x = start(clock=lambda: 1_800_000_000.0)
    x.local.faults.add(fault("too_many", retry_after_seconds=7))
    assert read(x).headers["Retry-After"] == "7"
    x.local.faults.add(fault("too_many_until", retry_after_seconds=7))
    answer = read(x)
    assert answer.status_code == 429
    assert parsedate_to_datetime(answer.headers["Retry-After"]).timestamp() == 1_800_000_007


def test_a_redirect_leads_to_a_page_for_signing_in(x: Client) -> None:
    x.local.faults.add(fault("login_redirect"))
    answer = read(x)
    assert answer.history[0].status_code == 302
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    assert "Sign in" in answer.text


def test_an_oversized_answer_is_still_json(x: Client) -> None:
    x.local.faults.add(fault("oversized", pad_bytes=3_000_000))
    answer = read(x)
    assert len(answer.content) == 3_000_000
    assert answer.json()["email"] == "dana@example.com"


def test_headers_and_body_are_laid_over_the_real_answer(x: Client) -> None:
    x.local.faults.add(Fault(headers={"X-Odd": "1"}))
    answer = read(x)
    assert (answer.headers["X-Odd"], answer.json()["email"]) == ("1", "dana@example.com")
    x.local.faults.add(Fault(body=[], method="POST"))
    answer = create(x)
    assert (answer.status_code, answer.json()) == (201, [])


def test_the_token_endpoint_and_the_gateway_can_fail_too(x: Client) -> None:
    x.local.faults.add(fault("html_error", path="^/token$"))
    assert requests.post(x.local.token_uri, timeout=60).status_code == 502
    x.local.faults.add(fault("closed", path="^/proxy/"))
    with pytest.raises(BROKEN):
        x.gateway(**{"x-apikey": "dana-key"})
    assert x.gateway(**{"x-apikey": "dana-key"}).status_code == 200


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"preset": "boom"}, "preset: one of unavailable, html"),
        ({"preset": []}, "preset: one of"),
        ({"status": 99}, "status: 0 or a number from 200 to 599"),
        ({"status": "503"}, "status: a whole number"),
        ({"times": -1}, "times: a whole number"),
        ({"after": 1}, "after: true or false"),
        ({"delivery": "late"}, "delivery: one of whole, drip"),
        ({"drip_bytes": 0}, "drip_bytes: at least 1"),
        ({"headers": {"A": 1}}, "headers: an object of texts"),
        ({"headers": {"A": "\u0663"}}, "headers: an object of texts in ASCII"),
        ({"headers": {"A": "1\r\nB: 2"}}, "headers: an object of texts in ASCII"),
        ({"method": 1}, "method: a text"),
        ({"path": "("}, "path: missing"),
        ({"colour": 1}, "unknown: colour"),
    ],
)
def test_what_makes_no_sense_is_named(x: Client, bad: dict[str, object], said: str) -> None:
    answer = control(x, "POST", "faults", bad)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert control(x, "GET", "faults").json() == {"faults": []}
