"""Two rows around every effect: first the intent, then how it ended."""

from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from app.domain.audit import Action, Phase
from app.domain.errors import NotFound, NotRecorded
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
        (LOST, Phase.UNKNOWN, "OutcomeUnknown timeout"),
        (NotFound("canary text"), Phase.FAILED, "NotFound"),
        (ZeroDivisionError("canary text"), Phase.FAILED, "ZeroDivisionError"),
        (SystemExit("canary text"), Phase.UNKNOWN, "SystemExit"),
    ],
    ids=["lost", "refused", "unforeseen", "stopped"],
)
def test_the_outcome_names_the_kind_of_error_only(
    trail: Trail, log: FakeAuditLog, error: BaseException, phase: Phase, detail: str
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
        pytest.raises(NotRecorded),
        trail.around(ACTOR, Action.APP_DELETE, TARGET),
    ):
        done.append("it")
    assert (done, log.entries) == ([], [])


def test_an_outcome_that_cannot_be_kept_is_an_alarm_and_what_was_done_stays_done(
    trail: Trail, log: FakeAuditLog, caplog: pytest.LogCaptureFixture
) -> None:
    with trail.around(ACTOR, Action.APP_DELETE, TARGET):
        log.error = OSError("The disk is full.")
    (intent,), (alarm,) = log.entries, caplog.records
    assert (alarm.levelname, alarm.name) == ("CRITICAL", "portal.audit")
    assert alarm.getMessage() == (
        "The audit log cannot be written: app.delete done is not recorded (OSError)"
    )
    assert vars(alarm)["action_id"] == intent.action_id
    assert "dana@example.com" not in str(vars(alarm))


def test_a_failure_that_cannot_be_kept_is_told_as_it_is(
    trail: Trail, log: FakeAuditLog, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        log.error = OSError("The disk is full.")
        raise NotFound("canary text")

    with pytest.raises(NotFound), trail.around(ACTOR, Action.APP_DELETE, TARGET):
        fails()
    assert "app.delete failed is not recorded" in caplog.text
    assert "canary text" not in caplog.text


@dataclass
class Beside:
    """``trail.Beside``: notes what it was told."""

    told: list[object] = field(default_factory=list)
    refusal: Exception | None = None

    def begun(self) -> None:
        self.told.append("begun")
        if self.refusal is not None:
            raise self.refusal

    def ended(self, error: BaseException | None) -> None:
        self.told.append(error)


def test_what_refuses_beside_the_intent_stops_the_action(trail: Trail, log: FakeAuditLog) -> None:
    beside, done = Beside(refusal=LookupError("It was begun before.")), []
    with (
        pytest.raises(LookupError),
        trail.around(ACTOR, Action.APP_DELETE, TARGET, beside=beside),
    ):
        done.append("it")
    assert (done, log.entries, beside.told) == ([], [], ["begun"])


@pytest.mark.parametrize("error", [None, LOST, NotFound("gone"), SystemExit("stopped")])
def test_how_it_ended_is_told_beside_the_outcome(trail: Trail, error: BaseException | None) -> None:
    beside = Beside()
    with (
        suppress(type(error) if error else LookupError),
        trail.around(ACTOR, Action.APP_DELETE, TARGET, beside=beside),
    ):
        if error is not None:
            raise error
    assert beside.told == ["begun", error]


def test_what_goes_beside_an_outcome_that_cannot_be_kept_is_written_all_the_same(
    trail: Trail, log: FakeAuditLog, caplog: pytest.LogCaptureFixture
) -> None:
    beside = Beside()
    with trail.around(ACTOR, Action.APP_DELETE, TARGET, beside=beside):
        log.error = OSError("The disk is full.")
    assert beside.told == ["begun", None]
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]


def test_what_must_go_on_goes_on_without_a_log(
    trail: Trail, log: FakeAuditLog, caplog: pytest.LogCaptureFixture
) -> None:
    log.error = OSError("The disk is full.")
    trail.note(ACTOR, Action.SIGN_OUT, TARGET)
    trail.refusal(ACTOR, Action.ACCESS_REFUSED, TARGET)
    assert [record.levelname for record in caplog.records] == ["CRITICAL"] * 2


def test_what_needs_a_record_does_not_happen_without_one(trail: Trail, log: FakeAuditLog) -> None:
    log.error = OSError("The disk is full.")
    with pytest.raises(NotRecorded):
        trail.event(ACTOR, Action.SIGN_IN, TARGET, Phase.DONE)


def test_an_event_is_one_row(trail: Trail, log: FakeAuditLog) -> None:
    trail.event(ACTOR, Action.ACCESS_REFUSED, Target("page", "/admin"), Phase.FAILED, "no right")
    (row,) = log.entries
    assert (row.phase, row.target, row.detail, row.at) == (Phase.FAILED, "/admin", "no right", NOON)


def test_every_action_has_an_id_of_its_own(trail: Trail, log: FakeAuditLog) -> None:
    for _ in range(3):
        with trail.around(ACTOR, Action.APP_DELETE, TARGET):
            pass
    assert len({row.action_id for row in log.entries}) == 3
