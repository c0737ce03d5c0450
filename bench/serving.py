"""``portal serve`` as an operator starts it: when it answers, and what its processes take.

with serving(house) as served:
    served.seconds       # from its start to the first page
    served.port          # where it answers
    served.megabytes()   # of its largest worker
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final

from bench.house import House
from bench.pages import HOME, WrongAnswer
from demo.plan import ROOT, THREADS

WORKERS: Final = 2
PATIENCE_SECONDS: Final = 60
PAUSE_SECONDS: Final = 0.005
PROCESSES: Final = Path("/proc")
_PSS: Final = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Served:
    """A running server: seconds from its start to the first page, and its master's number."""

    port: int
    seconds: float
    master: int

    @property
    def workers(self) -> Sequence[int]:
        """The processes that answer."""
        children = PROCESSES / str(self.master) / "task" / str(self.master) / "children"
        return [int(number) for number in children.read_text(encoding="ascii").split()]

    def megabytes(self) -> float:
        """Return the memory of the largest worker, its part of what it shares included (PSS)."""
        return max(map(_megabytes, self.workers))


def can_be_weighed() -> bool:
    """Tell whether this system says what processes share: Linux does."""
    return (PROCESSES / "self" / "smaps_rollup").exists()


@contextmanager
def serving(house: House, threads: int = THREADS) -> Iterator[Served]:
    """Start the server beside the one of the demo, on its database; raises ``WrongAnswer``."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "app", "serve", "--bind", f"127.0.0.1:{port}", "--drain", "0"]
    command += ["--workers", str(WORKERS), "--threads", str(threads)]
    environment = {**os.environ, **house.plan.environment()}
    begun = time.perf_counter()
    with (
        (house.plan.logs / "serve.log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            wait_for_page(port, process)
            yield Served(port, time.perf_counter() - begun, process.pid)
        finally:
            process.terminate()


def wait_for_page(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Return when the home page is there; raises ``WrongAnswer`` where it never is."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not _is_there(port):
        if process.poll() is not None or time.monotonic() > until:
            raise WrongAnswer("portal serve does not answer.")
        time.sleep(PAUSE_SECONDS)


def _is_there(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", HOME)
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return answer.status == HTTPStatus.OK


def _megabytes(process: int) -> float:
    said = (PROCESSES / str(process) / "smaps_rollup").read_text(encoding="ascii")
    [kilobytes] = _PSS.findall(said)
    return int(kilobytes) * 1_024 / 1_000_000
