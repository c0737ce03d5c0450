"""The audit log as lines of JSON beside the database."""

import json
import logging
import resource
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.domain.audit import COLUMNS, Action, Actor, AuditEntry, Phase
from app.domain.audit_chain import Head
from app.web.audit_stream import AuditStream
from tests.unit.services.house import MovedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ENTRY = AuditEntry(
    "a1", Phase.DONE, NOON, Actor(7, "Ada"), Action.APP_CREATE, "app", "trip", number=3
)
HEAD = Head(3, "0a" * 32)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_rows_and_heads_become_lines_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    stream = AuditStream(str(file), MovedClock())
    stream.row(replace(ENTRY, target="two\nlines"))
    stream.head(HEAD)
    row, head = lines(file.read_text())
    assert tuple(row) == COLUMNS
    assert (row["number"], row["event"], row["target"]) == (3, "sensitive_create", "two\nlines")
    assert head == {
        "at": "2026-03-01T12:00:00.000000+00:00",
        "event": "audit_chain_head",
        "position": 3,
        "hash": HEAD.hash,
    }
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_rotated_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    stream = AuditStream(str(file), MovedClock())
    stream.row(ENTRY)
    file.rename(tmp_path / "audit.jsonl.1")
    stream.row(ENTRY)
    assert len(lines(file.read_text())) == 1


def test_lines_of_many_threads_do_not_mix(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    streams = [AuditStream(str(file), MovedClock()) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: streams[number % 8].row(ENTRY), range(400)))
    assert len(lines(file.read_text())) == 400


def test_the_standard_output_is_a_stream_too(capsys: pytest.CaptureFixture[str]) -> None:
    AuditStream("stdout", MovedClock()).row(ENTRY)
    assert [row["action_id"] for row in lines(capsys.readouterr().out)] == ["a1"]


def test_without_a_stream_only_heads_are_told_and_in_the_log(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    stream = AuditStream("", MovedClock())
    stream.row(ENTRY)
    stream.head(HEAD)
    [record] = caplog.records
    assert (record.name, vars(record)["position"], vars(record)["hash"]) == (
        "portal.audit",
        3,
        HEAD.hash,
    )
    assert capsys.readouterr().out == ""


def test_a_stream_that_cannot_be_written_is_an_alarm_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stream = AuditStream(str(tmp_path / "no-such-folder" / "audit.jsonl"), MovedClock())
    stream.row(ENTRY)
    [record] = caplog.records
    assert (record.levelname, record.getMessage()) == (
        "CRITICAL",
        "The audit stream cannot be written: FileNotFoundError",
    )


def test_a_disk_with_room_for_half_a_line_is_an_alarm_and_the_next_line_is_whole(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As on a full disk, by the limit that the system has for files of one process."""
    file = tmp_path / "audit.jsonl"
    stream = AuditStream(str(file), MovedClock())
    stream.row(ENTRY)
    whole, limits = file.stat().st_size, resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (whole + 20, limits[1]))
    try:
        stream.row(ENTRY)
        stream.row(ENTRY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    stream.row(replace(ENTRY, action_id="a2"))
    first, half, *others = file.read_text().splitlines()
    assert (json.loads(first)["action_id"], len(half)) == ("a1", 20)
    assert [row["action_id"] for row in lines("\n".join(filter(None, others)))] == ["a2"]
    assert {record.getMessage() for record in caplog.records} == {
        "The audit stream cannot be written: OSError"
    }
    assert len(caplog.records) == 2
