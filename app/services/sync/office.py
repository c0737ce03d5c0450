"""Synchronizations in the administrator's hand, on the command line, and by the clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.domain.audit import SYSTEM, Action, Actor
from app.domain.clock import Clock
from app.domain.errors import Conflict, NotPossible, PortalError
from app.domain.jobs import PATIENCE, Job, JobKind, JobPaused, NewJob
from app.domain.sync import Choices, Counts, FindingKind, Run, RunState
from app.services.apigee_port import ApigeeDevelopers
from app.services.job_port import Jobs
from app.services.sync.passage import Ending, Passage
from app.services.sync.port import FindingPage, Held, SyncRuns, SyncSides
from app.services.sync.writing import SyncWriting
from app.services.tidying import Chore
from app.services.trail import Target, Trail

SHOWN: Final = 20
UNDER_WAY: Final = "A synchronization is under way. Let it end, or cancel it."
NOTHING_TO_APPLY: Final = "There is nothing to apply: compare again first."
OVER: Final = "This synchronization is over."


@dataclass(frozen=True, slots=True)
class SyncOffice:
    """Begins, works on, applies and cancels runs; methods about one raise ``NotFound``.

    With ``every`` the portal synchronizes by itself so often. Nothing is ever deleted.
    """

    apigee: ApigeeDevelopers
    runs: SyncRuns
    sides: SyncSides
    writing: SyncWriting
    jobs: Jobs
    trail: Trail
    clock: Clock
    every: timedelta | None = None

    def recent(self) -> Sequence[Run]:
        """Return the newest runs, the last one first."""
        return self.runs.recent(SHOWN)

    def as_of(self) -> datetime | None:
        """Return when the whole index was brought up to date last, or None."""
        last = self.runs.last_applied()
        return last.ended_at if last else None

    def expected(self) -> int:
        """Return how many developers Apigee had the last time, 0 where nobody knows."""
        last = self.runs.last_applied()
        return last.counts.read if last else 0

    def get(self, number: int) -> Run:
        """Return one run."""
        return self.runs.get(number)

    def findings(self, number: int, kind: FindingKind | None, after: int) -> FindingPage:
        """Return one page of what a run found."""
        return self.runs.findings(number, kind, after)

    def compare(self, actor: Actor, choices: Choices) -> Run:
        """Let a job find out what applying would do; raise ``Conflict`` or ``InvalidInput``."""
        return self._as_job(self._begin(actor, Choices(False, choices.direction, choices.only)))

    def apply(self, actor: Actor, number: int) -> Run:
        """Let a job do what a dry run found; raise ``Conflict``."""
        dry = self.runs.get(number)
        if not dry.can_be_applied:
            raise NotPossible(NOTHING_TO_APPLY)
        choices = Choices(True, dry.choices.direction, dry.choices.only)
        return self._as_job(self._begin(actor, choices))

    def go_on(self, actor: Actor, number: int) -> Run:
        """Let a job go on with a run that nobody works on; raise ``NotPossible`` if it is over."""
        run = self.runs.get(number)
        if not run.is_unfinished:
            raise NotPossible(OVER)
        with self.trail.around(actor, Action.DEVELOPERS_SYNC, _target(run.choices), "go on"):
            return self._as_job(run)

    def cancel(self, actor: Actor, number: int) -> Run:
        """Cancel a run; what was taken over already stays. Raises ``NotPossible``."""
        run = self.runs.get(number)
        with self.trail.around(actor, Action.SYNC_CANCEL, _target(run.choices)):
            if not self.runs.cancel(number, self.clock.now()):
                raise NotPossible(OVER)
        return self.runs.get(number)

    def run(self, choices: Choices = Choices(), actor: Actor = SYSTEM) -> Run:  # noqa: B008 - it is frozen
        """Synchronize now, in this process, or go on with such a run that was interrupted.

        Raises ``Conflict`` while another process synchronizes, or what stopped it.
        """
        run = self._left_behind(actor, choices) or self._begin(actor, choices)
        self.work(run.number)
        return self.runs.get(run.number)

    def work(self, number: int, patience: timedelta | None = None) -> None:
        """Work on a run to its end; raise what stopped it.

        With ``patience`` it raises ``JobPaused`` after that time, so that jobs which became due
        meanwhile come first; then it also waits for the next try where something stopped it.
        """
        held = self.runs.take(number, self.clock.now())
        if held is None:
            return
        passage = Passage(held, (self.apigee, self.runs, self.sides), self.writing, self.clock)
        try:
            ending = passage.go_on(self.clock.now() + patience if patience else None)
        except Exception as error:
            state = RunState.WAITING if patience else RunState.FAILED
            self.runs.end(held, state, _words(error), self.clock.now())
            raise
        if ending is Ending.COMPLETE:
            self._complete(held, passage.counts)
        elif ending is Ending.PAUSED and self.runs.end(
            held, RunState.WAITING, "", self.clock.now()
        ):
            raise JobPaused

    def do(self, _job: Job) -> None:
        """Work on the run that is not over, if there is one."""
        run = self.runs.unfinished()
        if run is not None:
            self.work(run.number, PATIENCE)

    def do_on_time(self, _job: Job) -> None:
        """Synchronize, or go on with what is not over; nothing where there is no schedule."""
        if self.every:
            run = self.runs.unfinished() or self._begin(SYSTEM, Choices())
            self.work(run.number, PATIENCE)

    def handlers(self) -> Mapping[JobKind, Callable[[Job], None]]:
        """Return how its jobs are done; one of an earlier schedule must end as well."""
        on_time = {} if self.every else {JobKind.SYNC_ON_TIME: self.do_on_time}
        return {JobKind.SYNC: self.do, **on_time}

    def chores(self) -> Mapping[JobKind, Chore]:
        """Return what is done again and again."""
        return {JobKind.SYNC_ON_TIME: Chore(self.do_on_time, self.every)} if self.every else {}

    def _begin(self, actor: Actor, choices: Choices) -> Run:
        choices = choices.checked()
        with self.trail.around(actor, Action.DEVELOPERS_SYNC, _target(choices), choices.words):
            return self.runs.begin(choices, (actor.account_id, actor.name), self.clock.now())

    def _left_behind(self, actor: Actor, choices: Choices) -> Run | None:
        """Return the interrupted run that wanted the same; another one is canceled."""
        run = self.runs.unfinished()
        if run is None:
            return None
        if not run.is_interrupted(self.clock.now()):
            raise Conflict(UNDER_WAY)
        if run.choices == choices:
            return run
        self.cancel(actor, run.number)
        return None

    def _complete(self, held: Held, counts: Counts) -> None:
        if self.runs.end(held, RunState.DONE, "", self.clock.now()):
            told = f"read {counts.read}, found {counts.total}, changed {counts.changed}"
            actor, choices = Actor(held.run.account_id, held.run.began_by), held.run.choices
            self.trail.note(actor, Action.SYNC_END, _target(choices), told)

    def _as_job(self, run: Run) -> Run:
        """Let a job go on; asked for twice at the same place of the run, there is one."""
        unique = f"{JobKind.SYNC.value} {run.number} {run.touched_at.isoformat()}"
        self.jobs.add(NewJob(JobKind.SYNC, self.clock.now(), unique_key=unique))
        return run


def _target(choices: Choices) -> Target:
    return Target("developers", choices.only or "all")


def _words(error: Exception) -> str:
    if isinstance(error, PortalError):
        return error.message
    return f"The portal made a mistake ({type(error).__name__}); its log has more."
