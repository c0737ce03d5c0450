"""``Figures`` for Prometheus, of this process or of all that share a folder."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from app.domain.audit import Action
from app.domain.jobs import JobKind
from app.metrics import catalogue, processes
from app.metrics.catalogue import Metric
from app.metrics.site import Build, SiteCollector
from app.services.figures.port import Answered, Moment

METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
OTHER: Final = "other"  # a method is what anybody may write
# What the portal promises, by the action that the audit log has of a refusal; else its own rules.
GUARANTEES: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.ACCESS_REFUSED: "permission",
        Action.OBJECT_REFUSED: "owner",
        Action.REQUEST_REFUSED: "own_pages",
        Action.LIMIT_REACHED: "limit",
        Action.SIGN_IN_REFUSED: "identity",
        Action.SESSION_REFUSED: "session",
        Action.SESSION_LOGOUT: "identity",
    }
)
RULE: Final = "rule"


class PrometheusFigures:
    """``port.Figures``; with a ``folder`` the processes of one machine are told together."""

    def __init__(self, build: Build, folder: Path | None = None) -> None:
        self._build = build
        self._folder = folder
        if folder is None:
            processes.keep_apart()
        else:
            processes.share(folder)
        disable_created_metrics()  # type: ignore[no-untyped-call] # the library's own
        self._own = CollectorRegistry()
        self._answers = self._histogram(catalogue.ANSWERS)
        self._calls = self._histogram(catalogue.CALLS)
        self._job_runs = self._histogram(catalogue.JOB_RUNS)
        self._inside = self._gauge(catalogue.INSIDE)
        self._breaker_open = self._gauge(catalogue.BREAKER_OPEN)
        self._connections = self._gauge(catalogue.CONNECTIONS)
        self._counters = {
            metric.name: Counter(metric.name, metric.says, metric.labels, registry=self._own)
            for metric in catalogue.COUNTED
            if metric.shape is catalogue.Shape.COUNTER
        }

    def answered(self, answer: Answered) -> None:
        """Count an answer to a browser."""
        method = answer.method if answer.method in METHODS else OTHER
        self._answers.labels(answer.route, method, answer.status).observe(answer.seconds)

    def called(self, organization: str, operation: str, status: int, seconds: float) -> None:
        """Count an exchange with Apigee."""
        self._calls.labels(organization, operation, status).observe(seconds)

    def inside(self, organization: str, lane: str, change: int) -> None:
        """Note that a request entered or left a lane."""
        self._inside.labels(organization, lane).inc(change)

    def turned_away(self, organization: str, lane: str) -> None:
        """Count a request that found no place."""
        self._count(catalogue.TURNED_AWAY, organization, lane)

    def breaker(self, organization: str, lane: str, state: str, change: int) -> None:
        """Count a breaker's new state."""
        self._count(catalogue.BREAKER_CHANGES, organization, lane, state)
        self._breaker_open.labels(organization, lane).inc(change)

    def refused(self, action: Action, right: str, reason: str) -> None:
        """Count a refusal."""
        guarantee = GUARANTEES.get(action, RULE)
        self._count(catalogue.REFUSALS, guarantee, action.value, right, reason)

    def limited(self, limit: str) -> None:
        """Count a request that a rate limit refused."""
        self._count(catalogue.LIMITED, limit)

    def signed_in(self, provider: str, outcome: str) -> None:
        """Count a sign-in."""
        self._count(catalogue.SIGN_INS, provider, outcome)

    def logged_out(self, provider: str, outcome: str) -> None:
        """Count a back-channel logout."""
        self._count(catalogue.LOGOUTS, provider, outcome)

    def looked_up(self, fact: str, outcome: str) -> None:
        """Count a fact that was wanted."""
        self._count(catalogue.LOOK_UPS, fact, outcome)

    def worked(self, kind: JobKind, outcome: str, seconds: float) -> None:
        """Count a try of a job."""
        self._job_runs.labels(kind.value, outcome).observe(seconds)

    def unrecorded(self, action: Action) -> None:
        """Count a row that could not be written."""
        self._count(catalogue.UNRECORDED, action.value)

    def connections(self, change: int) -> None:
        """Note that a connection was taken or given back."""
        self._connections.labels("in_use").inc(change)

    def unlogged(self, error: str) -> None:
        """Count a line that the log did not take."""
        self._count(catalogue.UNLOGGED, error)

    def told(self, moment: Moment) -> str:
        """Return everything in Prometheus's text format."""
        site = SiteCollector(moment, self._build)
        everything = CollectorRegistry()
        everything.register(site)
        if self._folder is None:
            return (generate_latest(self._own) + generate_latest(everything)).decode()
        processes.bury_dead(self._folder)
        everything.register(processes.Together(self._folder))
        return generate_latest(everything).decode()

    def _count(self, metric: Metric, *labels: str) -> None:
        self._counters[metric.name].labels(*labels).inc()

    def _histogram(self, metric: Metric) -> Histogram:
        return Histogram(
            metric.name, metric.says, metric.labels, buckets=metric.buckets, registry=self._own
        )

    def _gauge(self, metric: Metric) -> Gauge:
        return Gauge(
            metric.name,
            metric.says,
            metric.labels,
            registry=self._own,
            multiprocess_mode="livesum",
        )
