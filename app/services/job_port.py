"""What the services need of the job table; every time is told by the database's own clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.domain.jobs import Job, JobState, NewJob


@dataclass(frozen=True, slots=True)
class JobPage:
    """Jobs of one page, newest first; ``next_before`` is None on the last one."""

    jobs: tuple[Job, ...]
    next_before: int | None = None

    def lacks_worker(self, now: datetime) -> bool:
        """Whether one of them is due and nobody has tried: no worker seems to run."""
        return any(job.is_late(now) and not job.attempts for job in self.jobs)


class Jobs(Protocol):
    """The jobs of one organization."""

    def add(self, new: NewJob) -> Job:
        """Keep a job, or return the unfinished one that has its ``unique_key``."""
        ...

    def get(self, job_id: int) -> Job:
        """Return one job; raise ``NotFound``."""
        ...

    def about(self, what: str) -> Sequence[Job]:
        """Return the unfinished jobs about something, the first due first."""
        ...

    def page(
        self, state: JobState | None = None, before: int | None = None, size: int = 50
    ) -> JobPage:
        """Return one page, newest first."""
        ...

    def move(self, job_id: int, due_at: datetime) -> bool:
        """Give a waiting job another time; False when it does not wait any more."""
        ...

    def cancel(self, job_id: int) -> bool:
        """Cancel a job that waits or failed; False when it runs or is over."""
        ...

    def hasten(self, job_id: int) -> bool:
        """Let a job that waits or failed run now; False when it runs or is over."""
        ...

    def forget(self, over_before: datetime) -> int:
        """Delete what is over and was tried last, or was to be tried, before; say how many."""
        ...


class JobQueue(Protocol):
    """What a worker does with the jobs of every kind."""

    def claim(self, worker: str, lease: timedelta) -> Job | None:
        """Take the first job that is due, or whose worker has gone silent; None without one."""
        ...

    def keep(self, job: Job, worker: str, lease: timedelta) -> bool:
        """Say that the job is still worked on; False when another worker has it."""
        ...

    def finish(self, job: Job, worker: str) -> bool:
        """Note that the job is done; False when another worker has it."""
        ...

    def give_back(self, job: Job, worker: str, error: str, after: timedelta) -> bool:
        """Let the job be tried again after some time; False when another worker has it."""
        ...

    def repeat(self, job: Job, worker: str, after: timedelta) -> bool:
        """Note that the job is done and due again after some time; False as above."""
        ...

    def give_up(self, job: Job, worker: str, error: str) -> bool:
        """Note that the job failed for good; False when another worker has it."""
        ...
