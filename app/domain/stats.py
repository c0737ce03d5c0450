"""Figures from Apigee's analytics: what is asked for, and the series that come back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class TimeUnit(StrEnum):
    """How long each point of a series is."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class StatsQuery:
    """Figures of one environment from ``start`` up to ``end`` (UTC, by minutes).

    ``metrics`` are Apigee's, such as ``sum(message_count)``. ``only`` keeps to calls whose
    dimension has that value, such as ``{"developer_app": "trip-planner"}``. Without a ``unit``
    each series is one figure for the whole time.
    """

    environment: str
    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    start: datetime
    end: datetime
    unit: TimeUnit | None = None
    only: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Point:
    """One figure; ``at`` is where its time unit begins, None for the whole time."""

    at: datetime | None
    value: float


@dataclass(frozen=True, slots=True)
class Series:
    """A metric's figures for one combination of dimension values, by time.

    A time without calls has no point or one of 0: both mean zero.
    """

    values: tuple[str, ...]
    metric: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Stats:
    """Every series of an answer; ``truncated`` says that Apigee left some out."""

    series: tuple[Series, ...] = ()
    truncated: bool = False
