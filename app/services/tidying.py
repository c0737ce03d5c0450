"""Throwing away what nobody needs any more: jobs that come back by themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.domain.clock import Clock
from app.domain.jobs import Job, JobKind
from app.services.job_port import Jobs
from app.services.ports import Creations, Notes
from app.services.session_port import SignInSessions

HOURLY: Final = timedelta(hours=1)
DAILY: Final = timedelta(days=1)
NOTES_KEPT: Final = timedelta(days=90)
JOBS_KEPT: Final = timedelta(days=30)
# A form that is sent again after that makes a second app.
CREATIONS_KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Chore:
    """A job that is due again some time after it was done."""

    run: Callable[[Job], None]
    every: timedelta


@dataclass(frozen=True, slots=True)
class Tidying:
    """Deletes what is over; doing it again deletes nothing more."""

    sessions: SignInSessions
    notes: Notes
    jobs: Jobs
    creations: Creations
    clock: Clock

    def chores(self) -> Mapping[JobKind, Chore]:
        """Return what is done again and again."""
        return {
            JobKind.TIDY_SESSIONS: Chore(self.end_sessions, HOURLY),
            JobKind.TIDY_NOTES: Chore(self.forget_notes, DAILY),
            JobKind.TIDY_JOBS: Chore(self.forget_jobs, DAILY),
            JobKind.TIDY_CREATIONS: Chore(self.forget_creations, DAILY),
        }

    def end_sessions(self, _job: Job) -> None:
        """Delete sign-in sessions that have ended by themselves."""
        self.sessions.purge_expired(self.clock.now())

    def forget_notes(self, _job: Job) -> None:
        """Delete notes of apps and keys that were gone 90 days ago."""
        self.notes.forget(self.clock.now() - NOTES_KEPT)

    def forget_jobs(self, _job: Job) -> None:
        """Delete jobs that were over 30 days ago."""
        self.jobs.forget(self.clock.now() - JOBS_KEPT)

    def forget_creations(self, _job: Job) -> None:
        """Delete requests that were begun 30 days ago."""
        self.creations.forget(self.clock.now() - CREATIONS_KEPT)
