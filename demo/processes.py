"""The processes of the demo: started together, stopped together, one log file each."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from demo.plan import ROOT

START_SECONDS = 60.0
STOP_SECONDS = 10.0
PAUSE_SECONDS = 0.1
LAST_LINES = 20


class ProcessFailed(Exception):
    """A process ended or never answered; the message holds the end of its log."""


@dataclass(frozen=True)
class Program:
    """A command, what it adds to the environment, and where it answers once it is up."""

    name: str
    command: tuple[str, ...]
    log: Path
    port: int = 0
    path: str = "/"
    environment: Mapping[str, str] = field(default_factory=dict)

    def failure(self, what: str) -> ProcessFailed:
        """Return the failure with the last lines of the log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        tail = "\n".join(f"    {line}" for line in lines[-LAST_LINES:])
        return ProcessFailed(f"{self.name} {what}. The end of {self.log}:\n{tail}")


class Processes:
    """Runs programs until one ends or somebody asks to stop."""

    def __init__(self) -> None:
        self._running: list[tuple[Program, subprocess.Popen[bytes]]] = []
        self._asked_to_stop = False

    def __enter__(self) -> Self:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, self._ask_to_stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _, process in self._running:
            _signal(process, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for _, process in self._running:
            try:
                process.wait(timeout=max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
            _let_go(process)

    @property
    def asked_to_stop(self) -> bool:
        return self._asked_to_stop

    def start(self, program: Program) -> int:
        """Start a program in a process group of its own, so that Ctrl-C reaches it once.

        Returns the number of its process.
        """
        with program.log.open("wb") as log:
            process = subprocess.Popen(
                program.command,
                cwd=ROOT,
                env={**os.environ, **program.environment},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append((program, process))
        return process.pid

    def run(self, program: Program) -> None:
        """Run a program to its end; raises `ProcessFailed` when it ends badly."""
        self.start(program)
        _, process = self._running[-1]
        while process.poll() is None and not self._asked_to_stop:
            time.sleep(PAUSE_SECONDS)
        if process.poll() is not None:
            self._running.pop()
            _let_go(process)
        if process.returncode and not self._asked_to_stop:
            raise program.failure("failed")

    def wait_until_ready(self) -> None:
        """Return when every program answers; raises `ProcessFailed` when one does not."""
        until = time.monotonic() + START_SECONDS
        for program, _ in self._running:
            while not self._asked_to_stop and not _answers(program):
                self._refuse_ended()
                if time.monotonic() > until:
                    raise program.failure(f"does not answer after {START_SECONDS:.0f} seconds")
                time.sleep(PAUSE_SECONDS)

    def wait(self) -> None:
        """Return when asked to stop; raises `ProcessFailed` when a program ends by itself."""
        while not self._asked_to_stop:
            self._refuse_ended()
            time.sleep(PAUSE_SECONDS)

    def _refuse_ended(self) -> None:
        for program, process in self._running:
            if process.poll() is not None and not self._asked_to_stop:
                raise program.failure("has ended")

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop = True


def _answers(program: Program) -> bool:
    if not program.port:
        return True
    connection = HTTPConnection("127.0.0.1", program.port, timeout=STOP_SECONDS)
    try:
        connection.request("GET", program.path)
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def _let_go(process: subprocess.Popen[bytes]) -> None:
    if process.stdin:
        process.stdin.close()
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    # The group, not the process: what it started goes with it. Its members may be gone already.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
