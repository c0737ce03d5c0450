"""The rules for stats find what is wrong."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance.stats_rules import problems

META = {"metaData": {"notices": ["a"]}}


def verbose(*values: object, name: str = "sum(message_count)") -> Mapping[str, Any]:
    metrics = [{"name": name, "values": list(values)}]
    return {"environments": [{"name": "prod", "metrics": metrics}], **META}


def compact(times: list[object], *values: object, env: str = "prod") -> Mapping[str, Any]:
    metric = {"env": env, "name": "sum(message_count)", "values": list(values)}
    return {"Response": {"TimeUnit": times, "stats": {"data": [{"metric": [metric]}]}, **META}}


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (verbose("3.0"), 0),
        (verbose({"timestamp": 1, "value": "3.0"}), 0),
        (verbose(3.0), 1),
        (verbose("3"), 1),
        (verbose({"timestamp": "1", "value": "3.0"}), 1),
        (verbose("3.0", name="count"), 1),
        ({"environments": []}, 1),
        (compact(["1", "2"], 1.0, 2.0), 0),
        (compact([], 1.0), 0),
        (compact([1], 1.0), 1),
        (compact(["1", "2"], 1.0), 1),
        (compact(["1"], 1), 1),
        (compact(["1"], 1.0, env=""), 1),
    ],
)
def test_wrong_items_of_stats_are_found(answer: Mapping[str, Any], wrong: int) -> None:
    assert len(list(problems(answer, numbers=False))) == wrong


def test_edge_has_numbers_for_times() -> None:
    assert list(problems(compact([1], 1.0), numbers=True)) == []
    assert list(problems(compact(["1"], 1.0), numbers=True))
