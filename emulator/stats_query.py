"""The parameters of a stats call, read and checked."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from emulator.calls import Call
from emulator.errors import bad_request
from emulator.stats_dimensions import value_of
from emulator.stats_filter import Condition, parse_filter
from emulator.stats_time import DAY, TimeUnits, parse_range, parse_units
from emulator.traffic import METRICS, Facts, Tally

_METRIC = re.compile(r"(sum|avg|min|max)\(\s*(\w+)\s*\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metric:
    """A function of one counted metric, such as `sum(message_count)`."""

    function: str
    index: int

    @property
    def name(self) -> str:
        return f"{self.function}({METRICS[self.index]})"

    @property
    def overall_name(self) -> str:
        """What the average over the whole range is called, which comes with every average."""
        return f"global-avg-{METRICS[self.index]}"

    def of(self, tally: Tally | None) -> float:
        """The value for some calls; 0 for none."""
        if tally is None:
            return 0.0
        values = {"sum": tally.sums, "min": tally.lows, "max": tally.highs}
        if self.function == "avg":
            return round(tally.sums[self.index] / tally.count, 6)
        return round(float(values[self.function][self.index]), 6)


@dataclass(frozen=True, kw_only=True)
class Query:
    """What is asked; times in milliseconds, `end` outside, `limit` None for all rows."""

    environment: str
    dimensions: tuple[str, ...]
    readers: tuple[Callable[[Facts], str], ...]
    metrics: tuple[Metric, ...]
    start: int
    end: int
    units: TimeUnits | None
    condition: Condition
    order: tuple[Metric, ...]
    ascending: bool
    oldest_first: bool
    top: int | None
    offset: int
    limit: int


def read_query(call: Call, environment: str, dimensions: str) -> Query:
    """Read the address and the parameters. Raises 400."""
    asked = call.query
    names = tuple(each.strip() for each in dimensions.split(",")) if dimensions else ()
    start, end = _range(call)
    top = _count(call, "topk", 0)
    return Query(
        environment=environment,
        dimensions=names,
        readers=tuple(value_of(each) for each in names),
        metrics=_metrics("select", asked.get("select", "")),
        start=start,
        end=end,
        units=parse_units(
            asked.get("timeUnit", "").lower(), asked.get("tzo", ""), call.wire.flavor
        ),
        condition=parse_filter(asked.get("filter", "")),
        order=_metrics("sortby", asked["sortby"]) if asked.get("sortby") else (),
        ascending=_ascending(asked.get("sort", "")),
        oldest_first=call.flag("tsAscending"),
        top=top or None,
        offset=_count(call, "offset", 0),
        limit=_count(call, "limit", call.switches.stats_default_limit),
    )


def _range(call: Call) -> tuple[int, int]:
    text = call.query.get("timeRange", "")
    if text:
        start, end = parse_range(text)
        days = call.site.limits.stats_days
        if call.switches.enforce_limits and call.site.flavor == "x" and end - start > days * DAY:
            raise bad_request(f"The time range is longer than {days} days")
        return start, end
    if call.switches.stats_without_time_range == "refuse":
        raise bad_request("timeRange is required")
    now = call.site.now()
    return now - DAY, now + 1


def _metrics(parameter: str, text: str) -> tuple[Metric, ...]:
    found = [_metric(parameter, each.strip()) for each in text.split(",")]
    return tuple(dict.fromkeys(found))


def _metric(parameter: str, text: str) -> Metric:
    match = _METRIC.fullmatch(text)
    if match is None or match[2] not in METRICS:
        raise bad_request(f"Invalid metric in {parameter}: {text}")
    return Metric(match[1].lower(), METRICS.index(match[2]))


def _ascending(text: str) -> bool:
    if text.upper() not in ("", "ASC", "DESC"):
        raise bad_request(f"Invalid sort {text}: ASC or DESC is expected")
    return text.upper() == "ASC"


def _count(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise bad_request(f"Invalid {name} {text}")
    return int(text)
