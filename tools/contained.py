"""Run a command and leave nothing of it behind: `python -m tools.contained python -m pytest`.

What the command started may outlive it, and does when it is killed. Whatever still runs a moment
after it has ended is named and ended here, and fails a command that had succeeded. Linux alone
hands orphans over; elsewhere the command is merely run.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 2.0
_PR_SET_CHILD_SUBREAPER = 36
_KILLED = 128  # what a shell adds to the signal that ended a command


def run(words: list[str]) -> int:
    """Run the command; return its status for the shell, or 1 if it left something running."""
    if sys.platform == "linux":
        # Who has lost the process that started it becomes a child of this one.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    # A shell's background jobs ignore Ctrl-C, and so would all that they start.
    command = os.posix_spawnp(words[0], words, os.environ, setsigdef=[signal.SIGINT])

    def pass_on(number: int, _frame: FrameType | None) -> None:
        os.kill(command, number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        # What nohup has ignored stays ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, pass_on)
    # Ctrl-C reaches the command without us, and it tidies up before it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    status = _wait_for(command)
    left = _left_behind(0.0 if status > _KILLED else GRACE_SECONDS)
    for line in left:
        sys.stderr.write(f"left running: {line}\n")
    _end_all()
    return status or int(bool(left))


def _wait_for(command: int) -> int:
    while True:
        ended, status = os.wait()
        if ended == command:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else _KILLED - code


def _left_behind(grace: float) -> list[str]:
    """The command lines of those that did not end of themselves within the seconds of grace."""
    until = time.monotonic() + grace
    while time.monotonic() < until and _is_anybody_there():
        time.sleep(0.05)
    return [_line_of(each) for each in _children()]


def _is_anybody_there() -> bool:
    with contextlib.suppress(ChildProcessError):
        while True:
            ended, _status = os.waitpid(-1, os.WNOHANG)
            if not ended:
                return True
    return False


def _end_all() -> None:
    while _is_anybody_there():
        # Theirs become ours when they are gone.
        for child in _children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        time.sleep(0.05)


def _children() -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name in parentheses may hold anything, so the fields are counted after it.
            state, parent, *_more = entry.read_text().rpartition(")")[2].split()
            if int(parent) == os.getpid() and state != "Z":
                yield int(entry.parent.name)


def _line_of(process: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return str(process)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
