"""Two rows around every effect: first the intent, then how it ended."""

import pytest

from app.domain.audit import Action, Phase
from app.domain.errors import NotFound
from app.services.trail import Target, Trail
from tests.fakes.store import FakeAuditLog
from tests.unit.services.house import ACTOR, LOST, NOON, MovedClock

TARGET = Target("app", "one", "dana@example.com")


@pytest.fixture
def log() -> FakeAuditLog:
    return FakeAuditLog()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def trail(log: FakeAuditLog, clock: MovedClock) -> Trail:
    return Trail(log, clock)


def test_the_intent_is_kept_before_anything_happens(
    trail: Trail, log: FakeAuditLog, clock: MovedClock
) -> None:
    with trail.around(ACTOR, Action.APP_DELETE, TARGET):
        (intent,) = log.entries
        assert intent.phase is Phase.INTENT
        clock.pass_by(2)
    intent, done = log.entries
    assert (done.phase, done.detail) == (Phase.DONE, "")
    assert (intent.at, (done.at - intent.at).total_seconds()) == (NOON, 2)
    assert intent.action_id == done.action_id
    for row in log.entries:
        assert (row.actor, row.action) == (ACTOR, Action.APP_DELETE)
        assert (row.target_kind, row.target, row.on_behalf_of) == ("app", "one", "dana@example.com")


@pytest.mark.parametrize(
    ("error", "phase", "detail"),
    [
        (LOST, Phase.UNKNOWN, "OutcomeUnknown"),
        (NotFound("canary text"), Phase.FAILED, "NotFound"),
        (ZeroDivisionError("canary text"), Phase.FAILED, "ZeroDivisionError"),
    ],
    ids=["lost", "refused", "unforeseen"],
)
def test_the_outcome_names_the_kind_of_error_only(
    trail: Trail, log: FakeAuditLog, error: Exception, phase: Phase, detail: str
) -> None:
    with pytest.raises(type(error)), trail.around(ACTOR, Action.APP_DELETE, TARGET):
        raise error
    intent, outcome = log.entries
    assert (outcome.phase, outcome.detail) == (phase, detail)
    assert intent.action_id == outcome.action_id


def test_without_a_log_nothing_happens(trail: Trail, log: FakeAuditLog) -> None:
    log.error = OSError("The disk is full.")
    done = []
    with (
        pytest.raises(OSError, match="disk"),
        trail.around(ACTOR, Action.APP_DELETE, TARGET),
    ):
        done.append("it")
    assert (done, log.entries) == ([], [])


def test_an_event_is_one_row(trail: Trail, log: FakeAuditLog) -> None:
    trail.event(ACTOR, Action.ACCESS_REFUSED, Target("page", "/admin"), Phase.FAILED, "no right")
    (row,) = log.entries
    assert (row.phase, row.target, row.detail, row.at) == (Phase.FAILED, "/admin", "no right", NOON)


def test_every_action_has_an_id_of_its_own(trail: Trail, log: FakeAuditLog) -> None:
    for _ in range(3):
        with trail.around(ACTOR, Action.APP_DELETE, TARGET):
            pass
    assert len({row.action_id for row in log.entries}) == 3
