"""Two processes of the portal behind one socket, exchanged in turn while people work."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

import pytest
import requests

from app.settings import Settings
from demo.plan import ROOT
from demo.run import portal
from tests.faults.crowd import Person, people
from tests.faults.workshop import DANA, Workshop, workshop
from tests.scenario.programs import wait_for

OLD = "0123456789abcdef-an-unguessable-key"
NEW = "fedcba9876543210-another-unguessable-key"
# A new key is known everywhere before anybody signs with it.
BEFORE = {"PORTAL_SECRET_KEY": OLD, "PORTAL_SECRET_KEY_FALLBACKS": NEW}
AFTER = {"PORTAL_SECRET_KEY": NEW, "PORTAL_SECRET_KEY_FALLBACKS": OLD}
SECONDS = 60
READERS = 2
PACE_SECONDS = 0.02  # so that those who start get a share of the machine
PAGES = ("/account", "/products", "/apps")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop("x", tmp_path) as running:
        yield running


@contextmanager
def process(
    shop: Workshop, listener: socket.socket, keys: dict[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Let one more process answer at the socket; a port of its own tells when it does."""
    program, shared = portal(shop.plan), f"fd://{listener.fileno()}"
    given = [shared if word.startswith("127.0.0.1:") else word for word in program.command[1:]]
    environment = {**os.environ, **program.environment, **keys}
    environment.pop("PORTAL_SECRET_KEY_FILE")
    with (
        program.log.open("ab") as log,
        socket.create_server(("127.0.0.1", 0)) as own,
        subprocess.Popen(  # noqa: S603 - the demo's own command
            (sys.executable, *given, "--bind", f"fd://{own.fileno()}"),
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            pass_fds=[listener.fileno(), own.fileno()],
        ) as running,
    ):
        try:
            wait_for(f"http://127.0.0.1:{own.getsockname()[1]}/livez")
            yield running
        finally:
            running.terminate()
            assert running.wait(SECONDS) == 0


def read(person: Person, enough: Event) -> list[str]:
    """Open pages one after the other until it is enough; return what was answered."""
    answers: list[str] = []
    while not enough.wait(PACE_SECONDS):
        path = PAGES[len(answers) % len(PAGES)]
        try:
            answers.append(f"{path} {person.get(path).status_code}")
        except requests.RequestException as error:
            answers.append(f"{path} {type(error).__name__}")
    return answers


def renamed(person: Person, token: str, name: str) -> int:
    """Send a form that was open before."""
    answer = requests.post(
        f"{person.address}/account/names",
        {"csrf_token": token, "first_name": name, "last_name": "Novak"},
        headers={"Cookie": f"portal_session={person.cookie}"},
        timeout=SECONDS,
        allow_redirects=False,
    )
    return answer.status_code


def test_nobody_notices_that_processes_and_the_secret_key_are_exchanged(shop: Workshop) -> None:
    """Abuse case 39: a rolling restart with a new secret key, while people read and write."""
    [dana] = people(Settings(), [DANA])
    enough = Event()
    forms: list[int] = []
    with (
        socket.create_server(("127.0.0.1", shop.plan.port), backlog=512) as listener,
        ThreadPoolExecutor(READERS) as pool,
        ExitStack() as last,
    ):
        serving = [ExitStack() for _ in range(2)]
        for each in serving:
            last.push(each)
            each.enter_context(process(shop, listener, BEFORE))
        token = dana.token()
        reading = [pool.submit(read, dana, enough) for _ in range(READERS)]
        last.callback(enough.set)
        for each in serving:
            each.close()
            each.enter_context(process(shop, listener, AFTER))
            # Opened under the old key, and what is opened now is good under both.
            forms += [renamed(dana, held, f"Dana {len(forms)}") for held in (token, dana.token())]
        enough.set()
        answers = [answer for reader in reading for answer in reader.result()]
    assert len(answers) > len(PAGES) * READERS
    assert {answer for answer in answers if not answer.endswith(" 200")} == set()
    assert forms == [303] * 4
    assert shop.raw(f"developers/{DANA}")["firstName"] == "Dana 2"
