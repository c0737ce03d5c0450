"""A local Apigee for other people's clients, and the count of what they asked of it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

import emulator
from emulator.model import Flavor
from emulator.running import EVERYWHERE, LocalApigee
from emulator.switches import Switches
from tests.clients.census import Census
from tests.clients.kept import Kept
from tests.clients.programs import Room
from tests.conformance.plugin import INSPECTOR
from tools.other_clients import fingerprint, is_installed

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


class Visiting(Protocol):
    """Starts a local Apigee for a client; at the end looks at where the client went."""

    def __call__(
        self, client: str, flavor: Flavor = "edge", switches: Switches = ...
    ) -> AbstractContextManager[Visit]: ...


@pytest.fixture(scope="session", autouse=True)
def clients_are_installed() -> None:
    """Fails where `make conformance` has not installed what is locked."""
    assert is_installed(fingerprint()), "run: make conformance"


@pytest.fixture
def visiting(tmp_path: Path) -> Visiting:
    @contextmanager
    def visit(
        client: str, flavor: Flavor = "edge", switches: Switches | None = None
    ) -> Iterator[Visit]:
        visits = CENSUS.visits[client]
        calls, checked = visits.calls, INSPECTOR.checked[flavor]
        with emulator.run(
            flavor=flavor, switches=switches or Switches(), observers=[visits]
        ) as local:
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
