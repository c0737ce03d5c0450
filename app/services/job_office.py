"""Jobs in the administrator's hand: looked at, hurried, canceled, on the record."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.errors import Conflict
from app.domain.jobs import Job, JobKind, JobState, NewJob
from app.services.job_port import JobPage, Jobs
from app.services.trail import Target, Trail

NOT_NOW: Final = "This job runs at this moment, or is over."
TOO_EARLY: Final = "The key's owner was told that the old key works until then."
RECURS: Final = "The portal needs this job again and again, so it cannot be canceled."


@dataclass(frozen=True, slots=True)
class JobOffice:
    """What people may do with jobs; every method raises ``NotFound`` for an unknown one."""

    jobs: Jobs
    trail: Trail
    clock: Clock

    def plan(self, kinds: Iterable[JobKind]) -> None:
        """Let these be done again and again, from now on; what is planned already stays."""
        for kind in kinds:
            self.jobs.add(NewJob(kind, self.clock.now(), unique_key=kind.value))

    def page(self, state: JobState | None = None, before: int | None = None) -> JobPage:
        """Return one page, newest first."""
        return self.jobs.page(state, before)

    def hasten(self, actor: Actor, job_id: int) -> Job:
        """Let a job that waits or failed run now; raise ``Conflict`` for any other.

        A key is never turned off earlier than its owner was told.
        """
        if self.jobs.get(job_id).is_promised(self.clock.now()):
            raise Conflict(TOO_EARLY)
        return self._change(actor, job_id, Action.JOB_RETRY)

    def cancelable(self, job_id: int) -> Job:
        """Return a job that may be canceled now; raise ``Conflict`` for any other."""
        job = self.jobs.get(job_id)
        if job.is_recurring:
            raise Conflict(RECURS)
        if not job.is_idle:
            raise Conflict(NOT_NOW)
        return job

    def cancel(self, actor: Actor, job_id: int) -> Job:
        """Cancel a job that waits or failed; raise ``Conflict`` for any other.

        One that recurs is refused on the record: without the audit log's own nothing is sealed.
        """
        return self._change(actor, job_id, Action.JOB_CANCEL)

    def _change(self, actor: Actor, job_id: int, action: Action) -> Job:
        job = self.jobs.get(job_id)
        change = self.jobs.hasten if action is Action.JOB_RETRY else self.jobs.cancel
        with self.trail.around(actor, action, Target("job", f"{job.kind.value} {job_id}")):
            if action is Action.JOB_CANCEL and job.is_recurring:
                raise Conflict(RECURS)
            if not change(job_id):
                raise Conflict(NOT_NOW)
        return self.jobs.get(job_id)
