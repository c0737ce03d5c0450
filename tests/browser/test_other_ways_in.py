"""Pages for who comes in a frame, or past the proxy that signs people in."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.inspection import inspect
from tests.browser.test_every_page import PICTURES
from tests.browser.visitor import Visitor

ANCESTORS = {"PORTAL_EMBEDDING__FRAME_ANCESTORS": "http://intranet.localhost:9"}


def as_in_a_frame(route: Route) -> None:
    """Answer what a frame would get, where the window can be inspected whole."""
    headers = {**route.request.headers, "sec-fetch-dest": "iframe"}
    route.fulfill(response=route.fetch(headers=headers))


@pytest.mark.parametrize("settings", [ANCESTORS])
def test_the_way_out_of_a_frame_is_accessible(visitor: Visitor) -> None:
    visitor.page.route("**/account", as_in_a_frame)
    visitor.open("/account")
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("window of its own")
    problems = inspect(visitor.page, "in a frame", PICTURES)
    assert not problems, "\n".join(problems)


DEMO_PROVIDER = (
    *("TITLE", "ISSUER", "CLIENT_ID", "CLIENT_SECRET_FILE", "SCOPE"),
    *("GROUPS_CLAIM", "ROLES"),
)
SIGNED = {
    **{f"PORTAL_OIDC__DEMO__{name}": "" for name in DEMO_PROVIDER},
    "PORTAL_ASSERTION__HEADER": "x-goog-iap-jwt-assertion",
    "PORTAL_ASSERTION__ISSUER": "https://cloud.google.com/iap",
    "PORTAL_ASSERTION__AUDIENCE": "/projects/1/global/backendServices/2",
    "PORTAL_ASSERTION__JWKS_URL": "http://localhost:9/keys",
    "PORTAL_ASSERTION__SIGN_OUT_URL": "/_gcp_iap/clear_login_cookie",
}


@pytest.mark.parametrize("settings", [SIGNED])
def test_what_somebody_reads_whom_the_proxy_did_not_sign_is_accessible(visitor: Visitor) -> None:
    for path, state in (("/", "not recognized"), ("/signed-out", "signed out, behind a proxy")):
        visitor.open(path)
        problems = inspect(visitor.page, state, PICTURES)
        assert not problems, "\n".join(problems)
    visitor.open("/")
    expect(visitor.page.get_by_role("link", name="Try again")).to_be_visible()
