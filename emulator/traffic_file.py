"""The gateway's counts on disk, beside the state: rows as lines of JSON, added up when read.

A line is written as its call is counted. The file is rewritten with one line per row at start and
when it has grown to twice that, so it stays in proportion to what is held in memory.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from emulator.traffic import Facts, Row, Tally, Traffic

# Bytes that are always tolerated before the file is rewritten.
FLOOR = 1_000_000


class TrafficFile:
    """One file of counts; used by one process at a time."""

    def __init__(self, path: Path, *, floor: int = FLOOR) -> None:
        self._path = path
        self._floor = floor
        self._limit = floor
        self._file: IO[bytes] | None = None
        self._rows: Callable[[], list[Row]] = list

    def load(self, traffic: Traffic) -> None:
        """Add what was counted earlier; a line cut short by a kill is passed over."""
        if self._path.exists():
            for line in self._path.read_bytes().split(b"\n")[:-1]:
                traffic.merge(*_row(json.loads(line)))

    def start(self, traffic: Traffic) -> None:
        """Write what is counted so far and become the sink of what follows."""
        self._rows = traffic.rows
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._rewrite()
        traffic.sink = self._append

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def _append(self, facts: Facts, tally: Tally) -> None:
        if self._file is None:
            raise OSError("the file of counts is closed")
        self._file.write(_line(facts, tally))
        self._file.flush()
        if self._file.tell() > self._limit:
            self._rewrite()

    def _rewrite(self) -> None:
        beside = self._path.with_name(f"{self._path.name}.new")
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(_line(*row) for row in self._rows())
        beside.replace(self._path)
        self.close()
        self._file = self._path.open("ab")
        self._limit = max(self._floor, 2 * self._path.stat().st_size)


def _line(facts: Facts, tally: Tally) -> bytes:
    row = [facts, tally.count, tally.sums, tally.lows, tally.highs]
    return json.dumps(row).encode() + b"\n"


def _row(raw: Sequence[Any]) -> Row:
    facts, count, sums, lows, highs = raw
    return Facts(*facts), Tally(count, tuple(sums), tuple(lows), tuple(highs))
