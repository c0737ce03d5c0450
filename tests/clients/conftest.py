"""A local Apigee for other people's clients, and the count of what they asked of it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Unpack

import pytest
import requests

import emulator
from emulator.running import EVERYWHERE, LocalApigee, Settings
from tests.clients.census import Census
from tests.clients.kept import Kept
from tests.clients.programs import Room
from tests.conformance.plugin import INSPECTOR
from tools.other_clients import fingerprint, is_installed

TOKEN_PATH = "/oauth/token"
# The client id and secret that every program uses at Edge's token address.
EDGE_CLI = ("edgecli", "edgeclisecret")
CENSUS = Census()
EVERYWHERE.append(CENSUS.google)


@dataclass(frozen=True)
class Visit:
    """A local Apigee and the room in which a client of it runs."""

    local: LocalApigee
    room: Room

    @property
    def kept(self) -> Kept:
        return Kept(self.local)

    def edge_token(self) -> str:
        """An access token of Edge for the first user."""
        name, password = self.local.basic
        form = {"grant_type": "password", "username": name, "password": password}
        answer = requests.post(f"{self.local.root}{TOKEN_PATH}", form, auth=EDGE_CLI, timeout=20)
        return str(answer.json()["access_token"])


class Visiting(Protocol):
    """Starts a local Apigee for a client; at the end looks at where the client went."""

    def __call__(
        self, client: str, **settings: Unpack[Settings]
    ) -> AbstractContextManager[Visit]: ...


@pytest.fixture(scope="session", autouse=True)
def clients_are_installed() -> None:
    """Fails where `make conformance` has not installed what is locked."""
    assert is_installed(fingerprint()), "run: make conformance"


@pytest.fixture
def visiting(tmp_path: Path) -> Visiting:
    @contextmanager
    def visit(client: str, **settings: Unpack[Settings]) -> Iterator[Visit]:
        visits = CENSUS.visits[client]
        flavor = settings.setdefault("flavor", "edge")
        settings["observers"] = [visits]
        calls, checked = visits.calls, INSPECTOR.checked[flavor]
        with emulator.run(**settings) as local:
            room = Room(tmp_path, local.root)
            yield Visit(local, room)
            assert room.connections == {local.root.removeprefix("http://")}
        asked = len(local.journal.entries)
        assert 0 < asked == INSPECTOR.checked[flavor] - checked <= visits.calls - calls

    return visit


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says which client asked how much, and at how many places."""
    terminalreporter.section("other people's clients")
    for row in CENSUS.table():
        terminalreporter.write_line(row)
    if terminalreporter.config.get_verbosity() > 0:
        for client, visits in CENSUS.visits.items():
            for place in sorted(visits.places):
                terminalreporter.write_line(f"{client}: {place}")
