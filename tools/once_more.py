"""Run all tests; a few that failed among real processes are asked once more, alone, and named.

`python -m tools.once_more -n 2 --cov …`. Some hundred tests start servers, databases and browsers,
kill them and wait for what happens, several of them beside each other on a small machine. One that
misses its moment there says little; one that fails alone as well is believed. A test of anything
else is never asked twice, and neither are many.
"""

import json
import subprocess
import sys
from pathlib import Path

FEW = 3
REAL = ("bench", "browser", "demo", "faults", "scenario", "truth", "wheel")
_SOME_FAILED = 1


def may_be_asked_again(failed: list[str]) -> bool:
    """Tell whether so few failed, all of them among real processes, that one more look is fair."""
    rooms = tuple(f"tests/{room}/" for room in REAL)
    return 0 < len(failed) <= FEW and all(name.startswith(rooms) for name in failed)


def run(words: list[str], tests: Path = Path()) -> int:
    """Return pytest's status for ``words``: of the second run, alone, where there was one."""
    command = [sys.executable, "-m", "pytest", *words]
    status = subprocess.run(command, cwd=tests, check=False).returncode  # noqa: S603 - make's words
    if status != _SOME_FAILED:
        return status
    noted = tests / ".pytest_cache/v/cache/lastfailed"
    failed = sorted(json.loads(noted.read_text())) if noted.exists() else []
    if not may_be_asked_again(failed):
        return status
    sys.stdout.write("\n  ".join(["Failed beside others, asked once more alone:", *failed]) + "\n")
    sys.stdout.flush()
    alone = ["--last-failed", "--last-failed-no-failures=none", "--cov-append", "-n0", "--dist=no"]
    again = subprocess.run([*command, *alone], cwd=tests, check=False)  # noqa: S603 - make's words
    return again.returncode


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
