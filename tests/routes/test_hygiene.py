"""What every answer has and no request can bring in: headers, sizes, repeated fields, log lines."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest

from app.blueprints.pages.csp_report import LARGEST
from app.configuration.errors import ConfigurationError
from app.web import logs
from app.web.blocked_content import blocked_in
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.test_health import break_database

# What a terminal or a log collector could take for a command or for a line of its own.
HOSTILE = 'x\r\nlevel: "ERROR"\x1b[2J\x1b]0;owned\x07\u2028\x85\x9b31m\x00'
REPORT = {
    "document-uri": "http://localhost:8000/products?q=personal",
    "effective-directive": "script-src-elem",
    "blocked-uri": "https://evil.example/x.js?stolen=1",
}


def report(browser: Browser, body: object, **headers: str) -> int:
    """Send what a browser sends, and return the status."""
    text = body if isinstance(body, str) else json.dumps(body)
    sent = {"Content-Type": "application/csp-report", **headers}
    return browser.open("/csp-report", "POST", data=text, headers=sent).status


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str, str]]:
    """Return what the log was told of blocked content."""
    lines = [record.__dict__ for record in caplog.records if "blocked_content" in record.name]
    return [(line["directive"], line["source"], line["page"]) for line in lines]


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """The portal's log as it would be on stderr."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    stream = StringIO()
    yield stream
    root.setLevel(level)
    root.handlers[:] = handlers


def test_a_report_is_told_once_without_what_is_private(
    anonymous: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    newer = [{"type": "csp-violation", "body": {"documentURL": "http://h/a", "blockedURL": "eval"}}]
    for _ in range(3):
        assert report(anonymous, {"csp-report": REPORT}) == 204
    assert report(anonymous, newer, **{"Content-Type": "application/reports+json"}) == 204
    expected = ("script-src-elem", "https://evil.example", "/products")
    assert told(caplog) == [expected, ("", "eval", "/a")]


@pytest.mark.parametrize(
    "body",
    ["", "null", "[]", "{", "3", '{"csp-report": 1}', '[[{"body": []}]]', "[" * 9000, "\x00\xff"],
)
def test_what_is_no_report_says_nothing(
    anonymous: Browser, caplog: pytest.LogCaptureFixture, body: str
) -> None:
    assert report(anonymous, body) == 204
    assert told(caplog) == []


def test_a_report_cannot_write_lines_of_its_own(house: House, lines: StringIO) -> None:
    logs.configure("INFO", lines)
    facts = dict.fromkeys(REPORT, f"//{HOSTILE}/{HOSTILE}")
    assert report(house.browser(), {"csp-report": facts}) == 204
    assert report(
        house.browser(), {"csp-report": {"blocked-uri": "http://[", "document-uri": "//["}}
    )
    _only_lines_of_ours(lines)


def test_reports_are_small_limited_and_need_no_database(build: Build) -> None:
    house = build(limits={"report": "2 per minute"})
    browser = house.browser()
    break_database(house)
    assert report(browser, "x" * (LARGEST + 1)) == 413
    assert [report(browser, {}) for _ in range(2)] == [204, 429]


def test_a_report_of_many_is_cut() -> None:
    many = json.dumps([{"body": {"blockedURL": f"https://h{number}"}} for number in range(99)])
    assert len(list(blocked_in(many.encode()))) == 20


@pytest.mark.parametrize("path", ["", "/portal"])
def test_browsers_are_told_where_to_report(build: Build, path: str) -> None:
    plain = build(public_url=f"http://localhost:8000{path}").browser().get("/")
    assert plain.header("Content-Security-Policy").endswith(f"; report-uri {path}/csp-report")
    secure = build(public_url=f"https://developers.example.com{path}").browser().get("/")
    policy = secure.header("Content-Security-Policy").split("; ")
    assert policy[-2:] == [f"report-uri {path}/csp-report", "report-to csp"]
    assert secure.header("Reporting-Endpoints") == f'csp="{path}/csp-report"'


def _only_lines_of_ours(stream: StringIO) -> None:
    text = stream.getvalue()
    assert text
    assert text.isascii()
    assert all(character == "\n" or " " <= character <= "~" for character in text)
    assert all("level" in json.loads(line) for line in text.splitlines())


def test_nothing_that_is_sent_writes_lines_of_its_own_into_the_log(
    build: Build, lines: StringIO
) -> None:
    """Log injection: control characters, escape sequences and line ends in every sent value."""
    house = build()
    logs.configure("INFO", lines)
    house.developer("dana")
    dana = house.signed_in("dana")
    quoted = "x%0D%0Alevel:%1B[2J%C2%85%E2%80%A8%00"
    header = "x\x1b[2J\x07\x85"
    for path in (f"/{quoted}", f"/apps/{quoted}", f"/products?q={quoted}", f"/apps?q={quoted}"):
        dana.get(path, User_Agent=header, X_Request_Id=header, Referer=header)
    for name in ("error", "error_description", "state", "code", "iss"):
        dana.get(f"/auth/demo/callback?{name}={quoted}")
    names = ("csrf_token", "display_name", "products", "request_id", "name")
    for path in ("/apps/new", f"/apps/{quoted}/deletion"):
        sent = dict.fromkeys(names, HOSTILE) | {"csrf_token": dana.token}
        dana.flask.post(path, base_url=dana.base_url, data=sent)
    logging.getLogger("anything").error("%s", HOSTILE, extra={"more": HOSTILE})
    _only_lines_of_ours(lines)


def test_a_field_that_comes_twice_is_refused(house: House, dana: Browser) -> None:
    for path in ("/products?q=a&q=b", "/apps?q&q", "/apps/new?csrf_token&csrf_token"):
        assert dana.get(path).status == 400
    wanted = ["weather-free", "payments"]
    twice = {"display_name": ["One", "Two"], "products": wanted, "request_id": ["r1"]}
    assert dana.post("/apps/new", twice).status == 400
    assert house.apigee.by_app == {}
    several = {"display_name": ["One"], "products": wanted, "request_id": ["r2"]}
    assert dana.post("/apps/new", several, shows_keys=True).status == 200


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413])
def test_error_pages_know_who_is_signed_in(dana: Browser, status: int) -> None:
    asked = {
        400: lambda: dana.get("/products?q=a&q=b"),
        403: lambda: dana.get("/admin/audit"),
        404: lambda: dana.get("/apps/none"),
        405: lambda: dana.open("/", "PUT"),
        413: lambda: dana.post("/apps/new", {"description": "x" * 70_000}),
    }
    answer = asked[status]()
    assert answer.status == status
    assert answer.page.form("/sign-out").values["csrf_token"] != [""]


