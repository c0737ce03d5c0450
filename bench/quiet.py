"""The log of a portal that runs in the bench's own process: written as ever, read by nobody."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.documentation import MISTAKES
from app.web import logs
from emulator.seed import Seed
from tests.faults.workshop import Workshop, workshop


@contextmanager
def quiet_workshop(folder: Path, database: str, seed: Seed | None = None) -> Iterator[Workshop]:
    """Give a portal over a local Apigee; a line of its log takes what it takes, and goes nowhere.

    Otherwise a line for each page and call would stand before the table.
    """
    with (
        workshop("x", folder, database, seed) as house,
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
    ):
        logs.configure(logging.getLevelName(logging.getLogger().level), nowhere)
        yield house


@contextmanager
def warnings_told() -> Iterator[None]:
    """Write to stderr what a portal warns of, but for mistakes of content: there is none."""
    told = logging.StreamHandler(sys.stderr)
    told.setLevel(logging.WARNING)
    told.addFilter(lambda record: record.name != MISTAKES)
    root = logging.getLogger()
    root.addHandler(told)
    try:
        yield
    finally:
        root.removeHandler(told)
