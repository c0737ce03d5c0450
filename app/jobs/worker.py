"""The worker: takes one job at a time, does it, and says how it ended.

A job whose worker dies is taken by another once its lease ends, so every job is done at least
once and must do nothing more when it was done before. Any number of workers may run.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom
from threading import Event, Thread
from typing import Final

from app.domain.errors import PortalError
from app.domain.jobs import Job, JobKind, JobPaused, JobRefused
from app.services.job_port import JobQueue

LOG: Final = logging.getLogger(__name__)
LEASE: Final = timedelta(seconds=60)
POLL_SECONDS: Final = 2.0
FIRST_PAUSE: Final = timedelta(seconds=10)
LONGEST_PAUSE: Final = timedelta(minutes=10)
NOW: Final = timedelta()
RANDOM: Final = SystemRandom()


Observer = Callable[[JobKind, str, float], None]


def nobody(_kind: JobKind, _outcome: str, _seconds: float) -> None:
    """Observe nothing."""


@dataclass(frozen=True, slots=True)
class Handler:
    """How a kind of job is done; without ``tries`` it is tried until it succeeds.

    When ``run`` raises ``JobRefused`` it fails at once; when it raises ``JobPaused`` it goes on
    after the others that are due.
    With ``every`` it is due again so long after it was done: the same row, so that a crash
    neither loses nor doubles it.
    """

    run: Callable[[Job], None]
    tries: int | None = None
    every: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """Does jobs under a name that no other worker has.

    ``observe`` gets the kind, how a try ended and the seconds that it took.
    """

    queue: JobQueue
    handlers: Mapping[JobKind, Handler]
    name: str
    lease: timedelta = LEASE
    jitter: Callable[[float, float], float] = RANDOM.uniform
    observe: Observer = nobody

    def run(self, stop: Event, poll_seconds: float = POLL_SECONDS) -> None:
        """Do what is due until ``stop`` is set; the job in hand is always ended."""
        while not stop.is_set():
            if not self._survives():
                stop.wait(poll_seconds)

    def run_one(self) -> bool:
        """Do one job that is due; False when there is none."""
        job = self.queue.claim(self.name, self.lease)
        if job is None:
            return False
        LOG.info("job %s begins", job.kind, extra=_facts(job))
        begun = time.monotonic()
        try:
            with self._kept(job):
                error, is_refused = self._error_of(job)
        except JobPaused:
            how, ended = "paused", self.queue.repeat(job, self.name, NOW)
        else:
            how, ended = self._settle(job, error, is_refused=is_refused)
        LOG.info("job %s %s", job.kind, how if ended else "went to another", extra=_facts(job))
        self.observe(job.kind, how if ended else "lost", time.monotonic() - begun)
        return True

    def _survives(self) -> bool:
        """A database that is away for a moment must not end the worker."""
        try:
            return self.run_one()
        except Exception:
            LOG.exception("the job table cannot be used")
            return False

    def _error_of(self, job: Job) -> tuple[str, bool]:
        """Do the job; return in words what stopped it, or an empty text, and if that is final."""
        try:
            self.handlers[job.kind].run(job)
        except JobPaused:
            raise
        except JobRefused as error:
            return error.message, True
        except PortalError as error:
            return error.message, False
        except Exception as error:
            LOG.exception("job %s broke", job.kind, extra=_facts(job))
            return f"The portal made a mistake ({type(error).__name__}); its log has more.", False
        return "", False

    def _settle(self, job: Job, error: str, *, is_refused: bool) -> tuple[str, bool]:
        """Say how the job ended, and whether it was still this worker's."""
        handler = self.handlers[job.kind]
        tries = handler.tries
        if not error and handler.every:
            return "done", self.queue.repeat(job, self.name, handler.every)
        if not error:
            return "done", self.queue.finish(job, self.name)
        if is_refused or (tries is not None and job.attempts >= tries):
            return "failed", self.queue.give_up(job, self.name, error)
        return "waits", self.queue.give_back(job, self.name, error, self._pause(job))

    def _pause(self, job: Job) -> timedelta:
        """Twice as long each time, and never at the same moment as another job."""
        pause = min(FIRST_PAUSE * (1 << min(job.attempts - 1, 10)), LONGEST_PAUSE)
        return pause * self.jitter(0.5, 1.0)

    @contextmanager
    def _kept(self, job: Job) -> Iterator[None]:
        """Renew the lease beside the work, as long as it lasts."""
        done = Event()

        def keep() -> None:
            while not done.wait(self.lease.total_seconds() / 3):
                try:
                    if not self.queue.keep(job, self.name, self.lease):
                        return
                except Exception:
                    LOG.exception("the lease of job %s could not be renewed", job.kind)

        keeper = Thread(target=keep, name="job-lease", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()


def _facts(job: Job) -> dict[str, object]:
    return {"job": job.job_id, "attempt": job.attempts}
