"""What the audit log's words stand for."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from app.domain.audit import COLUMNS, EVENTS, SYSTEM, Action, AuditEntry, Phase, told

ENTRY = AuditEntry(
    "a1",
    Phase.DONE,
    datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=1))),
    SYSTEM,
    Action.APP_CREATE,
)


def test_every_action_has_a_word_that_log_collectors_know() -> None:
    assert set(EVENTS) == set(Action)


def test_times_are_told_in_utc() -> None:
    assert told(ENTRY)["at"] == "2026-02-28T23:00:00.000000+00:00"


def test_every_column_is_told() -> None:
    assert tuple(told(ENTRY)) == COLUMNS
    assert told(replace(ENTRY, count=3, number=7))["number"] == 7
