"""Many developers of the local Apigee synchronized, by a process on a real PostgreSQL.

Calls are counted by Apigee's journal and judged against the fewest that its pages allow, time
against reading the same pages with nothing else, memory against that of few developers.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.domain.sync import Counts
from bench.quiet import quiet_workshop
from bench.reading import read
from bench.table import Row, Target
from demo.plan import ROOT
from emulator.seed import generated
from tests.faults.workshop import Workshop
from tests.store.databases import PostgresServer

FEW: Final = 1_000
MOST_MEGABYTES: Final = 150
COMMAND: Final = (sys.executable, "-m", "flask", "--app", "wsgi", "developers", "sync", "--json")


@dataclass(frozen=True)
class Measured:
    """One synchronization: what it did, in how many seconds and megabytes, with which calls.

    ``floor`` is how many seconds it takes to read the same pages with nothing else.
    """

    counts: Counts
    seconds: float
    megabytes: float
    calls: int
    floor: float


def synchronizing_rows(server: PostgresServer, size: int) -> list[Row]:
    """Synchronize few developers and many, these twice."""
    [few] = measured(server, min(FEW, size // 2), times=1)
    first, second = measured(server, size, times=2)
    return rows_of(size, few, first, second)


def measured(server: PostgresServer, size: int, times: int) -> list[Measured]:
    """Synchronize so many developers with an empty database, several times."""
    seed = generated(developers=size, apps=1)
    with server.make_database() as url, tempfile.TemporaryDirectory() as folder:
        database = url.render_as_string(hide_password=False)
        with quiet_workshop(Path(folder), database, seed) as house:
            return [synchronized(house) for _ in range(times)]


def synchronized(house: Workshop) -> Measured:
    """Run the command as an operator does."""
    before, begun = house.local.journal.last, time.perf_counter()
    with subprocess.Popen(
        COMMAND, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        lines = list(process.stdout or ())
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    told = json.loads(lines[-1])
    counts = Counts(told["pages"], told["read"], told["changed"], found=told["found"])
    asked = house.local.journal.select(since=before, kind="management")
    calls = sum(entry.path.endswith("/developers") for entry in asked)
    per_megabyte = 1024 * 1024 if sys.platform == "darwin" else 1024
    seconds = time.perf_counter() - begun
    floor = read(house.local)
    return Measured(counts, seconds, usage.ru_maxrss / per_megabyte, calls, floor)


def rows_of(size: int, few: Measured, first: Measured, second: Measured) -> list[Row]:
    """Return the table's rows."""
    fewest = -(-(size - 1) // 999) + 1
    grown = first.megabytes - few.megabytes
    written = f"{second.counts.changed:,} of {second.counts.read:,} in {second.seconds:.0f} s"
    return [
        *(
            Row(
                f"sync, {name}: list calls against the fewest",
                _calls(one),
                [one.calls / fewest],
                ONE,
                "each page of Apigee's list is read once",
            )
            for name, one in (("first", first), ("second", second))
        ),
        Row(
            "sync, second: developers written",
            written,
            [second.counts.changed],
            Target("<=", 0),
            "nothing is written where nothing differs",
        ),
        *(
            Row(
                f"sync, {name}: rows/s against reading alone",
                _speed(one),
                [one.floor / one.seconds],
                None,
                "what comparing and writing cost beside reading the same pages, start included",
            )
            for name, one in (("first", first), ("second", second))
        ),
        Row(
            f"sync, first: memory growth against {MOST_MEGABYTES} MB",
            f"{grown:.0f} MB more than for {few.counts.read:,} developers",
            [grown / MOST_MEGABYTES],
            ONE,
            "a page and a bit for each developer are in memory, however many there are",
        ),
    ]


def _calls(one: Measured) -> str:
    return f"{one.calls:,} calls for {one.counts.read:,} developers in {one.seconds:.0f} s"


def _speed(one: Measured) -> str:
    read_ = one.counts.read
    return f"{read_ / one.seconds:,.0f}/s, alone {read_ / one.floor:,.0f}/s"


ONE: Final = Target("<=", 1)
