"""The job table in a dict, proven by the same cases as the real one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

from app.domain.clock import Clock, SystemClock
from app.domain.errors import NotFound
from app.domain.jobs import Job, JobState, NewJob
from app.services.job_port import JobPage

IDLE = (JobState.WAITING, JobState.FAILED)


@dataclass
class FakeJobs:
    """``job_port.Jobs`` and ``job_port.JobQueue`` in a dict."""

    clock: Clock = field(default_factory=SystemClock)
    held: dict[int, Job] = field(default_factory=dict)
    unique: dict[int, str] = field(default_factory=dict)
    leases: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def add(self, new: NewJob) -> Job:
        with self.lock:
            for job in self.held.values():
                same = new.unique_key and self.unique[job.job_id] == new.unique_key
                if same and job.is_unfinished:
                    return job
            job_id = len(self.unique) + 1
            self.unique[job_id] = new.unique_key
            return self._put(
                Job(
                    job_id=job_id,
                    kind=new.kind,
                    state=JobState.WAITING,
                    due_at=new.due_at,
                    run_at=new.due_at,
                    facts=dict(new.facts),
                    about=new.about,
                    attempts=0,
                    error="",
                    created_at=self.clock.now(),
                )
            )

    def get(self, job_id: int) -> Job:
        if job_id not in self.held:
            raise NotFound("There is no such job.")
        return self.held[job_id]

    def about(self, what: str) -> Sequence[Job]:
        found = (job for job in self.held.values() if job.about == what and job.is_unfinished)
        return tuple(sorted(found, key=lambda job: (job.due_at, job.job_id)))

    def page(
        self, state: JobState | None = None, before: int | None = None, size: int = 50
    ) -> JobPage:
        found = [
            job
            for job in sorted(self.held.values(), key=lambda job: -job.job_id)
            if state in {None, job.state} and (before is None or job.job_id < before)
        ]
        more = len(found) > size
        return JobPage(tuple(found[:size]), found[size - 1].job_id if more else None)

    def move(self, job_id: int, due_at: datetime) -> bool:
        job = self.held[job_id]
        if job.state is not JobState.WAITING:
            return False
        self._put(replace(job, due_at=due_at, run_at=due_at))
        return True

    def cancel(self, job_id: int) -> bool:
        return self._from_idle(job_id, state=JobState.CANCELED)

    def hasten(self, job_id: int) -> bool:
        return self._from_idle(job_id, state=JobState.WAITING, hurry=True)

    def forget(self, over_before: datetime) -> int:
        over = [
            job.job_id
            for job in self.held.values()
            if not job.is_unfinished and (job.tried_at or job.run_at) < over_before
        ]
        for job_id in over:
            del self.held[job_id]
        return len(over)

    def claim(self, worker: str, lease: timedelta) -> Job | None:
        with self.lock:
            now = self.clock.now()
            due = [job for job in self.held.values() if self._is_free(job, now)]
            if not due:
                return None
            first = min(due, key=lambda job: (job.run_at, job.job_id))
            self.leases[first.job_id] = (worker, now + lease)
            running = JobState.RUNNING
            return self._put(
                replace(first, state=running, attempts=first.attempts + 1, tried_at=now)
            )

    def keep(self, job: Job, worker: str, lease: timedelta) -> bool:
        if not self._holds(job, worker):
            return False
        self.leases[job.job_id] = (worker, self.clock.now() + lease)
        return True

    def finish(self, job: Job, worker: str) -> bool:
        return self._end(job, worker, replace(job, state=JobState.DONE, error=""))

    def give_back(self, job: Job, worker: str, error: str, after: timedelta) -> bool:
        run_at = self.clock.now() + after
        return self._end(
            job, worker, replace(job, state=JobState.WAITING, error=error, run_at=run_at)
        )

    def repeat(self, job: Job, worker: str, after: timedelta) -> bool:
        then = self.clock.now() + after
        again = replace(job, state=JobState.WAITING, error="", attempts=0, due_at=then, run_at=then)
        return self._end(job, worker, again)

    def give_up(self, job: Job, worker: str, error: str) -> bool:
        return self._end(job, worker, replace(job, state=JobState.FAILED, error=error))

    def _is_free(self, job: Job, now: datetime) -> bool:
        if job.state is JobState.RUNNING:
            return self.leases[job.job_id][1] < now
        return job.state is JobState.WAITING and job.run_at <= now

    def _holds(self, job: Job, worker: str) -> bool:
        now = self.held[job.job_id]
        same = (now.state, now.attempts) == (JobState.RUNNING, job.attempts)
        return same and self.leases[job.job_id][0] == worker

    def _end(self, job: Job, worker: str, ended: Job) -> bool:
        with self.lock:
            holds = self._holds(job, worker)
            if holds:
                self._put(ended)
            return holds

    def _from_idle(self, job_id: int, *, state: JobState, hurry: bool = False) -> bool:
        job = self.held[job_id]
        if job.state not in IDLE:
            return False
        hurried = replace(job, run_at=self.clock.now(), attempts=0) if hurry else job
        self._put(replace(hurried, state=state))
        return True

    def _put(self, job: Job) -> Job:
        self.held[job.job_id] = job
        return job
