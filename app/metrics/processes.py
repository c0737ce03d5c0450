"""Figures of several processes on one machine: each writes files of its own into one folder.

The library adds the files up when somebody asks. Of a process that is gone the counts stay, so
that no sum ever shrinks; only what it held at that moment goes with it.
"""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from prometheus_client import values
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"  # the library reads its folder from nowhere else
FILE: Final = re.compile(r"\w+_(\d+)\.db")


def share(folder: Path) -> None:
    """Let what this process counts from now on go into the folder, which is made.

    When nobody writes there any more the counts begin anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = dict(_files(folder))
    if not any(_lives(pid) for pid in found.values()):
        for file in found:
            file.unlink(missing_ok=True)
    os.environ[VARIABLE] = str(folder)
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call] # the library's own


def keep_apart() -> None:
    """Let this process count for itself."""
    values.ValueClass = values.MutexValue


class Together:
    """What all processes of a folder have counted, to be registered for one answer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Return the sums; a file that a process is just making has nothing to add."""
        begun = [str(file) for file, _ in _files(self._folder) if _has_begun(file)]
        found: Iterable[Metric] = MultiProcessCollector.merge(begun)  # type: ignore[no-untyped-call] # the library's own
        return found


def bury_dead(folder: Path) -> None:
    """Forget what processes held at the moment when they ended, however they did."""
    for pid in {pid for _, pid in _files(folder)}:
        if not _lives(pid):
            # Another process may be burying the same one.
            with suppress(FileNotFoundError):
                mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call] # the library's own


def _has_begun(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:  # its process has died, and somebody else has seen it
        return False


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    for file in folder.iterdir():
        if match := FILE.fullmatch(file.name):
            yield file, int(match[1])


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        pass
    return True
