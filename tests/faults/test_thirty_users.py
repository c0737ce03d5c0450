"""Thirty people on an Apigee that hangs, with the server that the demo runs."""

import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from os import environ
from pathlib import Path
from typing import Any

import pytest
import requests

import emulator
from app.settings import Settings
from emulator.faults import fault
from emulator.running import LocalApigee
from tests.faults.crowd import Person, environment, people, plan_over
from tests.scenario.programs import served

PEOPLE = 30
AT_ONCE = 3.0  # seconds; who waits for Apigee waits longer
SEED: dict[str, Any] = {
    "developers": [
        {
            "email": f"user{number}@example.com",
            "firstName": "User",
            "lastName": str(number),
            "apps": [{"name": f"app-{number}"}],
        }
        for number in range(PEOPLE + 2)
    ]
}


def within(seconds: float, act: Callable[[], requests.Response], status: int) -> None:
    begun = time.monotonic()
    answer = act()
    took = time.monotonic() - begun
    assert (answer.status_code, took < seconds) == (status, True), f"{took:.2f} s"


@pytest.fixture
def local() -> Iterator[LocalApigee]:
    with emulator.run(seed=SEED) as running:
        yield running


@pytest.fixture
def everybody(
    local: LocalApigee, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Person]]:
    """Everybody of the seed, signed in at a server that runs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    plan = plan_over(local, tmp_path, port)
    with monkeypatch.context() as patch:
        for name, value in environment(plan).items():
            patch.setenv(name, value)
        signed_in = people(Settings(), [item["email"] for item in SEED["developers"]])
    with served(plan, {**environ, **environment(plan)}, plan.logs / "portal.log"):
        yield signed_in


def test_while_apigee_hangs_everything_else_answers(
    local: LocalApigee, everybody: list[Person]
) -> None:
    """Abuse case 17."""
    leaving, known, *crowd = everybody
    token = leaving.token()
    assert "app-1" in known.get("/apps").text
    local.faults.add(fault("hang", times=0, path="/v1/"))
    with ThreadPoolExecutor(PEOPLE) as pool:
        begun = time.monotonic()
        ends: list[float] = []
        waiting = [pool.submit(person.get, "/apps") for person in crowd]
        for each in waiting:
            each.add_done_callback(lambda _each: ends.append(time.monotonic()))
        for _ in range(8):
            time.sleep(0.3)
            for path in ("/livez", "/readyz", "/static/css/tokens.css", "/docs/", "/sign-in"):
                within(AT_ONCE, partial(get, f"{leaving.address}{path}"), 200)
        within(AT_ONCE, lambda: leaving.sign_out(token), 303)
        answers = [each.result() for each in waiting]
        assert max(ends) - begun < 15.5
        assert {answer.status_code for answer in answers} == {200}
        assert all("cannot be read right now" in answer.text for answer in answers)
        # Who was here before sees the list as it was then.
        assert "app-1" in known.get("/apps?refresh=1").text
        assert "the last calls to Apigee failed" in leaving.get("/readyz").text
        assert len([person for person in crowd[:8] if waits(person)]) <= 1  # who tries it again
        local.faults.clear()
        recovers(lambda: crowd[0].get("/apps"), "app-2")
        again = list(pool.map(lambda person: person.get("/apps"), crowd[1:8]))
    assert all(f"app-{number}" in answer.text for number, answer in enumerate(again, 3))


def get(address: str) -> requests.Response:
    """Open a page as nobody in particular."""
    return requests.get(address, timeout=60)


def waits(person: Person) -> bool:
    """Tell whether somebody's list takes long, once Apigee was found to be silent."""
    begun = time.monotonic()
    assert person.get("/apps").status_code == 200
    return time.monotonic() - begun > AT_ONCE


def recovers(act: Callable[[], requests.Response], text: str) -> None:
    """Come back within the breaker's five seconds and one probe."""
    until = time.monotonic() + 60
    while text not in act().text:
        assert time.monotonic() < until
        time.sleep(0.5)
