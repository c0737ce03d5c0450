"""The dashboard and the alerts ask for figures that there are, and say what to do."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from app.metrics.catalogue import ALL, Metric, Shape

DEPLOY = Path(__file__).parents[3] / "deploy"
# What Prometheus itself adds to every series.
ADDED = {"job", "instance"}
MADE = {"class"}  # by a query itself


@dataclass
class Asked:
    """What a query asks for: names of series, and labels by which it picks or sums them."""

    names: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def look(self, part: object) -> None:
        if isinstance(part, promql_parser.AggregateExpr) and part.modifier is not None:
            self.labels |= set(part.modifier.labels)
        if isinstance(part, promql_parser.VectorSelector):
            matched = {each.name for each in part.matchers.matchers}
            series = next(
                (each.value for each in part.matchers.matchers if each.name == "__name__"), ""
            )
            name = part.name or series
            self.names.add(name)
            if not matched <= SERIES.get(name, set()):
                self.wrong.append(str(part))


def series_of(metric: Metric) -> Iterator[tuple[str, set[str]]]:
    """Yield the series that a metric has with their labels."""
    labels = {*metric.labels, *ADDED}
    if metric.shape is not Shape.HISTOGRAM:
        yield metric.name, labels
        return
    yield f"{metric.name}_bucket", {*labels, "le"}
    yield f"{metric.name}_sum", labels
    yield f"{metric.name}_count", labels


SERIES = {"up": ADDED, **{name: labels for each in ALL for name, labels in series_of(each)}}


def asked(query: str) -> Asked:
    """Return what a query asks for; raise ``ValueError`` where it is no PromQL."""
    found = Asked()
    tree = promql_parser.parse(query.replace("$__rate_interval", "5m"))
    promql_parser.walk(tree, found.look)
    return found


def panels() -> list[dict[str, Any]]:
    text = DEPLOY.joinpath("grafana-dashboard.json").read_text(encoding="utf-8")
    return [panel for panel in json.loads(text)["panels"] if panel["type"] != "row"]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(DEPLOY.joinpath("alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def queries() -> list[str]:
    shown = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [*shown, *(rule["expr"] for rule in rules())]


@pytest.mark.parametrize("query", queries())
def test_a_query_asks_for_series_and_labels_that_there_are(query: str) -> None:
    found = asked(query)
    assert found.names
    assert found.names <= SERIES.keys()
    assert found.wrong == []
    known = set().union(*(SERIES[name] for name in found.names))
    assert found.labels <= known | MADE


def test_a_query_for_what_is_not_there_is_found_out() -> None:
    assert not asked("sum(portal_no_such_thing)").names <= SERIES.keys()
    assert asked('portal_jobs{color="red"}').wrong
    with pytest.raises(ValueError, match="parenthesis"):
        asked("sum(portal_jobs")


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {
        name
        for panel in panels()
        for each in panel["targets"]
        for name in asked(each["expr"]).names
    }
    missing = [each.name for each in ALL if not {name for name, _ in series_of(each)} & shown]
    assert missing == []


def test_panels_have_a_title_and_words_and_their_own_number() -> None:
    found = panels()
    assert all(panel["title"] and panel["description"].endswith(".") for panel in found)
    assert len({panel["id"] for panel in found}) == len(found)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    said = rule["annotations"]
    assert said["summary"].endswith(".")
    assert len(said["what_to_do"]) > 40
    assert said["what_to_do"].endswith((".", '"'))
    assert rule["labels"]["severity"] in {"page", "ticket"}
    names = {rule["alert"] for rule in rules()}
    assert len(names) == len(rules())
