"""Processes that write audit rows and seal them, beside a test; see ``audit_process``."""

import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import Engine

ROOT = Path(__file__).resolve().parents[2]


def start(folder: Path, engine: Engine, work: str, name: str) -> "subprocess.Popen[bytes]":
    address = engine.url.render_as_string(hide_password=False)
    with (folder / name).open("wb") as told, (folder / f"{name}.err").open("wb") as trouble:
        return subprocess.Popen(  # noqa: S603 - a module of these tests
            (sys.executable, "-m", "tests.store.audit_process", work, address, name),
            cwd=ROOT,
            stdout=told,
            stderr=trouble,
        )


def lines(folder: Path, name: str) -> list[str]:
    return [line for line in (folder / name).read_text().splitlines(keepends=True) if "\n" in line]


def until_busy(folder: Path, names: tuple[str, ...], count: int = 1) -> None:
    """Wait until each of them has said so many lines."""
    end = time.monotonic() + 60
    while not all(len(lines(folder, name)) >= count for name in names):
        assert time.monotonic() < end, [(folder / f"{name}.err").read_text() for name in names]
        time.sleep(0.05)