def test_an_error_page_of_a_visitor_offers_nothing_to_sign_out_of(anonymous: Browser) -> None:
    assert "/sign-out" not in anonymous.get("/no-such-page").body


def test_a_long_address_and_long_headers_are_answered_like_any(anonymous: Browser) -> None:
    for path in (f"/{'a' * 7000}", f"/products?q={'a' * 7000}", f"/products/{'a' * 7000}"):
        assert anonymous.get(path).status in {200, 404}
    assert anonymous.get("/", Cookie=f"portal_session={'a' * 7000}").status == 200


def test_the_server_of_others_reads_nothing_through_this_one(anonymous: Browser) -> None:
    answer = anonymous.get("/", Origin="https://evil.example", Access_Control_Request_Method="POST")
    assert not [name for name, _ in answer.response.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("debug", ["1", "true"])
def test_debugging_refuses_to_start_where_others_could_see_it(
    build: Build, monkeypatch: pytest.MonkeyPatch, debug: str
) -> None:
    monkeypatch.setenv("FLASK_DEBUG", debug)
    with pytest.raises(ConfigurationError, match="FLASK_DEBUG shows code and data"):
        build(public_url="https://developers.example.com")


def test_the_sample_people_can_sign_in_on_their_own_machine_only(build: Build) -> None:
    demo = {"issuer": "http://localhost:8002", "client_id": "portal", "client_secret": "s3cret"}
    assert build(oidc={"demo": demo}).browser().get("/").status == 200
    with pytest.raises(ConfigurationError, match=r"oidc\.demo\.issuer is on this machine"):
        build(oidc={"demo": demo}, public_url="https://developers.example.com")
