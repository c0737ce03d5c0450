"""From the home page to a working key, and what an administrator's decision does to it."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser import gateway
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor

MOST_PAGES = 4
MOST_SECONDS = 60
APP = "Dock weather é 50% #1"
JOURNEYS = [("x", True), ("x", False), ("edge", True), ("edge", False)]


def get_a_key(ravi: Visitor) -> str:
    """Go from the home page to a key by hand; return the call that the page shows."""
    page = ravi.page
    title = page.get_by_role("heading", level=1)
    ravi.open("/")
    page.get_by_role("link", name="Get an API key").first.click()
    ravi.sign_in_at_provider("ravi", typing=True)
    expect(title).to_have_text("Register as a developer")
    page.get_by_role("button", name="Register as a developer").click()
    expect(title).to_have_text("Create an app")
    ravi.type("App name", APP)
    page.get_by_role("checkbox", name=re.compile("^Weather Free ")).check()
    page.get_by_role("button", name="Create app").click()
    expect(title).to_have_text(f"{APP} is created")
    return page.locator("#curl-1").inner_text()


def open_ravi(ada: Visitor) -> None:
    """Sign in as the administrator and find ravi's page."""
    ada.sign_in("ada", "/admin/developers")
    ada.page.get_by_label("Search developers").fill("ravi")
    ada.page.get_by_role("button", name="Search").click()
    ada.page.get_by_role("link", name="Ravi Iyer").click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Ravi Iyer")


def decide(ada: Visitor, verb: str, status: str, *, scripts: bool) -> None:
    """Activate or deactivate ravi on his page; with scripts a dialog asks first."""
    page = ada.page
    page.get_by_role("button", name=verb, exact=True).click()
    if scripts:
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(f"{verb} Ravi Iyer?")
        expect(dialog).to_contain_text("1 key")
        dialog.get_by_role("button", name=verb, exact=True).click()
    expect(page.locator("#status .badge")).to_have_text(status)
    expect(page.locator("#toasts")).to_contain_text(f"Ravi Iyer is {status.lower()}.")


def expect_everywhere(ravi: Visitor, app_page: str, status: str, *, blocked: bool) -> None:
    """Look at My Apps and at the app's page: the key's status, and why it is so."""
    for path in ("/apps", app_page):
        ravi.open(path)
        expect(ravi.page.locator("main .badge").first).to_have_text(status)
        reason = ravi.page.locator(".callout", has_text="Your developer account is inactive")
        expect(reason).to_have_count(1 if blocked else 0)
    expect(ravi.page.locator(".key-help").first).to_contain_text(
        "Calls fail: your developer account is inactive." if blocked else "Calls with this key"
    )


@pytest.mark.parametrize(("flavor", "scripts"), JOURNEYS)
def test_a_newcomer_gets_a_working_key_and_an_administrator_turns_it_off_and_on(
    scripts: bool, new_visitor: NewVisitor
) -> None:
    ravi, ada = (new_visitor(java_script_enabled=scripts) for _ in range(2))
    begun = time.monotonic()
    call = get_a_key(ravi)
    answer = gateway.run(call)
    assert time.monotonic() - begun < MOST_SECONDS
    assert answer.status == 200, answer.body
    assert len(ravi.pages) <= MOST_PAGES, ravi.pages
    app_page = ravi.page.get_by_role("link", name="Open the app").get_attribute("href") or ""

    open_ravi(ada)
    decide(ada, "Deactivate", "Inactive", scripts=scripts)
    refused = gateway.run(call)
    assert refused.status == 401
    fault = json.loads(refused.body)["fault"]
    assert fault["detail"]["errorcode"] == "keymanagement.service.DeveloperStatusNotActive"
    assert fault["faultstring"] == "Developer Status is not Active"
    expect_everywhere(ravi, app_page, "Blocked: your account is inactive", blocked=True)

    decide(ada, "Activate", "Active", scripts=scripts)
    assert gateway.run(call).status == 200
    expect_everywhere(ravi, app_page, "Active", blocked=False)


def test_the_counter_of_pages_sees_every_page_of_the_portal(visitor: Visitor) -> None:
    for path in ("/", "/products", "/products/weather-free"):
        visitor.open(path)
    assert visitor.pages == ["GET /", "GET /products", "GET /products/weather-free"]
