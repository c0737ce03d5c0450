"""Starting a process for one document, and what its end means."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from signal import SIGKILL, SIGXCPU
from typing import Final

from app.content.compiling.job import Changed, Task, Written
from app.content.compiling.limits import Limits
from app.content.local_file import Unusable

ROOT: Final = Path(__file__).resolve().parents[3]
CHILD: Final = "app.content.compiling.child"
CHANGED, NO_MEMORY, UNUSABLE = 3, 4, 5  # how the process ends, besides 0


def run(task: Task, document: Written, folder: Path, limits: Limits) -> str:
    """Do the task in a process of its own; return why it could not be done, empty if it was.

    Raises ``Changed`` and ``Unusable``. The process gets nothing of the portal's environment.
    """
    said = {
        "task": task,
        "folder": str(folder),
        "file": str(document.file.absolute()),
        "key_name": document.key_name,
        "size": document.size,
        "key": document.key,
        "limits": asdict(limits),
    }
    with subprocess.Popen(  # noqa: S603 - our own module; what it is told comes by its input
        [sys.executable, "-m", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=ROOT,
        text=True,
    ) as process:
        try:
            return _meaning(_ended(process, json.dumps(said), limits.wait_seconds), limits)
        finally:
            process.kill()


def _ended(process: subprocess.Popen[str], line: str, seconds: float) -> int:
    """The line stays open: the process ends when it is closed."""
    if process.stdin is None:
        raise Unusable("the process has no input")
    try:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return -SIGXCPU
    except BrokenPipeError:
        return process.wait(seconds)


def _meaning(status: int, limits: Limits) -> str:
    if status == CHANGED:
        raise Changed
    if status == UNUSABLE:
        raise Unusable("the process could not keep what it made")
    if status in {-SIGKILL, -SIGXCPU}:
        return f"takes longer than {limits.cpu_seconds} seconds to read: make it smaller"
    if status == NO_MEMORY:
        return f"needs more than {limits.memory // 1_000_000} MB to be read: make it smaller"
    return f"cannot be read: the process for it ended with {status}" if status else ""
