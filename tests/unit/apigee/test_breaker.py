"""When the client stops asking Apigee, for how long, and how it finds out that it may ask again."""

import logging

import pytest

from app.apigee.breaker import Breaker, Reading, State
from app.domain.errors import Upstream, UpstreamKind


class HandTimer:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def timer() -> HandTimer:
    return HandTimer()


@pytest.fixture
def breaker(timer: HandTimer) -> Breaker:
    return Breaker("reads", timer)


def tries(breaker: Breaker, *failures: UpstreamKind | None) -> None:
    for failure in failures:
        breaker.settle(breaker.admit(), failure)


def refused(breaker: Breaker) -> tuple[UpstreamKind, int | None]:
    with pytest.raises(Upstream) as error:
        breaker.admit()
    return error.value.kind, error.value.retry_after


SILENT = UpstreamKind.TIMEOUT
FAILED = UpstreamKind.FAILED


def test_five_silent_calls_in_a_row_open_it(breaker: Breaker) -> None:
    tries(breaker, *[UpstreamKind.UNREACHABLE] * 2, *[SILENT] * 2)
    assert breaker.reading().state is State.CLOSED
    tries(breaker, SILENT)
    assert refused(breaker) == (SILENT, 5)


def test_an_answer_in_between_begins_the_row_anew(breaker: Breaker) -> None:
    tries(breaker, *[SILENT] * 4, None, *[SILENT] * 4)
    assert breaker.reading() == Reading(State.CLOSED, 9, 8, 0)


def test_half_of_ten_calls_open_it_but_not_of_nine(breaker: Breaker) -> None:
    tries(breaker, *[FAILED, None] * 4, FAILED)
    assert breaker.reading().state is State.CLOSED
    tries(breaker, None)
    assert refused(breaker) == (FAILED, 5)


def test_less_than_half_leave_it_closed(breaker: Breaker) -> None:
    tries(breaker, *[None, FAILED, None] * 10)
    assert breaker.reading().state is State.CLOSED


def test_failures_are_forgotten_after_thirty_seconds(breaker: Breaker, timer: HandTimer) -> None:
    tries(breaker, *[FAILED] * 9)
    timer.seconds += 30
    tries(breaker, *[FAILED] * 9)
    assert breaker.reading() == Reading(State.CLOSED, 9, 9, 0)


def test_one_probe_is_let_through_and_its_answer_closes_it(
    breaker: Breaker, timer: HandTimer
) -> None:
    tries(breaker, *[SILENT] * 5)
    timer.seconds += 4.9
    assert refused(breaker) == (SILENT, 1)
    timer.seconds += 0.1
    probe = breaker.admit()
    assert breaker.reading().state is State.HALF_OPEN
    assert refused(breaker) == (SILENT, 1)
    breaker.settle(probe, None)
    assert breaker.reading() == Reading(State.CLOSED, 0, 0, 0)
    tries(breaker, *[None] * 3)


def test_all_calls_of_the_request_that_probes_are_let_through(
    breaker: Breaker, timer: HandTimer
) -> None:
    tries(breaker, *[SILENT] * 5)
    timer.seconds += 5
    first, second = breaker.admit(7), breaker.admit(7)
    with pytest.raises(Upstream):
        breaker.admit(8)
    breaker.settle(second, None)
    breaker.settle(first, SILENT)
    assert breaker.reading() == Reading(State.CLOSED, 0, 0, 0)


def test_a_probe_without_an_answer_opens_it_again(breaker: Breaker, timer: HandTimer) -> None:
    tries(breaker, *[SILENT] * 5)
    timer.seconds += 5
    tries(breaker, FAILED)
    assert refused(breaker) == (FAILED, 5)


def test_a_probe_that_never_reports_is_followed_by_another(
    breaker: Breaker, timer: HandTimer
) -> None:
    tries(breaker, *[SILENT] * 5)
    timer.seconds += 5
    lost = breaker.admit()
    timer.seconds += 10
    probe = breaker.admit()
    breaker.settle(lost, SILENT)
    breaker.settle(probe, None)
    assert breaker.reading().state is State.CLOSED


def test_calls_from_before_do_not_decide_for_the_probe(breaker: Breaker, timer: HandTimer) -> None:
    early = breaker.admit()
    tries(breaker, *[SILENT] * 5)
    breaker.settle(early, None)
    assert breaker.reading().state is State.OPEN
    timer.seconds += 5
    breaker.admit()
    breaker.settle(early, None)
    assert breaker.reading().state is State.HALF_OPEN


def test_a_busy_apigee_is_left_alone_for_as_long_as_it_says(
    breaker: Breaker, timer: HandTimer
) -> None:
    breaker.cool_down(breaker.admit(), 7)
    assert refused(breaker) == (UpstreamKind.BUSY, 7)
    timer.seconds += 7
    tries(breaker, None)
    assert breaker.reading().state is State.CLOSED


def test_a_busy_apigee_is_asked_after_a_minute_at_the_latest(breaker: Breaker) -> None:
    breaker.cool_down(breaker.admit(), 3600)
    assert refused(breaker) == (UpstreamKind.BUSY, 60)


def test_an_apigee_that_names_no_time_is_not_left_alone(breaker: Breaker) -> None:
    breaker.cool_down(breaker.admit(), 0)
    assert breaker.reading().state is State.CLOSED


def test_each_change_is_logged_once(
    breaker: Breaker, timer: HandTimer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    tries(breaker, *[SILENT] * 5)
    refused(breaker)
    timer.seconds += 5
    tries(breaker, None)
    told = [record.getMessage().rpartition(" ")[2] for record in caplog.records]
    assert told == ["open", "half_open", "closed"]
