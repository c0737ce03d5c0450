"""Two reads at a time, and the count of what one request asked of Apigee."""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from threading import Barrier, Event, get_ident

import pytest

from app.domain.errors import NotFound
from app.services.meter import Meter
from app.services.parallel import Pool
from tests.unit.services.house import DOWN, build

NAME: ContextVar[str] = ContextVar("name", default="")


def raising(error: Exception) -> Callable[[], int]:
    def read() -> int:
        raise error

    return read


def test_both_run_at_the_same_time() -> None:
    meeting = Barrier(2)

    def read() -> int:
        meeting.wait(10)
        return get_ident()

    first, second = Pool(1)(read, read)
    assert first == get_ident()
    assert second != first


def test_the_second_runs_under_the_context_of_the_first() -> None:
    NAME.set("the request")
    assert Pool(1)(NAME.get, NAME.get) == ("the request", "the request")


def test_the_first_error_counts_before_the_second() -> None:
    gone = NotFound("Gone.")
    with pytest.raises(NotFound):
        Pool(1)(raising(gone), raising(DOWN))
    with pytest.raises(NotFound):
        Pool(1)(lambda: 1, raising(gone))


def test_a_second_read_that_never_began_is_not_made() -> None:
    pool, busy, made = Pool(1), Event(), []

    def hold() -> bool:
        return busy.wait(10)

    with ThreadPoolExecutor(1) as other:
        holding = other.submit(pool, lambda: 1, hold)
        while not pool._pool._threads:
            pass
        with pytest.raises(NotFound):
            pool(raising(NotFound("Gone.")), lambda: made.append(1))
        busy.set()
        assert holding.result(10) == (1, True)
    pool._pool.shutdown()
    assert made == []


def test_who_holds_the_last_thread_does_both_reads_instead_of_waiting_for_another() -> None:
    pool, here = Pool(1), get_ident()
    outer, (inner, beside) = pool(get_ident, lambda: pool(get_ident, get_ident))
    assert outer == here
    assert inner == beside != here


def test_work_that_nobody_waits_for_is_no_part_of_the_request_and_breaks_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pool, meter, done = Pool(1), Meter(), Event()
    NAME.set("the request")
    tally, seen = meter.start(), list[str]()

    def work() -> None:
        meter.record(1)
        seen.append(NAME.get())
        done.set()

    pool.start(raising(NotFound("Gone.")))
    pool.start(work)
    assert done.wait(10)
    assert (seen, tally.count) == ([""], 0)
    assert "Work that nobody waits for has failed" in caplog.text


def test_work_that_nobody_waits_for_takes_no_thread_of_a_page() -> None:
    pool, hold = Pool(1), Event()
    pool.start(lambda: hold.wait(10))
    assert pool(lambda: 1, lambda: 2) == (1, 2)
    hold.set()


# --- The meter --------------------------------------------------------------------------------


def test_calls_are_counted_from_the_start_of_the_request() -> None:
    meter = Meter()
    meter.record(9)
    assert meter.total().count == 0
    tally = meter.start()
    meter.record(0.25)
    meter.record(0.5)
    assert (tally.count, tally.milliseconds) == (2, 750)
    assert meter.total() is tally
    assert meter.start().count == 0


def test_calls_on_another_thread_count_for_the_same_request() -> None:
    meter = Meter()
    tally = meter.start()
    pool = Pool(2)
    for _ in range(50):
        pool(lambda: meter.record(0.001), lambda: meter.record(0.001))
    assert tally.count == 100


def test_what_a_thread_does_after_a_request_is_no_part_of_it() -> None:
    meter = Meter()
    tally = meter.start()
    assert meter.current() is tally
    meter.stop()
    meter.record(0.5)
    meter.hurry(1)
    assert meter.current() is None
    assert (tally.count, tally.ends) == (0, math.inf)


def test_a_request_can_be_told_to_hurry() -> None:
    meter = Meter()
    tally = meter.start()
    meter.hurry(5)
    assert tally.begun + 4 < tally.ends < tally.begun + 6


def test_requests_do_not_count_for_each_other() -> None:
    meter, together = Meter(), Barrier(4)

    def request(calls: int) -> int:
        meter.start()
        together.wait(10)
        for _ in range(calls):
            meter.record(0.001)
        together.wait(10)
        return meter.total().count

    with ThreadPoolExecutor(4) as pool:
        counts = [pool.submit(copy_context().run, request, calls) for calls in range(4)]
        assert [count.result(10) for count in counts] == [0, 1, 2, 3]


def test_a_list_and_its_status_are_read_at_the_same_time_and_both_count() -> None:
    house = build(parallel=Pool(2))
    house.account_of()
    tally = house.portal.meter.start()
    house.portal.apps.listing(house.owner())
    assert sorted(house.asked()) == ["apps.page", "developers.get"]
    assert tally.count == 2
