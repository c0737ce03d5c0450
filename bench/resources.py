"""What processes hold: memory, threads, open files and connections, as Linux's /proc tells it."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_KILO: Final = 1024
_ESTABLISHED: Final = "01"
_SOCKET: Final = re.compile(r"socket:\[(\d+)\]")


@dataclass(frozen=True)
class Held:
    """What one process holds at a moment; memory in megabytes.

    ``pss`` counts a page that several processes share as a part for each; ``rss`` counts it whole.
    """

    pss: float
    rss: float
    threads: int
    files: int


def children(pid: int) -> Sequence[int]:
    """Return the processes that one has started, by number."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return sorted(int(word) for word in text.split())


def held(pid: int) -> Held:
    """Return what a process holds; raises ``FileNotFoundError`` when it has ended."""
    status = _numbers(Path(f"/proc/{pid}/status"))
    return Held(
        pss=_numbers(Path(f"/proc/{pid}/smaps_rollup"))["Pss"] / _KILO,
        rss=status["VmRSS"] / _KILO,
        threads=status["Threads"],
        files=sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()),
    )


def connections_to(pids: Sequence[int], port: int) -> int:
    """Count the open connections of processes to a port, of this machine or any other."""
    own = {number for pid in pids for number in _sockets(pid)}
    open_ = {
        line[9]
        for name in ("tcp", "tcp6")
        for line in _table(Path(f"/proc/{pids[0]}/net/{name}"))
        if line[3] == _ESTABLISHED and int(line[2].rpartition(":")[2], 16) == port
    }
    return len(own & open_)


def _numbers(file: Path) -> Mapping[str, int]:
    """Return the lines that are a name and a number."""
    lines = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return {
        line[0].rstrip(":"): int(line[1]) for line in lines if line[1:2] and line[1].isdecimal()
    }


def _sockets(pid: int) -> Sequence[str]:
    found = []
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            if match := _SOCKET.fullmatch(str(file.readlink())):
                found.append(match[1])
    return found


def _table(file: Path) -> Sequence[Sequence[str]]:
    """Return the lines of a table of sockets, as words."""
    return [line.split() for line in file.read_text(encoding="ascii").splitlines()[1:]]
