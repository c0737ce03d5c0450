"""The usage of one of the developer's own apps: a panel, a page and a file."""

from collections.abc import Iterator
from typing import Final

from flask import Response

from app.domain.errors import InvalidInput
from app.domain.usage import Span
from app.services.usage import UsagePanel
from app.web import forms
from app.web.chart import calls_chart, latency_chart
from app.web.context import portal
from app.web.htmx import render
from app.web.limits import limited
from app.web.sides import Pages, whose
from app.web.spreadsheet import Cell, csv_file

pages = Pages("usage")

COLUMNS: Final = (
    *("app", "environment", "from_utc", "to_utc"),
    *("calls", "errors", "mean_ms", "longest_ms"),
)
MINUTES: Final = "%Y-%m-%dT%H:%MZ"


@pages.get("/apps/<name>/usage")
@limited("search")
def show(name: str) -> Response:
    """Show what Apigee counted; where it does not tell, say why."""
    environment = forms.argument("environment")
    panel = portal().usage.panel(whose(), name, environment, _span())
    figures = panel.figures
    charts = (calls_chart(figures.value), latency_chart(figures.value)) if figures else ()
    return render("my_apps/usage.html", block="usage", panel=panel, charts=charts, spans=Span)


@pages.get("/apps/<name>/usage.csv")
@limited("search")
def download(name: str) -> Response:
    """Answer the same figures as a file."""
    environment = forms.argument("environment")
    panel = portal().usage.read(whose(), name, environment, _span())
    choice = panel.choice
    file = f"usage-{choice.name}-{choice.environment}-{choice.span}"
    return csv_file(file, COLUMNS, _rows(panel))


def _span() -> Span:
    asked = forms.argument("range") or Span.WEEK
    if asked not in set(Span):
        raise InvalidInput({"range": f"The range is one of {', '.join(Span)}."})
    return Span(asked)


def _rows(panel: UsagePanel) -> Iterator[tuple[Cell, ...]]:
    choice, figures = panel.choice, panel.figures
    for point in figures.value.points if figures else ():
        ends = point.at + choice.span.step
        latencies = [None if ms is None else round(ms, 3) for ms in (point.mean, point.longest)]
        moments = f"{point.at:{MINUTES}}", f"{ends:{MINUTES}}"
        yield choice.name, choice.environment, *moments, point.calls, point.errors, *latencies
