"""The job behind the audit log: what it does once a minute, and when the head is published."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.audit import Action, AuditEntry, Phase
from app.domain.errors import NotRecorded
from app.domain.jobs import Job, JobKind, JobState
from app.services.audit_keeping import AuditKeeping
from tests.fakes.audit import FakeAuditLog, SilentStream
from tests.unit.services.house import ACTOR, NOON, MovedClock

JOB = Job(1, JobKind.SEAL_AUDIT, JobState.RUNNING, NOON, NOON, {}, "", 1, "", NOON)
ENTRY = AuditEntry("a1", Phase.INTENT, NOON, ACTOR, Action.APP_DELETE, "app", "trip")
REFUSED = replace(ENTRY, action_id="a2", phase=Phase.FAILED, action=Action.ACCESS_REFUSED)


def test_everything_is_brought_up_to_date_and_the_head_is_published() -> None:
    log, stream, clock = FakeAuditLog(), SilentStream(), MovedClock()
    keeping = AuditKeeping(log, stream, clock)
    log.append(ENTRY)
    for _ in range(3):
        log.refused(REFUSED)
    keeping.run(JOB)
    assert [head.position for head in stream.heads] == [2]
    clock.pass_by(61)
    keeping.run(JOB)
    assert log.entries[-1].count == 2
    clock.pass_by(14 * 60)
    keeping.run(JOB)
    assert (log.entries[-1].phase, log.entries[-1].at) == (
        Phase.UNKNOWN,
        NOON + timedelta(seconds=901),
    )
    assert [head.position for head in stream.heads] == [2, 3, 4]


def test_a_head_is_published_once_by_a_process_and_again_by_the_next() -> None:
    log, stream = FakeAuditLog(), SilentStream()
    log.append(ENTRY)
    keeping = AuditKeeping(log, stream, MovedClock())
    for _ in range(3):
        keeping.run(JOB)
    AuditKeeping(log, stream, MovedClock()).run(JOB)
    assert len(stream.heads) == 2
    assert len(set(stream.heads)) == 1


def test_a_log_that_cannot_be_written_is_tried_again_later() -> None:
    log, stream, clock = FakeAuditLog(), SilentStream(), MovedClock()
    log.append(ENTRY)
    clock.pass_by(16 * 60)
    log.error = OSError("The disk is full.")
    keeping = AuditKeeping(log, stream, clock)
    with pytest.raises(NotRecorded):
        keeping.run(JOB)
    log.error = None
    keeping.run(JOB)
    assert [entry.phase for entry in log.entries] == [Phase.INTENT, Phase.UNKNOWN]
