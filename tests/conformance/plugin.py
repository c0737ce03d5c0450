"""pytest plugin: every emulator started by a test has its answers checked.

Flavour X is checked against Google's discovery document, Edge against shapes of our own. A test
during which an answer was wrong fails. Emulators that run as processes of their own record what
they answer, and are looked at in the end; what is wrong there fails the run.
"""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.messages import Exchange
from emulator.recording import VARIABLE, read_recordings
from emulator.running import EVERYWHERE
from tests.conformance.discovery import Discovery, load
from tests.conformance.edge_shapes import EdgeShapes


class Inspector:
    """Checks exchanges as they happen and remembers what was wrong."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._discovery: Discovery | None = None
        self._edge = EdgeShapes()
        self._problems: list[str] = []
        self.checked = {"x": 0, "edge": 0}

    @property
    def seen(self) -> set[str]:
        """The methods of the discovery document that were answered."""
        return self._discovery.seen if self._discovery else set()

    def __call__(self, exchange: Exchange) -> None:
        request = exchange.request
        if exchange.injected or not request.path.startswith("/v1"):
            return
        with self._lock:
            self.checked[exchange.flavor] += 1
            for problem in self._check(exchange):
                where = f"{exchange.flavor} {request.method} -> {exchange.response.status}"
                self._problems.append(f"{where}: {problem}")

    def take(self) -> list[str]:
        """What was wrong since this was last asked."""
        with self._lock:
            problems, self._problems = self._problems, []
        return problems

    def _check(self, exchange: Exchange) -> list[str]:
        if exchange.flavor == "edge":
            return self._edge.check(exchange)
        if self._discovery is None:
            self._discovery = load()
        return self._discovery.check(exchange)


INSPECTOR = Inspector()
EVERYWHERE.append(INSPECTOR)


@pytest.fixture(autouse=True)
def answers_of_the_emulator_conform() -> Iterator[None]:
    """Fails the test during which an emulator gave a wrong answer."""
    yield
    problems = INSPECTOR.take()
    if problems:
        pytest.fail("wrong answers:\n" + "\n".join(dict.fromkeys(problems)), pytrace=False)


def pytest_configure() -> None:
    """Asks emulators started as processes of their own to record what they answer."""
    os.environ[VARIABLE] = tempfile.mkdtemp(prefix="local-apigee-")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails the run for wrong answers that no test was there to be failed by."""
    folder = Path(os.environ.pop(VARIABLE))
    for exchange in read_recordings(folder):
        INSPECTOR(exchange)
    shutil.rmtree(folder)
    problems = INSPECTOR.take()
    if problems:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for problem in dict.fromkeys(problems):
            session.config.pluginmanager.getplugin("terminalreporter").write_line(problem, red=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how much was checked."""
    x, edge = INSPECTOR.checked["x"], INSPECTOR.checked["edge"]
    if x or edge:
        methods = len(INSPECTOR.seen)
        terminalreporter.write_line(
            f"local Apigee: {x} answers of X against the discovery document ({methods} methods), "
            f"{edge} answers of Edge against our shapes"
        )
