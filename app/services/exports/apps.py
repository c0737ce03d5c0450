"""The table of apps: made by a job that pages Apigee, kept encrypted, and gone after a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Final

from app.domain.apps import OrganizationApp
from app.domain.audit import Action, Actor
from app.domain.clock import Clock
from app.domain.errors import NotFound, NotPossible
from app.domain.jobs import PATIENCE, Job, JobKind, JobPaused, NewJob
from app.domain.plurals import number_of
from app.services.apigee_port import ApigeeOrganizationApps
from app.services.developer_port import DeveloperFilter
from app.services.exports.app_rows import app_rows
from app.services.exports.columns import Row, wanted
from app.services.exports.port import Export, ExportFiles
from app.services.job_port import Jobs
from app.services.ports import DeveloperIndex
from app.services.tidying import HOURLY, Chore
from app.services.trail import Target, Trail

KEPT: Final = timedelta(hours=24)
BATCH: Final = 500
UNDER_WAY: Final = "A table of apps is being made for you already. Wait until it is ready."
NO_TABLE: Final = "There is no such table. Tables of apps are kept for 24 hours."


@dataclass(frozen=True, slots=True)
class Progress:
    """An export, and the job that makes it while it is not finished.

    Without a job it is finished, or was given up.
    """

    export: Export
    job: Job | None

    @property
    def is_ready(self) -> bool:
        """Whether it can be downloaded."""
        return self.export.finished_at is not None


@dataclass(frozen=True, slots=True)
class AppExport:
    """Everybody sees the tables that they asked for themselves; no key or secret is in one."""

    apps: ApigeeOrganizationApps
    index: DeveloperIndex
    files: ExportFiles
    jobs: Jobs
    trail: Trail
    clock: Clock

    def begin(self, actor: Actor, account_id: int, asked: DeveloperFilter) -> Export:
        """Let a table be made; raise ``NotPossible`` while another one of this account is."""
        target = Target("apps", wanted(asked))
        with self.trail.around(actor, Action.APP_EXPORT, target, "asked for"):
            if any(item.job for item in self.of(account_id)):
                raise NotPossible(UNDER_WAY)
            export = self.files.begin(account_id, asked, self.clock.now())
            facts = {"export": export.public_id}
            now = self.clock.now()
            self.jobs.add(NewJob(JobKind.EXPORT_APPS, now, facts, about=export.public_id))
        return export

    def of(self, account_id: int) -> tuple[Progress, ...]:
        """Return the account's tables that are kept, the newest first."""
        kept = (item for item in self.files.of_account(account_id) if self._is_kept(item))
        return tuple(Progress(item, self._job(item)) for item in kept)

    def rows(self, actor: Actor, account_id: int, public_id: str = "") -> Iterator[Row]:
        """Return the rows of a table of the account's own that is whole, on record.

        Without a ``public_id`` it is the newest one. Raises ``NotFound``, or ``NotRecorded``
        before the first row.
        """
        whole = (item.export for item in self.of(account_id) if item.is_ready)
        export = next((item for item in whole if public_id in {"", item.public_id}), None)
        if export is None:
            raise NotFound(NO_TABLE)
        rows = self._taken(actor, export)
        next(rows)
        return rows

    def read_now(self, actor: Actor, asked: DeveloperFilter) -> Iterator[Row]:
        """Return the rows as they are read from Apigee, on record; raise ``NotRecorded`` before."""
        rows = self._read_now(actor, asked)
        next(rows)
        return rows

    def _read_now(self, actor: Actor, asked: DeveloperFilter) -> Iterator[Row]:
        count, apps = 0, self.apps.all()
        target = Target("apps", wanted(asked))
        with self.trail.around(actor, Action.APP_EXPORT, target) as ending:
            yield ()
            while part := tuple(islice(apps, BATCH)):
                rows = self._rows(part, asked)
                count += len(rows)
                yield from rows
            ending.detail = number_of(count, "row")

    def _taken(self, actor: Actor, export: Export) -> Iterator[Row]:
        """Yield an empty row once the intent is on record, then the others."""
        target = Target("apps", wanted(export.asked))
        with self.trail.around(actor, Action.APP_EXPORT, target, number_of(export.rows, "row")):
            yield ()
            yield from self.files.rows(export.public_id)

    def run(self, job: Job) -> None:
        """Make the table, from where an earlier try left off; raise ``Upstream``.

        Raises ``JobPaused`` in time for other jobs.
        """
        try:
            export = self.files.get(job.facts["export"])
        except NotFound:
            return
        if export.finished_at is not None:
            return
        run, last = self.files.take(export.public_id)
        apps, until = self._following(export.public_id, run, last), self.clock.now() + PATIENCE
        while part := tuple(islice(apps, BATCH)):
            rows = self._rows(part, export.asked)
            if not self.files.add(export.public_id, run, rows, [item.app.app_id for item in part]):
                return
            if self.clock.now() >= until:
                raise JobPaused
        self.files.finish(export.public_id, run, self.clock.now())

    def _following(self, name: str, run: int, last: str) -> Iterator[OrganizationApp]:
        """Yield the apps after the last one; where that one is gone, all of them anew."""
        if last:
            try:
                yield from self.apps.after(last)
            except NotFound:
                self.files.clear(name, run)
            else:
                return
        yield from self.apps.all()

    def _rows(self, apps: tuple[OrganizationApp, ...], asked: DeveloperFilter) -> tuple[Row, ...]:
        ids = {item.app.developer_id for item in apps}
        return tuple(app_rows(apps, self.index.by_developer_id(ids, asked), asked))

    def tidy(self, _job: Job) -> None:
        """Delete what is older than a day."""
        self.files.forget(self.clock.now() - KEPT)

    def chores(self) -> Mapping[JobKind, Chore]:
        """Return what is done again and again."""
        return {JobKind.TIDY_EXPORTS: Chore(self.tidy, HOURLY)}

    def _is_kept(self, export: Export) -> bool:
        return export.begun_at > self.clock.now() - KEPT

    def _job(self, export: Export) -> Job | None:
        unfinished = () if export.finished_at else self.jobs.about(export.public_id)
        return next(iter(unfinished), None)
