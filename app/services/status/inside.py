"""The portal's own part: database, caches, jobs and the audit log."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from app.domain.checks import Area, Finding, Outcome
from app.domain.clock import Clock
from app.domain.jobs import JobState
from app.domain.plurals import number_of
from app.services.audit_office import OVERDUE
from app.services.audit_port import AuditKeeper
from app.services.job_port import Jobs

WORKER: Final = "Start a worker and keep it running: flask --app wsgi jobs work"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the portal runs on, as far as people should know; ``has_redis`` shares caches."""

    database: str
    has_redis: bool
    is_https: bool


@dataclass(frozen=True, slots=True)
class InsideChecks:
    """Looks at what the portal keeps; ``cache_answers`` asks Redis where there is one."""

    setting: Setting
    ready: Callable[[], bool]
    cache_answers: Callable[[], bool]
    jobs: Jobs
    audit: AuditKeeper
    clock: Clock

    def run(self) -> Iterator[Finding]:
        """Check everything; without the database the rest is skipped."""
        yield self._address()
        yield self._cache()
        if not self.ready():
            advice = (
                "Check PORTAL_DATABASE_URL and whether the database runs, then bring its tables "
                "up to date: flask --app wsgi db upgrade"
            )
            told = "The database does not answer or lacks this version's tables."
            yield _own("Database", Outcome.BAD, told, advice)
            return
        yield self._database()
        yield from self._work()
        yield self._seal()

    def _address(self) -> Finding:
        if self.setting.is_https:
            return _own("Public address", Outcome.GOOD, "The portal is reached by HTTPS.")
        told = "The portal is reached by plain HTTP, which is for trying it out on one machine."
        return _own("Public address", Outcome.WARNING, told, "Set PORTAL_PUBLIC_URL to https://…")

    def _database(self) -> Finding:
        if self.setting.database != "sqlite":
            return _own("Database", Outcome.GOOD, f"{self.setting.database} answers.")
        told = "SQLite answers. It serves one machine; PostgreSQL serves several."
        return _own("Database", Outcome.GOOD, told)

    def _cache(self) -> Finding:
        if not self.setting.has_redis:
            told = "Caches and rate limits are counted by each process alone."
            advice = "With more than one process set PORTAL_REDIS_URL, so that they share them."
            return _own("Cache", Outcome.GOOD, told, advice)
        if self.cache_answers():
            return _own("Cache", Outcome.GOOD, "Redis answers.")
        told = "Redis does not answer. Each process counts alone until it does."
        return _own("Cache", Outcome.BAD, told, "Check PORTAL_REDIS_URL and whether Redis runs.")

    def _work(self) -> Iterator[Finding]:
        now = self.clock.now()
        if self.jobs.page(JobState.WAITING).lacks_worker(now):
            yield _own("Worker", Outcome.BAD, "Jobs are due and nobody has tried them.", WORKER)
        else:
            yield _own("Worker", Outcome.GOOD, "No job waits for a worker.")
        failed = len(self.jobs.page(JobState.FAILED).jobs)
        if failed:
            told = f"{number_of(failed, 'job')} failed for good."
            yield _own("Jobs", Outcome.WARNING, told, "Read why on the page Jobs, and retry them.")

    def _seal(self) -> Finding:
        since = self.audit.unsealed().since
        if since is not None and self.clock.now() - since > OVERDUE:
            told = "Rows of the audit log have waited for their seal for over ten minutes."
            return _own("Audit log", Outcome.BAD, told, WORKER)
        return _own("Audit log", Outcome.GOOD, "Every row is sealed, or will be in a minute.")


def _own(subject: str, outcome: Outcome, said: str, advice: str = "") -> Finding:
    return Finding(Area.PORTAL, subject, outcome, said, advice)
