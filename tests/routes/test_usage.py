"""The usage of an app: a part of its page that is read on its own, a page, and a file."""

import csv
import io
from datetime import timedelta
from math import isfinite
from xml.etree.ElementTree import Element

import pytest

from app.domain.errors import Upstream, UpstreamKind
from tests.fakes.apigee.stats import FakeCall
from tests.routes.client import Answer, Browser
from tests.routes.house import NOON, House
from tests.routes.page import words

APP = "trip-planner"
USAGE = f"/apps/{APP}/usage"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def used(house: House, dana: Browser) -> House:
    """Dana's app with four calls of this week, and an app of Bob's."""
    del dana
    house.developer("bob")
    house.apigee.add_app("bob@example.com", "secret-plan", house.apigee.new_key("weather-free"))
    house.apigee.add_app("dana@example.com", APP, house.apigee.new_key("weather-free"))
    for hours, milliseconds in ((1, 10), (3, 20), (3, 60), (60, 1500)):
        call(house, hours, milliseconds)
    house.apigee.calls.clear()
    return house


def call(house: House, hours: int, milliseconds: float, app: str = APP) -> None:
    """Let an app of Dana's be called some hours ago; the slow calls failed."""
    dimensions = {"developer_app": app, "developer_email": "dana@example.com"}
    at = NOON - timedelta(hours=hours)
    house.apigee.stats.answered.append(
        FakeCall(at, dimensions, milliseconds, is_error=milliseconds > 1000)
    )


def rows_of(answer: Answer) -> list[list[str]]:
    """Return the table of figures, its headings first."""
    (table,) = answer.page.all("table")
    return [[words(cell) for cell in row] for row in table.iter("tr")]


def drawings(answer: Answer) -> list[Element]:
    return [item for item in answer.page.root.iter(f"{SVG}svg") if item.get("role") == "img"]


def test_the_apps_page_only_says_where_its_usage_is(used: House, dana: Browser) -> None:
    shown = dana.get(f"/apps/{APP}")
    assert "stats.query" not in used.apigee.calls
    section = shown.page.by_id("usage")
    assert section is not None
    assert (section.get("hx-get"), section.get("hx-trigger")) == (USAGE, "load")
    assert USAGE in shown.page.links


def test_the_panel_costs_one_call_and_the_environments_once(used: House, dana: Browser) -> None:
    dana.get("/apps")
    assert dana.get(USAGE, with_htmx=True).calls == 2
    assert dana.get(USAGE, with_htmx=True).calls == 0
    assert dana.get(f"{USAGE}?range=24h", with_htmx=True).calls == 1
    assert sorted(used.apigee.calls)[-3:] == ["environments.all", "stats.query", "stats.query"]


def test_the_panel_costs_one_call_more_where_the_app_was_not_listed(
    used: House, dana: Browser
) -> None:
    del used
    assert dana.get(USAGE).calls == 3
    assert dana.get(USAGE).calls == 1


def test_page_and_panel_show_the_same_figures(used: House, dana: Browser) -> None:
    del used
    page, panel = dana.get(USAGE), dana.get(USAGE, with_htmx=True)
    assert page.page.heading == f"Usage of {APP}"
    for answer in (page, panel):
        assert "Calls 4" in answer.text
        assert "1 (25.0 %)" in answer.text
        assert "398 ms" in answer.text
        assert "1.5 s" in answer.text
        assert "As of 12:00 UTC. Apigee counts with a delay of about 10 minutes." in answer.text


def test_every_day_is_in_the_table_with_zeros_where_nothing_was_called(
    used: House, dana: Browser
) -> None:
    del used
    rows = rows_of(dana.get(USAGE))
    assert rows[0] == ["Day (UTC)", "Calls", "Errors", "Mean", "Longest"]
    assert rows[1] == ["1 Mar 2026", "3", "0", "30 ms", "60 ms"]
    assert rows[3] == ["27 Feb 2026", "1", "1", "1.5 s", "1.5 s"]
    assert [row[1] for row in rows[1:]] == ["3", "0", "1", "0", "0", "0", "0"]


