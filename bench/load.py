"""The load: pages asked for over connections that stay open, by a process of its own.

It reads jobs as lines of JSON and answers each with one line, until its input ends.
"""

import json
import select
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection
from threading import Barrier

OK = 200
TIMEOUT_SECONDS = 30
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, kw_only=True)
class Job:
    """Ask for one path as often as ``seconds`` allow on each connection, 0 = once.

    ``opening`` is asked first and not counted: its answer finds the connection open and whatever
    is kept for it warm. A ``form`` is sent by POST. ``people`` have a connection and headers each.
    """

    port: int
    path: str
    opening: str
    headers: Mapping[str, str] = field(default_factory=dict)
    connections: int = 1
    form: str = ""
    people: Sequence[Mapping[str, str]] = ()
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Work:
    """How many answers there were in how many seconds; ``wrong`` ones had another status."""

    pages: int
    seconds: float
    wrong: int

    @property
    def per_second(self) -> float:
        return self.pages / self.seconds

    @property
    def milliseconds(self) -> float:
        """The time of one page."""
        return self.seconds / self.pages * 1000


def do(job: Job) -> Work:
    """Do a job; raises ``OSError`` or ``HTTPException`` when a server does not answer."""
    everybody = job.people or [job.headers] * job.connections
    start = Barrier(len(everybody))
    with ThreadPoolExecutor(len(everybody)) as pool:
        done = [pool.submit(_ask, job, headers, start) for headers in everybody]
        works = [each.result() for each in done]
    return Work(
        pages=sum(work.pages for work in works),
        seconds=max(work.seconds for work in works),
        wrong=sum(work.wrong for work in works),
    )


def _ask(job: Job, headers: Mapping[str, str], start: Barrier) -> Work:
    with closing(HTTPConnection("127.0.0.1", job.port, timeout=TIMEOUT_SECONDS)) as connection:
        wrong = _get(connection, job.opening, headers)
        start.wait(TIMEOUT_SECONDS)
        _open_again(connection)
        begun = now = time.perf_counter()
        pages = 0
        while not pages or now < begun + job.seconds:
            wrong += _get(connection, job.path, headers, job.form)
            pages += 1
            now = time.perf_counter()
    return Work(pages=pages, seconds=now - begun, wrong=wrong)


def _open_again(connection: HTTPConnection) -> None:
    """Connect anew where the server has closed what nothing came over for too long."""
    if connection.sock and select.select([connection.sock], [], [], 0)[0]:
        connection.close()
        connection.connect()


def _get(connection: HTTPConnection, path: str, headers: Mapping[str, str], form: str = "") -> int:
    """Read a page, the answer to a form where there is one, and return 1 if it is none."""
    if form:
        connection.request("POST", path, form, {**headers, "Content-Type": FORM})
    else:
        connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    answer.read()
    return int(answer.status != OK)


def main() -> None:
    """Do what the lines ask for."""
    for line in sys.stdin:
        print(json.dumps(asdict(do(Job(**json.loads(line))))), flush=True)


if __name__ == "__main__":
    main()
