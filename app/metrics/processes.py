"""Figures of several processes on one machine: each writes files of its own into one folder.

The library adds the files up when somebody asks. Of a process that is gone the counts stay, so
that no sum ever shrinks; only what it held at that moment goes with it.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from prometheus_client import values
from prometheus_client.multiprocess import mark_process_dead

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


def bury_dead(folder: Path) -> None:
    """Forget what processes held at the moment when they ended, however they did."""
    for pid in {pid for _, pid in _files(folder)}:
        if not _lives(pid):
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call] # the library's own


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
