"""What stats answers hold, where the discovery document leaves their items untyped.

Taken from recorded answers: values are texts with a decimal point in the verbose form and numbers
in the compact one, whose every list of values is as long as its list of times.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

_TEXT = re.compile(r"-?\d+\.\d+(e[+-]?\d+)?")
_NAME = re.compile(r"(sum|avg|min|max)\([a-z_]+\)|global-avg-[a-z_]+")


def problems(answer: Json, *, numbers: bool) -> Iterator[str]:
    """What is wrong with a stats answer; `numbers` if times in `TimeUnit` are (Edge)."""
    if "Response" in answer:
        yield from _compact(answer["Response"], int if numbers else str)
    else:
        for environment in answer.get("environments", []):
            groups = environment.get("dimensions", [environment])
            for group in groups:
                yield from _verbose(group.get("metrics", []))
        yield from _meta(answer)


def _verbose(metrics: Sequence[Json]) -> Iterator[str]:
    for metric in metrics:
        yield from _named(metric)
        for each in metric["values"]:
            value = each["value"] if isinstance(each, dict) else each
            if not isinstance(value, str) or not _TEXT.fullmatch(value):
                yield "a value that is not a decimal number as text"
            if isinstance(each, dict) and type(each["timestamp"]) is not int:
                yield "a timestamp that is not a number"


def _compact(response: Json, moment: type) -> Iterator[str]:
    times = response.get("TimeUnit", [])
    if not all(type(each) is moment for each in times):
        yield f"a TimeUnit that is not of the type {moment.__name__}"
    for item in response.get("stats", {}).get("data", []):
        for metric in item.get("metric", [item]):
            yield from _named(metric)
            if not metric.get("env"):
                yield "a metric without its environment"
            if not all(type(each) is float for each in metric["values"]):
                yield "a value that is not a decimal number"
            overall = metric["name"].startswith("global-")
            if len(metric["values"]) != (1 if overall else len(times) or 1):
                yield "not one value for each time"
    yield from _meta(response)


def _named(metric: Json) -> Iterator[str]:
    if not _NAME.fullmatch(metric.get("name", "")):
        yield "a metric whose name is none"


def _meta(answer: Json) -> Iterator[str]:
    if not answer.get("metaData", {}).get("notices"):
        yield "an answer without notices"
