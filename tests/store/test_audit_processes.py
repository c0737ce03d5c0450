"""Processes that write and seal side by side, and are killed in the middle of it."""

import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from app.domain.audit_chain import Head
from tests.store.busy import lines, start, until_busy
from tests.store.conftest import Stores

LINES = 40  # of each, so that they were busy beside each other for a while


def test_what_was_promised_is_kept_and_sealed_whoever_is_killed(
    engine: Engine, sql: Stores, tmp_path: Path
) -> None:
    names = {"write": ("w1", "w2", "w3"), "seal": ("s1", "s2")}
    running = [start(tmp_path, engine, work, name) for work in names for name in names[work]]
    try:
        until_busy(tmp_path, names["write"] + names["seal"], LINES)
    finally:
        for process in running:
            process.send_signal(signal.SIGKILL)
            process.wait()
    head = sealed(sql)
    promised = {line.strip() for name in names["write"] for line in lines(tmp_path, name)}
    published = dict(
        map(parsed, (line for name in names["seal"] for line in lines(tmp_path, name)))
    )
    with engine.connect() as connection:
        kept = list(connection.scalars(text("SELECT action_id FROM audit")))
    assert promised <= set(kept)
    assert len(kept) == len(set(kept)) == head.position
    verdict = sql.keeper.verify({**published, head.position: head.hash})
    assert verdict.broken is None
    assert len(published) > 1


def sealed(stores: Stores) -> Head:
    """A server notices only after a moment that who held its lock is gone."""
    for _ in range(20):
        try:
            return stores.keeper.seal()
        except OperationalError:
            time.sleep(0.5)
    pytest.fail("the rows could not be sealed")


def parsed(line: str) -> tuple[int, str]:
    position, _, value = line.strip().partition(":")
    return int(position), value
