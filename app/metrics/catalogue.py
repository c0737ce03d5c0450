"""Every metric by name: what it counts, its labels, its buckets.

Names follow Prometheus's conventions: base units, ``_total`` for what only grows. The table in
``docs/metrics.md`` is written from this.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Seconds. Pages are to be quick; a call to Apigee or a job may take its time.
PAGE_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CALL_SECONDS: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
WORK_SECONDS: Final = (0.1, 0.5, 1.0, 5.0, 30.0, 60.0, 300.0, 1800.0)


class Shape(StrEnum):
    """How a metric behaves."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as Prometheus sees it; ``buckets`` are seconds, for histograms only."""

    name: str
    shape: Shape
    says: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


ANSWERS: Final = Metric(
    "portal_http_request_duration_seconds",
    Shape.HISTOGRAM,
    "Answers to browsers and programs, by the route's template",
    ("route", "method", "status"),
    PAGE_SECONDS,
)
CALLS: Final = Metric(
    "portal_apigee_request_duration_seconds",
    Shape.HISTOGRAM,
    "Exchanges with Apigee; status 0 is no answer",
    ("organization", "operation", "status"),
    CALL_SECONDS,
)
INSIDE: Final = Metric(
    "portal_apigee_lane_requests",
    Shape.GAUGE,
    "Requests that hold a place in a lane to Apigee at this moment",
    ("organization", "lane"),
)
TURNED_AWAY: Final = Metric(
    "portal_apigee_lane_refusals_total",
    Shape.COUNTER,
    "Requests that found no place in a lane to Apigee",
    ("organization", "lane"),
)
BREAKER_OPEN: Final = Metric(
    "portal_apigee_breaker_open",
    Shape.GAUGE,
    "Processes whose breaker does not let calls to Apigee through as usual",
    ("organization", "lane"),
)
BREAKER_CHANGES: Final = Metric(
    "portal_apigee_breaker_changes_total",
    Shape.COUNTER,
    "Changes of a breaker, by the state that it went to",
    ("organization", "lane", "state"),
)
REFUSALS: Final = Metric(
    "portal_refusals_total",
    Shape.COUNTER,
    "Requests that were refused, by the guarantee that refused them, what was tried, the missing "
    "permission and the reason's code",
    ("guarantee", "action", "permission", "reason"),
)
LIMITED: Final = Metric(
    "portal_rate_limit_refusals_total",
    Shape.COUNTER,
    "Requests that a rate limit refused, by the limit's name in the settings",
    ("limit",),
)
SIGN_INS: Final = Metric(
    "portal_sign_ins_total",
    Shape.COUNTER,
    "Sign-ins: done, or the code of what was wrong",
    ("provider", "outcome"),
)
LOGOUTS: Final = Metric(
    "portal_backchannel_logouts_total",
    Shape.COUNTER,
    "Back-channel logouts: done, or the code of what was wrong",
    ("provider", "outcome"),
)
LOOK_UPS: Final = Metric(
    "portal_cache_requests_total",
    Shape.COUNTER,
    "Facts of Apigee's that pages wanted: hit (from the cache), miss (read or waited for), stale "
    "(Apigee did not answer, an old one was shown)",
    ("fact", "outcome"),
)
JOB_RUNS: Final = Metric(
    "portal_job_duration_seconds",
    Shape.HISTOGRAM,
    "Tries of jobs: done, failed (for good), waits (to be tried again), paused, lost (to another "
    "worker)",
    ("kind", "outcome"),
    WORK_SECONDS,
)
UNRECORDED: Final = Metric(
    "portal_audit_write_failures_total",
    Shape.COUNTER,
    "Rows of the audit log that could not be written",
    ("action",),
)
CONNECTIONS: Final = Metric(
    "portal_database_connections",
    Shape.GAUGE,
    "Connections to the database that are in use",
    ("state",),
)
UNLOGGED: Final = Metric(
    "portal_log_lines_dropped_total",
    Shape.COUNTER,
    "Lines that the log's stream did not take, by the error",
    ("error",),
)
COUNTED: Final = (
    ANSWERS,
    CALLS,
    INSIDE,
    TURNED_AWAY,
    BREAKER_OPEN,
    BREAKER_CHANGES,
    REFUSALS,
    LIMITED,
    SIGN_INS,
    LOGOUTS,
    LOOK_UPS,
    JOB_RUNS,
    UNRECORDED,
    CONNECTIONS,
    UNLOGGED,
)

BUILD: Final = Metric(
    "portal_build_info", Shape.GAUGE, "Always 1; what runs", ("version", "python", "flavor")
)
DATABASE_UP: Final = Metric(
    "portal_database_up",
    Shape.GAUGE,
    "1 while the database answers, which holds the sign-in sessions",
)
CACHE_UP: Final = Metric(
    "portal_shared_cache_up",
    Shape.GAUGE,
    "1 while Redis answers; absent where the processes share none",
)
JOBS: Final = Metric(
    "portal_jobs", Shape.GAUGE, "Jobs that are not done, by state", ("kind", "state")
)
JOBS_DUE: Final = Metric("portal_jobs_due", Shape.GAUGE, "Jobs that could be done now", ("kind",))
JOBS_LATE: Final = Metric(
    "portal_jobs_late",
    Shape.GAUGE,
    "Jobs that wait although they should have been done over a minute ago",
    ("kind",),
)
JOBS_RETRYING: Final = Metric(
    "portal_jobs_retrying", Shape.GAUGE, "Jobs that wait after a try that failed", ("kind",)
)
JOBS_AGE: Final = Metric(
    "portal_jobs_oldest_due_age_seconds",
    Shape.GAUGE,
    "How long ago the oldest waiting job was to be done",
    ("kind",),
)
SYNCED: Final = Metric(
    "portal_sync_end_timestamp_seconds",
    Shape.GAUGE,
    "When the last synchronization with Apigee ended; absent before the first",
)
SYNC_DONE: Final = Metric(
    "portal_sync_success",
    Shape.GAUGE,
    "1 when the last synchronization reached its end, 0 when it failed or was canceled",
)
UNSEALED: Final = Metric(
    "portal_audit_unsealed_rows", Shape.GAUGE, "Rows of the audit log that are not sealed yet"
)
UNSEALED_AGE: Final = Metric(
    "portal_audit_unsealed_age_seconds", Shape.GAUGE, "Age of the oldest of them"
)
MAILS: Final = Metric(
    "portal_mails",
    Shape.GAUGE,
    "Mails that are not sent: begun (without a job yet), waiting, refused (for good)",
    ("state",),
)
LOOKED_UP: Final = (
    BUILD,
    DATABASE_UP,
    CACHE_UP,
    JOBS,
    JOBS_DUE,
    JOBS_LATE,
    JOBS_RETRYING,
    JOBS_AGE,
    SYNCED,
    SYNC_DONE,
    UNSEALED,
    UNSEALED_AGE,
    MAILS,
)
ALL: Final = (*COUNTED, *LOOKED_UP)
