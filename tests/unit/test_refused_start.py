"""What an operator reads when the portal refuses its settings: the problems, and nothing else."""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.starting import GOOD

SECONDS = 60
ROOT = Path(__file__).parents[2]
TOLD = """The portal cannot start with these settings:
  - PORTAL_TYPO is not a setting of this version: correct or remove it \
(portal.example.toml lists what there is)
  - PORTAL_CACHE__APPS_SECONDS: Input should be greater than or equal to 0
"""
WRONG = {"PORTAL_TYPO": "x", "PORTAL_CACHE__APPS_SECONDS": "-1"}


def started(
    *module: str, folder: Path, pass_fds: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
    """Start a program of the portal with wrong settings, and wait for its end."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PORTAL_")}
    return subprocess.run(  # noqa: S603 - our own programs
        (sys.executable, "-m", *module),
        cwd=folder,
        env={**kept, **GOOD, **WRONG, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        pass_fds=pass_fds,
    )


@pytest.mark.parametrize("command", [("jobs", "list"), ("db", "upgrade"), ("--help",)])
def test_a_command_says_what_is_wrong_with_the_settings_in_a_line_each(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    ended = started("flask", "--app", "wsgi", *command, folder=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "", TOLD)


def test_the_server_says_the_same_and_does_not_try_again(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        where = ("--bind", f"fd://{listener.fileno()}", "--no-control-socket")
        ended = started(
            "gunicorn", *where, "wsgi:app", folder=tmp_path, pass_fds=[listener.fileno()]
        )
    assert ended.returncode == 3
    assert TOLD in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stderr.count("Booting worker") == 1