def test_the_drawings_are_named_and_every_bar_is_inside(used: House, dana: Browser) -> None:
    del used
    answer = dana.get(f"{USAGE}?range=24h")
    charts = drawings(answer)
    assert len(charts) == 2
    for chart in charts:
        names = (chart.get("aria-labelledby") or "").split()
        assert all(answer.page.text_of(name) for name in names)
        _left, _top, width, height = (float(n) for n in (chart.get("viewBox") or "").split())
        bars = list(chart.iter(f"{SVG}rect"))
        assert bars
        for bar in bars:
            x, y, wide, high = (
                float(bar.get(name) or "nan") for name in ("x", "y", "width", "height")
            )
            assert all(isfinite(value) for value in (x, y, wide, high))
            assert 0 <= x < x + wide <= width
            assert 0 <= y < y + high <= height
    assert len(list(charts[0].iter(f"{SVG}g"))) == 2


def test_the_choice_is_a_plain_form_that_keeps_what_was_chosen(used: House, dana: Browser) -> None:
    call(used, 24 * 80, 5)
    answer = dana.get(f"{USAGE}?environment=test&range=90d")
    assert answer.page.form(USAGE, "get").values == {"environment": ["test"], "range": ["90d"]}
    assert "No calls in the last 90 days" in answer.text
    assert len(rows_of(dana.get(f"{USAGE}?range=90d"))) == 91
    untouched = dana.get(f"{USAGE}?range=&environment=").page.form(USAGE, "get").values
    assert untouched == {"environment": ["prod"], "range": ["7d"]}


@pytest.mark.parametrize("path", [USAGE, f"{USAGE}.csv"])
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("environment=nowhere", "There is no environment of this name."),
        ("range=1y", "The range is one of 24h, 7d, 30d, 90d."),
    ],
)
def test_what_cannot_be_chosen_is_refused_with_what_can_be(
    used: House, dana: Browser, path: str, asked: str, told: str
) -> None:
    answer = dana.get(f"{path}?{asked}")
    assert (answer.status, told in answer.text) == (422, True)
    part = dana.get(f"{path}?{asked}", with_htmx=True)
    assert (part.status, told in part.toasts[0]) == (422, True)
    assert "stats.query" not in used.apigee.calls


def test_one_call_is_told_as_one(used: House, dana: Browser) -> None:
    used.apigee.stats.answered.clear()
    call(used, 2, 1)
    answer = dana.get(USAGE)
    assert answer.page.text_of("usage-calls-desc").startswith("1 call, 0 of them failed.")
    assert "1 call, 0 errors" in answer.text
    assert "1 calls" not in answer.text


@pytest.mark.parametrize("ending", ["", ".csv"])
def test_somebody_elses_app_is_as_one_that_never_was(
    used: House, dana: Browser, ending: str
) -> None:
    theirs = dana.get(f"/apps/secret-plan/usage{ending}")
    none = dana.get(f"/apps/never-was/usage{ending}")
    assert (theirs.status, none.status) == (404, 404)
    assert dana.get(f"/apps/secret-plan/usage{ending}", with_htmx=True).status == 404
    assert "stats.query" not in used.apigee.calls


REASONS = {
    UpstreamKind.CREDENTIALS: "The portal may not read how apps are used",
    UpstreamKind.REFUSED: "Apigee does not count this far back",
    UpstreamKind.BUSY: "Apigee is counting for somebody else",
    UpstreamKind.TIMEOUT: "The figures cannot be read right now Not now.",
    UpstreamKind.FAILED: "The figures cannot be read right now Not now.",
}


