"""pytest plugin: every emulator started by a test has its answers checked.

Flavour X is checked against Google's discovery document, Edge against shapes of our own. A test
during which an answer was wrong fails. Emulators that run as processes of their own record what
they answer, and are looked at in the end; what is wrong there fails the run. So does a run of the
whole suite in which a method that a portal needs was never answered.

Where several processes share the tests (`-n`), each reports what it saw to the one that started
them, and that one alone judges the run.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import pytest

from emulator.recording import VARIABLE, read_recordings
from emulator.running import EVERYWHERE
from tests.conformance.inspector import Inspector

INSPECTOR = Inspector()
# How many tests were left out, one entry per time.
DESELECTED: list[int] = []
EVERYWHERE.append(INSPECTOR)


class Worker(Protocol):
    """A process that runs a share of the tests: of plain values, it can hand over any."""

    workeroutput: dict[str, Any]


@pytest.fixture(autouse=True)
def answers_of_the_emulator_conform() -> Iterator[None]:
    """Fails the test during which an emulator gave a wrong answer."""
    yield
    problems = INSPECTOR.take()
    if problems:
        pytest.fail("wrong answers:\n" + "\n".join(dict.fromkeys(problems)), pytrace=False)


def pytest_configure(config: pytest.Config) -> None:
    """Asks emulators started as processes of their own to record what they answer."""
    if not is_worker(config):
        os.environ[VARIABLE] = tempfile.mkdtemp(prefix="local-apigee-")


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Notes that not all tests were run."""
    if items:
        DESELECTED.append(len(items))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Worker) -> None:
    """Takes over what a worker saw; of one that died there is nothing, but then the run failed."""
    output = getattr(node, "workeroutput", {})
    if "local_apigee" in output:
        INSPECTOR.learn(output["local_apigee"])
        DESELECTED.extend(output["deselected"])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fails the run for what no test was there to be failed by."""
    if is_worker(session.config):
        output = cast(Worker, session.config).workeroutput
        output.update(local_apigee=INSPECTOR.tell(), deselected=DESELECTED)
        return
    folder = Path(os.environ.pop(VARIABLE))
    for exchange in read_recordings(folder):
        INSPECTOR(exchange)
    shutil.rmtree(folder)
    problems = list(dict.fromkeys(INSPECTOR.take()))
    if is_whole(session, deselected=bool(DESELECTED)):
        problems += [
            f"a portal needs {name}, but no test called it" for name in INSPECTOR.missing()
        ]
    if problems:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for problem in problems:
            session.config.pluginmanager.getplugin("terminalreporter").write_line(problem, red=True)


def is_worker(config: pytest.Config) -> bool:
    """Whether this process runs a share of the tests for another one."""
    return hasattr(config, "workerinput")


def is_whole(session: pytest.Session, *, deselected: bool) -> bool:
    """Whether a run was of the whole suite, and to its end.

    It was if it was started for all of `testpaths`, nothing was left out by an option or by
    a marker, the collection had no errors and nobody stopped it before the last test.
    """
    config = session.config
    suite = [config.rootpath / each for each in config.getini("testpaths")]
    asked = {(config.invocation_params.dir / each).resolve() for each in config.args}
    left_out = ("ignore", "ignore_glob", "collectonly", "setuponly", "setupplan", "lf")
    return (
        bool(suite)
        and all(asked & {each, *each.parents} for each in suite)
        and not deselected
        and not any(config.getoption(each, default=None) for each in left_out)
        and not (session.shouldstop or session.shouldfail)
        and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
    )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Says how much was checked; with `-v` also which methods were answered and which not."""
    if not any(INSPECTOR.answered.values()):
        return
    x, edge = INSPECTOR.answered["x"], INSPECTOR.answered["edge"]
    checked, methods, never = INSPECTOR.checked, INSPECTOR.seen, INSPECTOR.missing()
    terminalreporter.write_line(
        f"local Apigee: {x} answers of X ({checked['x']} against the discovery document), "
        f"{edge} answers of Edge ({checked['edge']} against our shapes)"
    )
    terminalreporter.write_line(
        f"discovery document: {len(methods)} methods answered, "
        f"{len(never)} that a portal needs never were"
    )
    if config.get_verbosity() > 0:
        for word, names in (("answered", sorted(methods)), ("never", never)):
            for name in names:
                terminalreporter.write_line(f"  {word} {name}")
