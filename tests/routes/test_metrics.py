"""Figures for Prometheus: who may read them, and that what happens is counted."""

import platform
import socket
from dataclasses import replace

import pytest
import requests

from app import __version__
from app.cli.metrics import answering
from app.domain.jobs import JobKind
from app.services.figures.port import Watching
from app.services.ingredients import Ports
from app.settings import Settings
from app.store.engine import count_connections
from app.web import extensions
from tests.figures import Read
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.test_health import break_database

TOKEN = "a-token-that-is-hard-to-guess"


@pytest.fixture
def watched(build: Build) -> House:
    """A portal that Prometheus may watch."""
    house = build(metrics_token=TOKEN)
    house.developer("dana")
    return house


def scrape(house: House, header: str = f"Bearer {TOKEN}") -> Browser:
    browser = house.browser()
    browser.get("/metrics", Authorization=header)
    return browser


def read(house: House) -> Read:
    client = house.flask.test_client()
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["Cache-Control"] == "no-store"
    return Read(answer.text)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ö", TOKEN],
)
def test_without_the_token_there_is_no_such_page(watched: House, header: str) -> None:
    client = watched.flask.test_client()
    refused = client.get("/metrics", headers={"Authorization": header} if header else {})
    assert refused.status_code == 404
    assert "portal_" not in refused.text


def test_where_no_token_is_set_nobody_is_told_and_nothing_is_counted(house: House) -> None:
    client = house.flask.test_client()
    for header in ("Bearer ", "Bearer", ""):
        assert client.get("/metrics", headers={"Authorization": header}).status_code == 404
    assert house.portal.figures.figures.__class__.__name__ == "Uncounted"


def test_answers_are_counted_by_the_routes_template(watched: House) -> None:
    dana = watched.signed_in("dana")
    dana.get("/apps/no-such-app")
    dana.get("/somewhere/that/is/nowhere")
    figures = read(watched)
    name = "portal_http_request_duration_seconds_count"
    assert figures.value(name, route="/apps/<name>", method="GET", status="404") == 1
    assert figures.value(name, route="none", method="GET", status="404") == 1
    routes = {value for _, labels in figures.samples for key, value in labels if key == "route"}
    assert not any("no-such-app" in route or "nowhere" in route for route in routes)


def test_nothing_that_people_are_or_type_is_in_the_figures(watched: House) -> None:
    dana = watched.signed_in("dana")
    dana.get("/apps")
    dana.get("/apps/trip-of-a-lifetime")
    dana.get("/admin/developers")
    text = "".join(f"{name} {sorted(labels)}" for name, labels in read(watched).samples)
    for private in ("dana", "example.com", "lifetime", TOKEN):
        assert private not in text


def test_sign_ins_are_counted_by_provider_and_outcome(watched: House) -> None:
    watched.signed_in("dana")
    watched.browser().get("/auth/demo/callback?state=made-up&code=x")
    figures = read(watched)
    assert figures.value("portal_sign_ins_total", provider="demo", outcome="done") == 1
    assert figures.has("portal_sign_ins_total")
    refused = [
        dict(labels)["outcome"]
        for name, labels in figures.samples
        if name == "portal_sign_ins_total" and ("outcome", "done") not in labels
    ]
    assert refused == ["state_mismatch"]


def test_refusals_are_counted_by_what_refused_them(watched: House) -> None:
    dana = watched.signed_in("dana")
    dana.get("/admin/audit")
    dana.get("/apps/somebody-elses")
    dana.post("/apps/new", {}, Sec_Fetch_Site="cross-site")
    figures = read(watched)
    name = "portal_refusals_total"
    by_right = {"action": "access.refused", "permission": "read_audit", "reason": ""}
    assert figures.value(name, guarantee="permission", **by_right) == 1
    found = {dict(labels)["guarantee"] for sample, labels in figures.samples if sample == name}
    assert found == {"permission", "owner", "own_pages"}


