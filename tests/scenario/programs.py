"""The demo's own commands in processes of a test: the server, and a worker that comes by."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from demo.plan import ROOT
from demo.processes import Program
from demo.run import portal
from tests.scenario.house import HousePlan

START_SECONDS = 90
WORK_SECONDS = 60


@contextmanager
def served(plan: HousePlan, environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """Run the demo's own server command until it answers, and end it afterwards."""
    command = (sys.executable, *portal(plan).command[1:])
    with (
        log.open("wb") as written,
        subprocess.Popen(command, env=environment, stdout=written, stderr=written) as process,  # noqa: S603 - the demo's own command
    ):
        try:
            wait_for(f"{plan.portal_url}/livez")
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            finally:
                process.kill()


def wait_for(address: str) -> None:
    """Ask until there is any answer; fail when none comes in time."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            requests.get(address, timeout=1)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the portal did not start")


def work_once(program: Program) -> None:
    """Let a worker's command do what is due, and end."""
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open("wb") as log:
        subprocess.run(  # noqa: S603 - the demo's own command
            (sys.executable, *program.command[1:], "--once"),
            cwd=ROOT,
            env={**os.environ, **program.environment},
            stdout=log,
            stderr=log,
            check=True,
            timeout=WORK_SECONDS,
        )