@pytest.mark.parametrize(("kind", "text"), REASONS.items())
def test_analytics_that_do_not_answer_say_why_in_their_own_place(
    used: House, dana: Browser, kind: UpstreamKind, text: str
) -> None:
    for with_htmx in (True, False):
        used.apigee.fail("stats.query", Upstream(kind, "Not now."))
        answer = dana.get(f"{USAGE}?range=30d", with_htmx=with_htmx)
        assert answer.status == 200
        assert text in answer.text
        assert answer.toasts == []
        assert answer.page.form(USAGE, "get").values["range"] == ["30d"]
    assert dana.get(f"/apps/{APP}").status == 200


def test_without_apigee_the_panel_says_so_and_the_file_is_refused(
    used: House, dana: Browser
) -> None:
    down = Upstream(UpstreamKind.UNREACHABLE, "Apigee cannot be reached.")
    for _ in range(2):
        used.apigee.fail("apps.get", down)
    panel = dana.get(USAGE, with_htmx=True)
    assert (panel.status, panel.toasts) == (200, [])
    assert "Apigee cannot be reached." in panel.text
    assert dana.get(f"{USAGE}.csv").status == 503


def test_old_figures_carry_their_age(used: House, dana: Browser) -> None:
    dana.get(USAGE)
    used.clock.advance(600)
    used.apigee.fail("stats.query", Upstream(UpstreamKind.TIMEOUT, "Too slow."))
    answer = dana.get(USAGE)
    assert "These are the figures of 1 Mar 2026, 12:00 UTC." in answer.text
    assert "Calls 4" in answer.text


def test_the_file_holds_the_same_figures_for_every_day(used: House, dana: Browser) -> None:
    del used
    answer = dana.get(f"{USAGE}.csv?environment=prod&range=7d")
    assert answer.header("Content-Type") == "text/csv; charset=utf-8"
    named = 'attachment; filename="usage-trip-planner-prod-7d.csv"'
    assert answer.header("Content-Disposition") == named
    rows = list(csv.DictReader(io.StringIO(answer.body)))
    assert len(rows) == 7
    assert rows[-1] == {
        "app": APP,
        "environment": "prod",
        "from_utc": "2026-03-01T00:00Z",
        "to_utc": "2026-03-02T00:00Z",
        "calls": "3",
        "errors": "0",
        "mean_ms": "30.0",
        "longest_ms": "60.0",
    }
    assert (rows[0]["calls"], rows[0]["mean_ms"]) == ("0", "")


def test_an_app_that_is_named_like_a_formula_runs_nothing(used: House, dana: Browser) -> None:
    used.apigee.add_app("dana@example.com", "-1+cmd")
    body = dana.get("/apps/-1+cmd/usage.csv").body
    assert "\r\n'-1+cmd,prod," in body
    assert "\r\n-1" not in body


def test_the_list_says_when_an_app_was_last_called_where_that_was_seen(
    used: House, dana: Browser
) -> None:
    assert "trip-planner Last call not known" in dana.get("/apps").text
    dana.get(USAGE)
    used.apigee.calls.clear()
    listed = dana.get("/apps")
    assert "trip-planner Last called 1 Mar 2026" in listed.text
    assert used.apigee.calls == []
    assert "Last called" not in used.signed_in("bob").get("/apps").text


def test_the_list_tells_an_app_without_calls_from_one_that_nobody_looked_at(
    used: House, dana: Browser
) -> None:
    for name in ("idle", "unseen"):
        used.apigee.add_app("dana@example.com", name)
    dana.get("/apps/idle/usage")
    listed = dana.get("/apps").text
    assert "idle No calls in prod since 23 Feb 2026" in listed
    assert "unseen Last call not known" in listed


def test_reading_ones_own_figures_is_not_audited(used: House, dana: Browser) -> None:
    before = used.told()
    dana.get(f"{USAGE}.csv")
    assert used.told() == before


@pytest.mark.parametrize("ending", ["", ".csv"])
def test_without_a_sign_in_there_are_no_figures(used: House, ending: str) -> None:
    answer = used.browser().get(USAGE + ending)
    assert answer.status == 302
    assert "/sign-in" in answer.location
    assert used.apigee.calls == []
