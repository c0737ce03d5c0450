"""What a browser keeps of a key and of a person: nothing."""

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.scenario.house import House

CHROMIUM_WILL_NOT_SEND_AGAIN = "ERR_CACHE_MISS"
STORED = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"


@pytest.fixture
def house(shared_house: House) -> House:
    return shared_house


def back(page: Page) -> None:
    """Go back; to a page that came from a form Chromium answers with a question of its own."""
    try:
        page.go_back()
    except Error as error:
        if CHROMIUM_WILL_NOT_SEND_AGAIN not in error.message:
            raise
        page.wait_for_url("chrome-error://**")
    page.wait_for_load_state()


def content(page: Page) -> str:
    """Return the page as it is once it is there: going back may still be under way."""
    for _ in range(50):
        try:
            return page.content()
        except Error as error:
            if "navigating" not in error.message:
                raise
            page.wait_for_timeout(100)
    return page.content()


def expect_nowhere(visitor: Visitor, key: str) -> None:
    """Fail without telling the key itself."""
    places = {
        "page": content(visitor.page),
        "addresses": " ".join(visitor.addresses),
        "cookies": str(visitor.context.cookies()),
    }
    assert len(key) > 8
    found = [place for place, text in places.items() if key in text]
    assert found == []


def show_a_key(visitor: Visitor) -> str:
    visitor.sign_in("dana", "/apps/weather-widget")
    field = visitor.page.locator(".secret").first
    field.get_by_role("button", name="Show").click()
    expect(field.locator(".secret-value")).not_to_contain_text("••••")
    return field.locator(".secret-value").inner_text()


def test_a_shown_key_is_gone_after_back(visitor: Visitor) -> None:
    """Abuse case 24."""
    key = show_a_key(visitor)
    visitor.page.get_by_role("link", name="My apps").first.click()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("My apps")
    back(visitor.page)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Weather widget")
    expect_nowhere(visitor, key)


def test_the_key_of_a_new_app_is_gone_after_back(visitor: Visitor) -> None:
    visitor.sign_in("dana")
    visitor.create_app("Dock weather")
    page = visitor.page
    key, secret = (page.locator(f"#consumer-{each}").inner_text() for each in ("key", "secret"))
    page.get_by_role("link", name="Open the app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dock weather")
    back(page)
    for value in (key, secret):
        expect_nowhere(visitor, value)


def expect_empty_stores(page: Page) -> None:
    assert page.evaluate(STORED) == '[{},{},""]'
    assert page.evaluate("indexedDB.databases()") == []
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("JSON.stringify(history.state)") in {"null", '{"htmx":true}'}


@pytest.mark.parametrize("how", ["added", "rotated"])
def test_the_page_of_a_new_key_leaves_nothing_after_back_and_sign_out(
    new_visitor: NewVisitor, how: str
) -> None:
    """Abuse case 24."""
    visitor = new_visitor()
    visitor.sign_in("dana", "/apps/weather-widget")
    page = visitor.page
    page.get_by_role("link", name="Add key" if how == "added" else "Rotate").first.click()
    page.get_by_role("button", name="Add key" if how == "added" else "Rotate key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your new key")
    values = [page.locator(f"#consumer-{each}").inner_text() for each in ("key", "secret")]
    expect_empty_stores(page)
    page.get_by_role("link", name="Open the app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Weather widget")
    expect_empty_stores(page)
    back(page)
    for value in values:
        expect_nowhere(visitor, value)
    visitor.open("/account")
    page.locator(".account-button").click()
    page.locator("#account-menu").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    for _ in range(4):
        back(page)
        for value in values:
            expect_nowhere(visitor, value)


def test_nothing_is_kept_in_the_browsers_stores(visitor: Visitor) -> None:
    """Abuse case 24."""
    show_a_key(visitor)
    expect_empty_stores(visitor.page)
    for cookie in visitor.context.cookies(visitor.house.portal):
        assert cookie["httpOnly"] or cookie["name"].startswith(("_session", "_interaction"))


def test_after_signing_out_back_shows_nothing_of_the_person(visitor: Visitor) -> None:
    """Abuse case 24."""
    key = show_a_key(visitor)
    page = visitor.page
    visitor.open("/account")
    expect(page.get_by_text("dana@example.com").first).to_be_attached()
    page.locator(".account-button").click()
    page.locator("#account-menu").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    for _ in range(2):
        back(page)
        content = page.content()
        traces = {"name": "Dana Novak", "address": "dana@example.com", "app": "Weather widget"}
        left = [what for what, trace in {**traces, "key": key}.items() if trace in content]
        assert left == []


def test_after_signing_out_the_sign_in_asks_for_the_password_again(visitor: Visitor) -> None:
    visitor.sign_in("dana")
    visitor.page.locator(".account-button").click()
    visitor.page.get_by_role("button", name="Sign out").first.click()
    visitor.page.get_by_role("link", name="Sign in again").click()
    expect(visitor.page.get_by_label("Password")).to_be_visible()
