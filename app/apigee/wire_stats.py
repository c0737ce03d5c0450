"""Analytics: the plain and the optimized shape of an answer as the portal's series."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from app.apigee.fields import (
    Json,
    Malformed,
    as_object,
    items_of,
    moment,
    name_of,
    objects,
    texts,
)
from app.domain.stats import Point, Series, Stats


def stats_from(answer: Any, metrics: Collection[str]) -> Stats:
    """Read the series of the metrics that were asked for; no data at all is no series."""
    raw = as_object(answer)
    if "Response" in raw:
        return _optimized(as_object(raw["Response"], "Response"), metrics)
    series = (
        found
        for environment in objects(raw, "environments")
        for dimension in objects(environment, "dimensions")
        for found in _plain(dimension, metrics)
    )
    return Stats(tuple(series))


def narrowed(
    stats: Stats, dimensions: Sequence[str], wanted: int, only: Mapping[str, str]
) -> Stats:
    """Keep the series whose dimensions have these values, with their first ``wanted`` ones."""
    at = {dimensions.index(name): value for name, value in only.items()}
    kept = tuple(
        Series(series.values[:wanted], series.metric, series.points)
        for series in stats.series
        if all(series.values[index : index + 1] == (value,) for index, value in at.items())
    )
    return Stats(kept, stats.truncated)


def _plain(dimension: Json, metrics: Collection[str]) -> Iterator[Series]:
    values = texts(dimension, "individualNames") or (name_of(dimension, "name"),)
    for metric in objects(dimension, "metrics"):
        name = name_of(metric, "name")
        if name in metrics:
            points = (_plain_point(item) for item in items_of(metric, "values"))
            yield Series(values, name, _by_time(points))


def _plain_point(item: Any) -> Point:
    if not isinstance(item, dict):
        return Point(None, _figure(item))
    return Point(moment(item, "timestamp"), _figure(item.get("value")))


def _optimized(response: Json, metrics: Collection[str]) -> Stats:
    times = [moment({"time": item}, "time") for item in items_of(response, "TimeUnit")]
    stats = as_object(response.get("stats") or {}, "stats")
    series = []
    for entry in objects(stats, "data"):
        values = texts(as_object(entry.get("identifier"), "identifier"), "values")
        for metric in objects(entry, "metric"):
            name = name_of(metric, "name")
            figures = [_figure(item) for item in items_of(metric, "values")]
            if name in metrics:
                at = times or [None] * len(figures)
                points = (Point(*pair) for pair in zip(at, figures, strict=False))
                series.append(Series(values, name, _by_time(points)))
    return Stats(tuple(series), response.get("resultTruncated") is True)


def _by_time(points: Iterator[Point]) -> tuple[Point, ...]:
    return tuple(sorted(points, key=lambda point: point.at.timestamp() if point.at else 0.0))


def _figure(value: Any) -> float:
    """Figures come as numbers and as texts; what is not finite is no figure."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Malformed("values")
    try:
        figure = float(value)
    except OverflowError:
        raise Malformed("values") from None
    return figure if isfinite(figure) else 0.0
