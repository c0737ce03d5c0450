"""A command that is run contained leaves no process behind, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.plan import ROOT

# Elsewhere nobody hands over the orphans.
IS_LINUX = sys.platform == "linux"
STAYS = "import os, time; os.setsid(); time.sleep(60)"
STARTS = """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {stays!r}])
pathlib.Path({file!r}).write_text(str(child.pid))
{then}
"""


def contained(source: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tools.contained", sys.executable, "-c", source]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own words


@contextmanager
def started_with(number: signal.Signals, handler: signal.Handlers) -> Iterator[None]:
    """Start commands as a shell does that ignores a signal, or does not."""
    before = signal.signal(number, handler)
    try:
        yield
    finally:
        signal.signal(number, before)


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def end(process: int) -> None:
    if runs(process):
        os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize("status", [0, 3])
def test_a_command_that_leaves_nothing_ends_as_it_would_alone(status: int) -> None:
    with contained(f"raise SystemExit({status})") as running:
        _, said = running.communicate(timeout=30)
    assert (running.returncode, said) == (status, "")


def test_what_a_command_leaves_running_is_named_and_ended_and_fails_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    with contained(STARTS.format(stays=STAYS, file=str(file), then="")) as running:
        _, said = running.communicate(timeout=30)
    child = int(file.read_text())
    try:
        assert running.returncode == int(IS_LINUX)
        assert ("left running: " in said and STAYS in said) is IS_LINUX
        assert runs(child) is not IS_LINUX
    finally:
        end(child)


def test_what_ends_a_moment_later_is_waited_for(tmp_path: Path) -> None:
    source = STARTS.format(
        stays="import time; time.sleep(0.5)", file=str(tmp_path / "pid"), then=""
    )
    with contained(source) as running:
        _, said = running.communicate(timeout=30)
    assert (running.returncode, said) == (0, "")


def test_a_command_heeds_ctrl_c_even_in_the_background_of_a_shell() -> None:
    source = "import signal; assert signal.getsignal(signal.SIGINT) is signal.default_int_handler"
    with started_with(signal.SIGINT, signal.SIG_IGN), contained(source) as running:
        _, said = running.communicate(timeout=30)
    assert (running.returncode, said) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_told_to_end_takes_everything_along(
    tmp_path: Path, number: signal.Signals
) -> None:
    file = tmp_path / "pid"
    then = "time.sleep(60)"
    source = STARTS.format(stays=STAYS, file=str(file), then=then)
    with started_with(number, signal.SIG_DFL), contained(source) as running:
        until = time.monotonic() + 60
        while not (file.exists() and file.read_text()):
            assert time.monotonic() < until
            time.sleep(0.02)
        running.send_signal(number)
        running.communicate(timeout=30)
    child = int(file.read_text())
    try:
        assert running.returncode == 128 + number
        assert runs(child) is not IS_LINUX
    finally:
        end(child)
