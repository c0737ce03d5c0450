"""What is looked up when somebody asks, as Prometheus wants it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family

from app.domain.jobs import JobState
from app.metrics import catalogue
from app.metrics.catalogue import Metric
from app.services.figures.port import JobFigures, Moment, SiteFigures

Row = tuple[tuple[str, ...], float]
# Versions of the portal and of Python, and Apigee's flavor.
Build = tuple[str, str, str]


class SiteCollector:
    """One moment, to be registered for one answer."""

    def __init__(self, moment: Moment, build: Build) -> None:
        self._moment = moment
        self._build = build

    def collect(self) -> Iterator[Family]:
        """Yield a family for each metric that has a value."""
        moment = self._moment
        yield _family(catalogue.BUILD, [(self._build, 1)])
        yield _family(catalogue.DATABASE_UP, [((), moment.site is not None)])
        if moment.cache_answers is not None:
            yield _family(catalogue.CACHE_UP, [((), moment.cache_answers)])
        if moment.site is not None:
            yield from _jobs(moment.site.jobs, moment.at)
            yield from _rest(moment.site, moment.at)


def _jobs(jobs: tuple[JobFigures, ...], now: datetime) -> Iterator[Family]:
    waiting = [each for each in jobs if each.state is JobState.WAITING]
    yield _family(
        catalogue.JOBS, [((each.kind.value, each.state.value), each.count) for each in jobs]
    )
    yield _family(catalogue.JOBS_DUE, [((each.kind.value,), each.due) for each in waiting])
    yield _family(catalogue.JOBS_LATE, [((each.kind.value,), each.late) for each in waiting])
    yield _family(catalogue.JOBS_RETRYING, [((each.kind.value,), each.tried) for each in waiting])
    ages = [((each.kind.value,), _age(each.oldest_due_at, now)) for each in waiting]
    yield _family(catalogue.JOBS_AGE, ages)


def _rest(site: SiteFigures, now: datetime) -> Iterator[Family]:
    yield _family(catalogue.UNSEALED, [((), site.unsealed)])
    yield _family(catalogue.UNSEALED_AGE, [((), _age(site.unsealed_since, now))])
    yield _family(catalogue.MAILS, [((state,), count) for state, count in site.mails.items()])
    if site.synced_at is not None:
        yield _family(catalogue.SYNCED, [((), site.synced_at.timestamp())])
        yield _family(catalogue.SYNC_DONE, [((), site.is_synced)])


def _age(since: datetime | None, now: datetime) -> float:
    """Seconds since a moment; what is still to come is 0 seconds old."""
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _family(metric: Metric, rows: Iterable[Row]) -> Family:
    family = GaugeMetricFamily(metric.name, metric.says, labels=metric.labels)
    for labels, value in rows:
        family.add_metric(labels, float(value))
    return family