def test_a_rate_limit_is_counted_by_its_name(build: Build) -> None:
    house = build(metrics_token=TOKEN, limits={"search": "1 per minute"})
    ada = house.administrator()
    for _ in range(3):
        ada.get("/admin/developers?q=dana")
    assert read(house).value("portal_rate_limit_refusals_total", limit="search") == 2


def test_facts_are_counted_by_where_they_came_from(watched: House) -> None:
    dana = watched.signed_in("dana")
    dana.get("/apps")
    dana.get("/apps")
    figures = read(watched)
    name = "portal_cache_requests_total"
    assert figures.value(name, fact="apps", outcome="miss") == 1
    assert figures.value(name, fact="apps", outcome="hit") >= 1


def test_what_cannot_be_recorded_is_counted(watched: House) -> None:
    dana = watched.signed_in("dana")
    watched.break_audit()
    dana.post("/apps/new", {"display_name": "Trip", "products": "weather-free", "request_id": "r"})
    assert read(watched).value("portal_audit_write_failures_total", action="app.create") == 1


def test_the_database_is_looked_at_when_somebody_asks(watched: House) -> None:
    figures = read(watched)
    assert figures.value("portal_database_up") == 1
    assert figures.has("portal_audit_unsealed_rows")
    break_database(watched)
    assert read(watched).value("portal_database_up") == 0


def test_connections_in_use_go_back_to_none(watched: House) -> None:
    changes: list[int] = []
    with watched.context():
        engine = extensions.db.engine
        count_connections(engine, changes.append)
        with engine.connect():
            assert sum(changes) == 1
    assert sum(changes) == 0
    watched.signed_in("dana").get("/apps")
    assert read(watched).value("portal_database_connections", state="in_use") == 0


def test_an_apigee_that_does_not_answer_is_told_and_keeps_the_portal_ready(build: Build) -> None:
    def silent(ports: Ports) -> Ports:
        return replace(ports, watching=Watching(apigee_answers=lambda: False))

    ready = build(silent).browser().get("/readyz")
    assert (ready.status, ready.body) == (200, "ready\nthe last calls to Apigee failed\n")


def test_a_short_token_is_refused_at_the_start(build: Build) -> None:
    with pytest.raises(Exception, match="at least 8 characters"):
        build(metrics_token="short")


def test_the_token_is_in_no_text_of_the_settings(watched: House) -> None:
    settings: Settings = watched.settings
    assert TOKEN not in repr(settings)
    assert TOKEN not in repr(watched.portal.figures)


def asked(port: int, path: str = "/metrics", token: str = TOKEN) -> requests.Response:
    header = {"Authorization": f"Bearer {token}"}
    return requests.get(f"http://127.0.0.1:{port}{path}", headers=header, timeout=30)


def test_a_worker_answers_by_itself_to_who_has_the_token(watched: House) -> None:
    watched.portal.figures.figures.worked(JobKind.RETIRE_KEY, "done", 1.0)
    with watched.context(), answering(watched.portal.figures, "127.0.0.1", 0) as port:
        figures = Read(asked(port).text)
        assert asked(port, token="wrong").status_code == 404
        assert asked(port, "/").status_code == 404
    name = "portal_job_duration_seconds_count"
    assert figures.value(name, kind="key.retire", outcome="done") == 1
    assert figures.value("portal_database_up") == 1


def test_the_worker_command_says_what_its_answer_lacks(house: House, watched: House) -> None:
    def told(of: House, place: str) -> str:
        return of.flask.test_cli_runner().invoke(args=["jobs", "work", "--metrics", place]).output

    assert "set PORTAL_METRICS_TOKEN" in told(house, "0")
    assert "must read like 9400 or 0.0.0.0:9400" in told(watched, "localhost")
    assert "must read like" in told(watched, "70000")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "cannot listen there" in told(watched, str(taken.getsockname()[1]))


def test_the_build_that_runs_is_told(watched: House) -> None:
    python = platform.python_version()
    labels = {"version": __version__, "python": python, "flavor": "x"}
    assert read(watched).value("portal_build_info", **labels) == 1
