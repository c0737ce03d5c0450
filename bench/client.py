"""The process that makes the load, as the measurements see it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from bench.load import Job, Work
from bench.pages import WrongAnswer
from demo.plan import ROOT


class Client:
    """Gives jobs to the load's process, one at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, job: Job) -> Work:
        """Return what the work took; raises ``WrongAnswer`` when a page was not the page."""
        pipes = self._process.stdin, self._process.stdout
        if pipes[0] is None or pipes[1] is None:
            raise ValueError("the load's process has no pipes")
        pipes[0].write(json.dumps(asdict(job)) + "\n")
        pipes[0].flush()
        line = pipes[1].readline()
        if not line:
            raise WrongAnswer(f"The load has ended at {job.path}.")
        work = Work(**json.loads(line))
        if work.wrong:
            raise WrongAnswer(f"{work.wrong} of {work.pages} answers to {job.path} are wrong.")
        return work


@contextmanager
def open_client() -> Iterator[Client]:
    """Start the load's process and end it afterwards."""
    with talking((sys.executable, "-m", "bench.load")) as process:
        yield Client(process)


@contextmanager
def talking(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Start a process that is spoken with line by line, and end it afterwards."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
