"""The worker does each job, says how it ended, and outlives whatever goes wrong."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest

from app.domain.errors import Upstream, UpstreamKind
from app.domain.jobs import Job, JobKind, JobPaused, JobRefused, JobState, NewJob
from app.jobs.worker import FIRST_PAUSE, LONGEST_PAUSE, Handler, Worker
from tests.fakes.clock import HandClock
from tests.fakes.jobs import FakeJobs


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


class Desk:
    """A worker over a fake job table, with the handler that a test wants."""

    def __init__(
        self,
        clock: HandClock,
        run: Callable[[Job], None],
        tries: int | None = None,
        every: timedelta | None = None,
    ) -> None:
        self.clock = clock
        self.jobs = FakeJobs(clock)
        handlers = dict.fromkeys(JobKind, Handler(run, tries, every))
        self.worker = Worker(self.jobs, handlers, "one", jitter=lambda _low, high: high)

    def add(self, due_at: datetime | None = None) -> Job:
        return self.jobs.add(NewJob(JobKind.RETIRE_KEY, due_at or self.clock.now()))


def away(_job: Job) -> None:
    """Find Apigee away."""
    raise Upstream(UpstreamKind.UNREACHABLE, "Apigee cannot be reached.")


def test_a_due_job_is_done_once(clock: HandClock) -> None:
    done: list[int] = []
    desk = Desk(clock, lambda job: done.append(job.job_id))
    job = desk.add()
    assert desk.worker.run_one()
    assert not desk.worker.run_one()
    assert done == [job.job_id]
    assert desk.jobs.get(job.job_id).state is JobState.DONE


def test_a_job_that_is_refused_fails_at_once_with_its_reason(clock: HandClock) -> None:
    def refused(_job: Job) -> None:
        raise JobRefused("The mail server refused the recipient for good (550).")

    desk = Desk(clock, refused)
    job = desk.add()
    assert desk.worker.run_one()
    ended = desk.jobs.get(job.job_id)
    assert (ended.state, ended.attempts) == (JobState.FAILED, 1)
    assert ended.error == "The mail server refused the recipient for good (550)."


def test_a_job_that_pauses_goes_on_after_those_that_are_due(clock: HandClock) -> None:
    done: list[int] = []

    def long(job: Job) -> None:
        done.append(job.job_id)
        clock.advance(30)
        if done.count(job.job_id) < 3:
            raise JobPaused

    desk = Desk(clock, long)
    first, second = desk.add(), desk.add(clock.now() + timedelta(seconds=10))
    assert desk.worker.run_one()
    paused = desk.jobs.get(first.job_id)
    assert (paused.state, paused.attempts, paused.error) == (JobState.WAITING, 0, "")
    assert desk.worker.run_one()
    assert done == [first.job_id, second.job_id]
    while desk.worker.run_one():
        pass
    assert done == [first.job_id, second.job_id] * 3
    assert {job.state for job in desk.jobs.held.values()} == {JobState.DONE}


def test_a_job_that_is_not_due_waits(clock: HandClock) -> None:
    desk = Desk(clock, away)
    desk.add(clock.now() + timedelta(hours=1))
    assert not desk.worker.run_one()


def test_a_job_is_late_rather_than_lost(clock: HandClock) -> None:
    desk = Desk(clock, away)
    job = desk.add()
    pauses = []
    for _ in range(12):
        assert desk.worker.run_one()
        now = desk.jobs.get(job.job_id)
        assert (now.state, now.error) == (JobState.WAITING, "Apigee cannot be reached.")
        assert now.due_at == job.due_at
        pauses.append(now.run_at - clock.now())
        clock.advance(pauses[-1].total_seconds())
    assert pauses[:3] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]
    assert pauses[-1] == LONGEST_PAUSE


def test_a_job_with_tries_fails_in_the_end(clock: HandClock) -> None:
    desk = Desk(clock, away, tries=2)
    job = desk.add()
    desk.worker.run_one()
    clock.advance(60)
    desk.worker.run_one()
    now = desk.jobs.get(job.job_id)
    assert (now.state, now.error) == (JobState.FAILED, "Apigee cannot be reached.")


def test_a_job_that_comes_back_is_the_same_job_later(clock: HandClock) -> None:
    done: list[int] = []
    desk = Desk(clock, lambda job: done.append(job.job_id), every=timedelta(hours=1))
    job = desk.add()
    for _ in range(3):
        assert desk.worker.run_one()
        assert not desk.worker.run_one()
        assert desk.jobs.get(job.job_id).due_at == clock.now() + timedelta(hours=1)
        clock.advance(3600)
    assert done == [job.job_id] * 3


def test_a_job_that_comes_back_but_failed_is_tried_again_soon(clock: HandClock) -> None:
    desk = Desk(clock, away, every=timedelta(hours=1))
    job = desk.add()
    assert desk.worker.run_one()
    now = desk.jobs.get(job.job_id)
    assert (now.error, now.run_at - clock.now()) == ("Apigee cannot be reached.", FIRST_PAUSE)


def test_a_mistake_is_told_without_its_words(
    clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_job: Job) -> None:
        raise KeyError("what nobody may read")

    desk = Desk(clock, broken)
    job = desk.add()
    with caplog.at_level(logging.ERROR):
        assert desk.worker.run_one()
    error = desk.jobs.get(job.job_id).error
    assert "KeyError" in error
    assert "nobody may read" not in error
    assert "job key.retire broke" in caplog.text


def test_a_long_job_keeps_its_lease(clock: HandClock) -> None:
    kept = Event()

    class Watched(FakeJobs):
        def keep(self, job: Job, worker: str, lease: timedelta) -> bool:
            kept.set()
            return super().keep(job, worker, lease)

    jobs = Watched(clock)
    jobs.add(NewJob(JobKind.TIDY_SESSIONS, clock.now()))
    handler = Handler(lambda _job: None if kept.wait(10) else away(_job))
    short = timedelta(milliseconds=30)
    assert Worker(jobs, dict.fromkeys(JobKind, handler), "one", short).run_one()
    assert jobs.get(1).state is JobState.DONE


def test_a_job_that_another_worker_took_is_left_to_it(clock: HandClock) -> None:
    def slow(job: Job) -> None:
        clock.advance(3600)
        assert desk.jobs.claim("two", timedelta(hours=1)) is not None
        assert job.attempts == 1

    desk = Desk(clock, slow)
    job = desk.add()
    assert desk.worker.run_one()
    now = desk.jobs.get(job.job_id)
    assert (now.state, now.attempts) == (JobState.RUNNING, 2)


def test_the_worker_runs_until_it_is_stopped_and_outlives_its_database(clock: HandClock) -> None:
    failing = [OSError("away"), OSError("away")]

    class Shaky(FakeJobs):
        def claim(self, worker: str, lease: timedelta) -> Job | None:
            if failing:
                raise failing.pop()
            return super().claim(worker, lease)

    jobs, done = Shaky(clock), Event()
    jobs.add(NewJob(JobKind.TIDY_SESSIONS, clock.now()))
    handlers = dict.fromkeys(JobKind, Handler(lambda _job: done.set()))
    stop = Event()
    thread = Thread(target=Worker(jobs, handlers, "one").run, args=(stop, 0.01))
    thread.start()
    try:
        assert done.wait(10)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def test_every_try_is_observed_with_how_it_ended(clock: HandClock) -> None:
    seen: list[tuple[JobKind, str]] = []

    def observe(kind: JobKind, outcome: str, seconds: float) -> None:
        assert seconds >= 0
        seen.append((kind, outcome))

    def refused(_job: Job) -> None:
        raise JobRefused("No.")

    def paused(_job: Job) -> None:
        raise JobPaused

    def taken(job: Job) -> None:
        desk.jobs.finish(job, "one")

    for run in (lambda _job: None, away, refused, paused, taken):
        desk = Desk(clock, run)
        desk.add()
        replace(desk.worker, observe=observe).run_one()
    outcomes = ["done", "waits", "failed", "paused", "lost"]
    assert seen == [(JobKind.RETIRE_KEY, outcome) for outcome in outcomes]
