"""The job table: each job is held by one worker at a time, and none is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from app.domain.errors import NotFound
from app.domain.jobs import Job, JobKind, JobState, NewJob
from app.services.job_port import JobQueue, Jobs
from app.store.jobs import JobStore
from tests.fakes.jobs import FakeJobs

PAST, FUTURE = datetime(2020, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
LEASE = timedelta(minutes=1)


class Queue(Jobs, JobQueue, Protocol):
    """Both sides of the job table."""


@pytest.fixture(params=["fake", "sqlite", "postgresql"])
def jobs(request: pytest.FixtureRequest) -> Queue:
    if request.param == "fake":
        return FakeJobs()
    name = "sqlite_engine" if request.param == "sqlite" else "postgres_engine"
    return JobStore(sessionmaker(request.getfixturevalue(name)), "demo")


def new(due_at: datetime = PAST, unique_key: str = "", about: str = "app-1") -> NewJob:
    return NewJob(JobKind.RETIRE_KEY, due_at, {"key_id": "0" * 16}, unique_key, about)


def claimed(jobs: Queue, worker: str = "one") -> Job:
    job = jobs.claim(worker, LEASE)
    assert job is not None
    return job


def test_a_job_is_kept_as_it_was_given(jobs: Queue) -> None:
    made = jobs.add(new(FUTURE))
    assert made == jobs.get(made.job_id)
    assert (made.kind, made.state, made.due_at) == (JobKind.RETIRE_KEY, JobState.WAITING, FUTURE)
    assert (dict(made.facts), made.about, made.attempts) == ({"key_id": "0" * 16}, "app-1", 0)
    assert made.created_at > PAST
    with pytest.raises(NotFound):
        jobs.get(made.job_id + 1)


def test_of_the_same_unfinished_job_there_is_one(jobs: Queue) -> None:
    first = jobs.add(new(FUTURE, "rotation:1"))
    assert jobs.add(new(PAST, "rotation:1")).job_id == first.job_id
    assert jobs.add(new(FUTURE, "rotation:2")).job_id != first.job_id
    assert jobs.add(new(FUTURE)).job_id != jobs.add(new(FUTURE)).job_id
    jobs.cancel(first.job_id)
    assert jobs.add(new(FUTURE, "rotation:1")).job_id != first.job_id


def test_the_first_due_is_claimed_first_and_once(jobs: Queue) -> None:
    later = jobs.add(new(PAST + timedelta(days=1)))
    first = jobs.add(new(PAST))
    jobs.add(new(FUTURE))
    assert [claimed(jobs).job_id, claimed(jobs, "two").job_id] == [first.job_id, later.job_id]
    assert jobs.claim("three", LEASE) is None
    held = jobs.get(first.job_id)
    assert (held.state, held.attempts) == (JobState.RUNNING, 1)
    assert held.tried_at is not None


def test_a_job_of_a_silent_worker_is_claimed_again(jobs: Queue) -> None:
    jobs.add(new())
    lost = jobs.claim("dead", timedelta(seconds=-1))
    assert lost is not None
    again = claimed(jobs, "alive")
    assert (again.job_id, again.attempts) == (lost.job_id, 2)
    assert not jobs.keep(lost, "dead", LEASE)
    assert not jobs.finish(lost, "dead")
    assert not jobs.give_back(lost, "dead", "late", LEASE)
    assert not jobs.give_up(lost, "dead", "late")
    assert not jobs.repeat(lost, "dead", LEASE)
    assert jobs.finish(again, "alive")


def test_a_job_that_is_kept_stays_with_its_worker(jobs: Queue) -> None:
    jobs.add(new())
    job = jobs.claim("one", timedelta(seconds=-1))
    assert job is not None
    assert jobs.keep(job, "one", LEASE)
    assert jobs.claim("two", LEASE) is None


def test_a_worker_that_comes_back_does_not_end_its_own_second_try(jobs: Queue) -> None:
    jobs.add(new())
    first = jobs.claim("one", timedelta(seconds=-1))
    second = claimed(jobs, "one")
    assert first is not None
    assert not jobs.finish(first, "one")
    assert jobs.finish(second, "one")


def test_a_finished_job_is_over(jobs: Queue) -> None:
    jobs.add(new())
    job = claimed(jobs)
    assert jobs.finish(job, "one")
    assert jobs.get(job.job_id).state is JobState.DONE
    assert not jobs.cancel(job.job_id)
    assert not jobs.hasten(job.job_id)
    assert not jobs.move(job.job_id, FUTURE)
    assert jobs.claim("one", LEASE) is None


def test_a_job_that_is_given_back_waits_and_says_why(jobs: Queue) -> None:
    jobs.add(new())
    assert jobs.give_back(claimed(jobs), "one", "Apigee cannot be reached.", LEASE)
    assert jobs.claim("one", LEASE) is None
    (job,) = jobs.about("app-1")
    assert (job.state, job.error) == (JobState.WAITING, "Apigee cannot be reached.")
    assert (job.due_at, job.run_at > PAST) == (PAST, True)
    assert jobs.hasten(job.job_id)
    assert claimed(jobs).attempts == 1


def test_a_job_that_failed_can_be_tried_again_or_canceled(jobs: Queue) -> None:
    jobs.add(new(about="app-2"))
    assert jobs.give_up(claimed(jobs), "one", "No.")
    (job,) = jobs.page(JobState.FAILED).jobs
    assert jobs.about("app-2") == ()
    assert jobs.hasten(job.job_id)
    assert jobs.give_up(claimed(jobs), "one", "No.")
    assert jobs.cancel(job.job_id)
    assert jobs.get(job.job_id).state is JobState.CANCELED


def test_a_job_that_comes_back_is_due_again_as_if_never_tried(jobs: Queue) -> None:
    made = jobs.add(new(unique_key="chore"))
    assert jobs.give_back(claimed(jobs), "one", "Not now.", timedelta(0))
    assert jobs.repeat(claimed(jobs), "one", LEASE)
    again = jobs.get(made.job_id)
    assert (again.state, again.attempts, again.error) == (JobState.WAITING, 0, "")
    assert again.due_at == again.run_at > PAST
    assert jobs.claim("one", LEASE) is None
    assert jobs.add(new(unique_key="chore")).job_id == made.job_id


def test_jobs_that_were_over_before_a_moment_are_forgotten(jobs: Queue) -> None:
    done, waiting = jobs.add(new()), jobs.add(new(FUTURE))
    never_tried = jobs.add(new(PAST + timedelta(days=1)))
    assert jobs.cancel(never_tried.job_id)
    assert jobs.finish(claimed(jobs), "one")
    running = jobs.add(new())
    claimed(jobs)
    assert jobs.forget(PAST + timedelta(days=1)) == 0
    assert jobs.forget(PAST + timedelta(days=2)) == 1
    assert jobs.forget(FUTURE) == 1
    kept = {job.job_id for job in jobs.page().jobs}
    assert kept == {waiting.job_id, running.job_id}
    with pytest.raises(NotFound):
        jobs.get(done.job_id)


def test_a_running_job_is_neither_canceled_nor_moved(jobs: Queue) -> None:
    jobs.add(new())
    job = claimed(jobs)
    assert not jobs.cancel(job.job_id)
    assert not jobs.move(job.job_id, FUTURE)
    assert not jobs.hasten(job.job_id)


def test_a_waiting_job_is_moved(jobs: Queue) -> None:
    job = jobs.add(new(PAST))
    assert jobs.move(job.job_id, FUTURE)
    assert jobs.claim("one", LEASE) is None
    assert jobs.get(job.job_id).due_at == FUTURE


def test_jobs_come_in_pages_newest_first(jobs: Queue) -> None:
    made = [jobs.add(new(FUTURE)).job_id for _ in range(5)]
    page = jobs.page(size=2)
    assert [job.job_id for job in page.jobs] == [made[4], made[3]]
    rest = jobs.page(before=page.next_before, size=3)
    assert [job.job_id for job in rest.jobs] == made[2::-1]
    assert rest.next_before is None
    assert jobs.page(JobState.DONE).jobs == ()


def test_another_organization_has_its_own_jobs(session: sessionmaker[Session]) -> None:
    jobs, other = JobStore(session, "demo"), JobStore(session, "other")
    job = other.add(new(unique_key="same"))
    assert jobs.add(new(FUTURE, "same")).job_id != job.job_id
    assert jobs.claim("one", LEASE) is None
    assert not jobs.cancel(job.job_id)
    assert other.cancel(job.job_id)
    assert jobs.forget(FUTURE) == 0
    with pytest.raises(NotFound):
        jobs.get(job.job_id)


def test_racing_workers_take_each_job_once(jobs: Queue) -> None:
    for _ in range(40):
        jobs.add(new())

    def take(worker: int) -> list[int]:
        return list(_claims(jobs, f"worker-{worker}"))

    with ThreadPoolExecutor(4) as pool:
        taken = [job_id for found in pool.map(take, range(4)) for job_id in found]
    assert len(taken) == len(set(taken)) == 40


def test_racing_additions_of_the_same_job_make_one(jobs: Queue) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: jobs.add(new(FUTURE, "same")).job_id, range(12)))
    assert len(made) == 1


def test_due_times_are_told_by_the_database(engine: Engine) -> None:
    jobs = JobStore(sessionmaker(engine), "demo")
    clock = "strftime('%Y-%m-%d %H:%M:%f', 'now')" if engine.dialect.name == "sqlite" else "now()"
    with engine.connect() as connection:
        now = connection.scalar(text(f"SELECT {clock}"))
    moment = datetime.fromisoformat(str(now))
    there = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    jobs.add(new(there + timedelta(seconds=30)))
    assert jobs.claim("one", LEASE) is None
    jobs.add(new(there - timedelta(seconds=1)))
    assert claimed(jobs).due_at < there


def _claims(jobs: Queue, worker: str) -> Iterator[int]:
    while job := jobs.claim(worker, LEASE):
        yield job.job_id
