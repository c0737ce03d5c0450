"""Work that the portal does later, by itself, and at most once to its effect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

# A worker looks every two seconds; whoever waits longer is told.
PUNCTUAL: Final = timedelta(minutes=1)
# A worker does one job at a time, and keys are turned off within a minute.
PATIENCE: Final = timedelta(seconds=30)


class JobRefused(Exception):
    """The job can never be done as it stands; ``message`` says why, in words for a person."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class JobPaused(Exception):
    """The job has worked for as long as others wait; it goes on once those that are due are done.

    Where it stands it has kept itself.
    """


class JobState(StrEnum):
    """Where a job stands; ``WAITING`` and ``RUNNING`` are unfinished."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


class JobKind(StrEnum):
    """What a job does; the names are kept for ever because rows hold them."""

    RETIRE_KEY = "key.retire"
    REGISTER_DEVELOPER = "developer.register"
    TIDY_SESSIONS = "tidy.sessions"
    TIDY_NOTES = "tidy.notes"
    TIDY_JOBS = "tidy.jobs"
    TIDY_CREATIONS = "tidy.creations"
    SEND_NAMES = "developer.names"
    FOLLOW_ADDRESS = "developer.email"
    CHANGE_DEVELOPERS = "developer.bulk"
    DELETE_ACCOUNT = "account.delete"
    SEAL_AUDIT = "audit.seal"
    EXPORT_APPS = "export.apps"
    TIDY_EXPORTS = "tidy.exports"
    SEND_MAIL = "mail.send"
    TIDY_MAILS = "tidy.mails"
    SYNC = "developers.sync"
    SYNC_ON_TIME = "developers.sync.on_time"
    SCAN_APPS = "apps.scan"


# Due again after each time that they are done.
RECURRING: Final = frozenset(
    {
        JobKind.TIDY_SESSIONS,
        JobKind.TIDY_NOTES,
        JobKind.TIDY_JOBS,
        JobKind.TIDY_CREATIONS,
        JobKind.TIDY_EXPORTS,
        JobKind.SEAL_AUDIT,
        JobKind.TIDY_MAILS,
        JobKind.SYNC_ON_TIME,
        JobKind.SCAN_APPS,
    }
)


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be done at ``due_at`` or later; ``facts`` never hold a name, key or secret.

    Of two unfinished jobs with the same ``unique_key`` there is only the first. ``about`` is
    what lists of jobs are asked for, such as Apigee's ``appId``.
    """

    kind: JobKind
    due_at: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    unique_key: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands; ``error`` is what stopped its last try, in words for a person.

    After a try that failed, the next one comes at ``run_at``; ``due_at`` stays what it was.
    """

    job_id: int
    kind: JobKind
    state: JobState
    due_at: datetime
    run_at: datetime
    facts: Mapping[str, str]
    about: str
    attempts: int
    error: str
    created_at: datetime
    tried_at: datetime | None = None

    @property
    def is_unfinished(self) -> bool:
        """Whether it will still be done."""
        return self.state in {JobState.WAITING, JobState.RUNNING}

    @property
    def is_idle(self) -> bool:
        """Whether people may hurry it: it waits or failed."""
        return self.state in {JobState.WAITING, JobState.FAILED}

    @property
    def is_recurring(self) -> bool:
        """Whether the portal depends on its being done again and again, so nobody may cancel it."""
        return self.kind in RECURRING

    def is_promised(self, now: datetime) -> bool:
        """Whether somebody counts on its not being done before its time."""
        return self.kind is JobKind.RETIRE_KEY and now < self.due_at

    def is_late(self, now: datetime) -> bool:
        """Whether it waits although it should have been done."""
        return self.state is JobState.WAITING and now - self.due_at > PUNCTUAL
