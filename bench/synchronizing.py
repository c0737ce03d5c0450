"""``python -m bench.synchronizing``: a million developers of the local Apigee synchronized.

The portal is a process of its own on a real PostgreSQL. Calls are counted by Apigee's journal and
judged against the fewest that its pages allow, memory against that of a hundredth of the crowd.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.domain.sync import Counts
from bench.table import Row, Target, written
from demo.plan import ROOT
from emulator.seed import generated
from tests.faults.workshop import Workshop, workshop
from tests.store.databases import PostgresServer, run_postgres

DEVELOPERS: Final = 1_000_000
SHARE: Final = 100
COMMAND: Final = (sys.executable, "-m", "flask", "--app", "wsgi", "developers", "sync", "--json")


@dataclass(frozen=True)
class Measured:
    """One synchronization: what it did, in how many seconds and megabytes, with which calls."""

    counts: Counts
    seconds: float
    megabytes: float
    calls: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Synchronize few developers and many, these twice; 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.synchronizing", description=__doc__)
    parser.add_argument("--developers", type=int, default=DEVELOPERS)
    size: int = parser.parse_args(arguments).developers
    with run_postgres() as server:
        [few] = measured(server, max(1, size // SHARE), times=1)
        first, second = measured(server, size, times=2)
    rows = rows_of(size, few, first, second)
    print(written(rows))
    return int(any(row.is_missed for row in rows))


def measured(server: PostgresServer, size: int, times: int) -> list[Measured]:
    """Synchronize so many developers with an empty database, several times."""
    seed = generated(developers=size, apps=1)
    with server.make_database() as url, tempfile.TemporaryDirectory() as folder:
        database = url.render_as_string(hide_password=False)
        with workshop("x", Path(folder), database, seed) as house:
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
    return Measured(counts, seconds, usage.ru_maxrss / per_megabyte, calls)


def rows_of(size: int, few: Measured, first: Measured, second: Measured) -> list[Row]:
    """Return the table's rows."""
    fewest = -(-(size - 1) // 999) + 1
    memory = f"{first.megabytes:.0f} MB against {few.megabytes:.0f} MB"
    written_rows = f"{second.counts.changed:,} of {second.counts.read:,} in {second.seconds:.0f} s"
    return [
        Row("first: list calls against the fewest", _made_of(first), [first.calls / fewest], ONE),
        Row(
            "second: list calls against the fewest", _made_of(second), [second.calls / fewest], ONE
        ),
        Row("second: rows written", written_rows, [second.counts.changed], Target("<=", 0)),
        Row(
            "first: memory, a hundred times the developers",
            memory,
            [first.megabytes / few.megabytes],
            Target("<=", 1.5),
        ),
    ]


def _made_of(one: Measured) -> str:
    return f"{one.calls:,} calls for {one.counts.read:,} developers in {one.seconds:.0f} s"


ONE: Final = Target("<=", 1)

if __name__ == "__main__":
    sys.exit(main())
