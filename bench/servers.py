"""``python -m bench servers``: the same application on other servers, with as many processes.

They are installed from a lock of their own into a folder that is thrown away: the portal has no
use for them. All of them run at the same time over one database, and are asked in turns.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from statistics import median
from typing import Final

from bench.client import open_client
from bench.crowd import FEW, Crowd, known
from bench.house import House, open_house
from bench.measuring import Measuring, get
from bench.pages import ALIVE, MY_APPS, PAGES, PRODUCTS
from bench.rush import THREADS
from bench.serving import WORKERS, Served, can_be_weighed, wait_for_page
from bench.table import Row
from demo.plan import ROOT

LOCK: Final = ROOT / "requirements" / "servers.txt"
PEOPLE: Final = 64
CAUGHT: Final = 16
SLOW, HANGING, STOPPED = 50, 6_000, 2_000
LOST_SECONDS: Final = 30.0
GUNICORN: Final = ("-m", "gunicorn", "wsgi:app", "--config", "gunicorn.conf.py", "--workers")
CANDIDATES: Final = {
    "gunicorn, threads": (*GUNICORN, f"{WORKERS}", "--threads", f"{THREADS}", "--bind"),
    "gunicorn, gevent": (
        *(*GUNICORN, f"{WORKERS}", "--worker-class", "gevent"),
        *("--worker-connections", f"{THREADS}", "--bind"),
    ),
    "granian": (
        *("-m", "granian", "wsgi:app", "--interface", "wsgi", "--no-ws", "--workers", f"{WORKERS}"),
        *("--blocking-threads", f"{THREADS}", "--workers-kill-timeout", "20", "--port"),
    ),
}


@dataclass(frozen=True)
class Stop:
    """How many of those whose pages were under way got them, and seconds until the end."""

    answered: int
    seconds: float


def server_rows(folder: Path, rounds: int, rushes: int) -> list[Row]:
    """Measure every candidate; raises ``ProcessFailed`` and ``WrongAnswer``."""
    crowd = Crowd(1, (0, SLOW), 2 * PEOPLE * rushes + PEOPLE + CAUGHT)
    with ExitStack() as stack:
        house = stack.enter_context(open_house(crowd, folder / "servers", servers=False))
        measuring = Measuring(house, stack.enter_context(open_client()))
        packages = installed(folder / "packages")
        servers = {
            name: stack.enter_context(_running(house, packages, words))
            for name, words in CANDIDATES.items()
        }
        rows = [*_rates(measuring, house, servers, crowd.visitors, rounds)]
        rows += _hanging(house, servers, crowd.visitors[-PEOPLE - CAUGHT : -CAUGHT])
        # What hung has left its marks: others are stopped.
        for name, words in CANDIDATES.items():
            with _running(house, packages, words) as served:
                rows.append(_stopping(name, _stopped(house, served, crowd.visitors[-CAUGHT:])))
        return rows


def installed(folder: Path) -> Path:
    """Install what the lock says into a folder; raises ``CalledProcessError``."""
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--require-hashes"]
    subprocess.run(
        [*command, "--python", sys.executable, "--target", str(folder), "-r", str(LOCK)], check=True
    )
    return folder


@contextmanager
def _running(house: House, packages: Path, words: Sequence[str]) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    threads = {"PORTAL_SERVER_THREADS": str(THREADS), "MALLOC_ARENA_MAX": "2"}
    paths = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(packages)))}
    environment = {**os.environ, **house.plan.environment(), **threads, **paths}
    where = str(port) if words[-1] == "--port" else f"127.0.0.1:{port}"
    begun = time.perf_counter()
    with (
        (house.plan.logs / f"{port}.log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, *words, where], cwd=ROOT, env=environment, stdout=log, stderr=log
        ) as process,
    ):
        try:
            wait_for_page(port, process)
            yield Served(port, time.perf_counter() - begun, process.pid)
        finally:
            process.terminate()


def _rates(
    measuring: Measuring,
    house: House,
    servers: dict[str, Served],
    people: Sequence[str],
    rounds: int,
) -> Iterator[Row]:
    """Ask all of them in turns: warm pages, and people whom none of them has seen."""
    for served in servers.values():
        for page in PAGES[:1] * 25:
            measuring.at_once(served.port, [known(FEW)] * 8, page.path)
        measuring.at_once(served.port, [known(FEW)] * 8, PRODUCTS)
    found = [
        [measuring.warm(served.port, MY_APPS, 1.0) for served in servers.values()]
        for _ in range(rounds)
    ]
    yield from _beside_the_first("warm pages/s", found, servers)
    for delay in (0, SLOW):
        found = []
        for start in range(delay and PEOPLE, len(people) - PEOPLE - CAUGHT, 2 * PEOPLE):
            house.refuse_to_go_on()
            part = people[start : start + PEOPLE]
            with house.slow_apigee(delay):
                found.append(
                    [
                        measuring.at_once(one.port, part, MY_APPS).per_second
                        for one in servers.values()
                    ]
                )
        yield from _beside_the_first(f"{PEOPLE} people, cold, {delay} ms: pages/s", found, servers)
    if can_be_weighed():
        sizes = [[served.megabytes() for served in servers.values()]]
        yield from _beside_the_first("memory of a worker, MB", sizes, servers)


def _beside_the_first(
    what: str, found: Sequence[Sequence[float]], servers: dict[str, Served]
) -> Iterator[Row]:
    for number, name in enumerate(servers):
        numbers = [each[number] for each in found]
        ratios = [each[number] / each[0] for each in found]
        yield Row(f"{what}: {name}", f"{median(numbers):.1f}", ratios)


def _hanging(house: House, servers: dict[str, Served], people: Sequence[str]) -> Iterator[Row]:
    """Let Apigee hang under people whom the portal has not seen."""
    for name, served in servers.items():
        ask = partial(_status, house, served.port, MY_APPS)
        with house.slow_apigee(HANGING), ThreadPoolExecutor(PEOPLE) as pool:
            asked = [pool.submit(ask, email) for email in people]
            time.sleep(1)
            waits = [_alive(served.port) or LOST_SECONDS for _ in range(10)]
            statuses = [each.result() for each in asked]
        told = ", ".join(f"{statuses.count(one)} x {one}" for one in sorted(set(statuses)))
        made_of = f"livez {max(waits) * 1000:.0f} ms at most; {told}"
        yield Row(f"hanging: {name}", made_of, [max(waits)])


def _stopping(name: str, stop: Stop) -> Row:
    told = f"{stop.answered} of {CAUGHT} pages under way were answered, {stop.seconds:.1f} s"
    return Row(f"stop: {name}", told, [stop.answered / CAUGHT])


def _stopped(house: House, served: Served, people: Sequence[str]) -> Stop:
    ask = partial(_status, house, served.port, MY_APPS)
    with house.slow_apigee(STOPPED), ThreadPoolExecutor(CAUGHT) as pool:
        asked = [pool.submit(ask, email) for email in people]
        time.sleep(STOPPED / 4000)
        begun = time.perf_counter()
        os.kill(served.master, signal.SIGTERM)
        answered = sum(each.result() == HTTPStatus.OK for each in asked)
        while _alive(served.port) is not None and time.perf_counter() < begun + 30:
            time.sleep(0.05)
        return Stop(answered, time.perf_counter() - begun)


def _status(house: House, port: int, path: str, email: str) -> int:
    """Return the status of somebody's page, 0 where there was no answer."""
    try:
        return get(port, path, {"Cookie": f"portal_session={house.cookies[email]}"})[0]
    except (OSError, HTTPException):
        return 0


def _alive(port: int) -> float | None:
    """Return the seconds that a process takes to say that it lives, ``None`` where none does."""
    begun = time.perf_counter()
    try:
        get(port, ALIVE, {})
    except (OSError, HTTPException):
        return None
    return time.perf_counter() - begun
