"""The portal under a path behind a real nginx: links, parts, forms, redirects, cookies."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.browser.conftest import chromium as chromium  # noqa: PLC0414 - a fixture, used by name
from tests.browser.visitor import Visitor
from tests.extra.crawler import SECONDS, Crawler
from tests.extra.nginx import run_nginx
from tests.scenario.house import House, run_house
from tests.unit.apigee.certificates import authority

COOKIES = {"__Secure-portal_session", "__Secure-portal_sign_in"}


@pytest.fixture(scope="module", params=[True, False], ids=["path kept", "path taken off"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("nginx")
    authority(folder, "localhost")
    with (
        run_nginx(folder, keeps_path=request.param) as start,
        run_house("x", folder / "house", start, PORTAL_PROXY__HOPS="1") as running,
    ):
        yield running


@pytest.fixture
def crawler(house: House) -> Iterator[Crawler]:
    with requests.Session() as session:
        session.trust_env = False  # a bundle of the machine's would win over the next line
        session.verify = str(house.plan.var.parent / "authority.pem")
        yield Crawler(house.portal, house.provider.issuer, session)


@pytest.mark.parametrize("login", ["dana", "ada"])
def test_every_link_part_and_form_works_and_stays_under_the_path(
    crawler: Crawler, login: str
) -> None:
    crawler.sign_in(login)
    crawler.crawl()
    assert crawler.problems == []
    assert {each: status for each, status in crawler.seen.items() if status >= 400} == {}
    assert len(crawler.seen) > 40
    own = crawler.session
    for part in crawler.parts:
        answer = own.get(part, headers={"HX-Request-Type": "partial"}, timeout=SECONDS)
        assert answer.status_code == 200, part
        assert "<html" not in answer.text
    assert len(crawler.posts) >= 2
    for form in crawler.posts:
        assert "POST" in own.options(form, timeout=SECONDS).headers["Allow"], form


def test_cookies_are_sent_to_the_path_only_and_over_tls_only(crawler: Crawler) -> None:
    begun = crawler.session.get(f"{crawler.portal}/sign-in", timeout=SECONDS, allow_redirects=False)
    callback = parse_qs(urlsplit(begun.headers["Location"]).query)["redirect_uri"]
    assert callback == [f"{crawler.portal}/auth/demo/callback"]
    crawler.sign_in("dana")
    ours = [cookie for cookie in crawler.session.cookies if "portal" in cookie.name]
    assert {cookie.name for cookie in ours} <= COOKIES
    assert ours
    for cookie in ours:
        assert (cookie.path, cookie.secure) == ("/portal", True)
        assert cookie.has_nonstandard_attr("HttpOnly")
    assert begun.headers["Strict-Transport-Security"]
    assert "/portal/csp-report" in begun.headers["Content-Security-Policy"]


def test_a_visitor_cannot_say_where_from(crawler: Crawler, house: House) -> None:
    """Abuse case 15, with a proxy that adds the address it sees."""
    spoofed = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Prefix": "/evil", "SCRIPT_NAME": "/evil"}
    answer = crawler.session.get(f"{crawler.portal}/", headers=spoofed, timeout=SECONDS)
    assert "/evil" not in answer.text
    crawler.session.get(
        f"{crawler.portal}/auth/demo/callback?state=x", headers=spoofed, timeout=SECONDS
    )
    with house.app.app_context():
        newest = house.app.extensions["portal"].audit.log.recent(1)[0]
    assert newest.actor.address == "127.0.0.1"


def test_a_person_works_and_leaves_under_the_path(chromium: Browser, house: House) -> None:
    context = chromium.new_context(ignore_https_errors=True, reduced_motion="reduce")
    visitor = Visitor(house, context, context.new_page())
    visitor.watch()
    page = visitor.page
    visitor.sign_in("dana", "/portal/apps")
    expect(page.get_by_role("heading", level=1)).to_have_text("My apps")
    page.get_by_label("Search").fill("weather")
    expect(page.get_by_text("1 app", exact=True)).to_be_visible()
    visitor.create_app("Behind nginx")
    visitor.open("/apps/behind-nginx")
    with page.expect_response(f"{house.portal}/apps/behind-nginx/keys/*/reveal") as shown:
        page.get_by_role("button", name="Show").first.click()
    assert shown.value.status == 200
    page.locator(".account-button").click()
    page.locator("#account-menu").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{house.portal}/signed-out**")
    visitor.open("/apps")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    visitor.close()
