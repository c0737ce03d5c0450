"""A key's whole life by hand: added, replaced, turned off, deleted; with and without scripts."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewVisitor
from tests.browser.keyboard import enter, tab_to
from tests.browser.visitor import Visitor
from tests.scenario.house import House


@pytest.fixture
def house(shared_house: House) -> House:
    return shared_house


def key(page: Page, label: str) -> Locator:
    """Return the part of the app's page about one key."""
    return page.get_by_role("article", name=label, exact=True)


def open_app(page: Page) -> None:
    enter(page, page.get_by_role("main").get_by_role("link", name="Open the app"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Weather widget")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_key_lives_and_dies_without_a_mouse(new_visitor: NewVisitor, scripts: bool) -> None:
    visitor = new_visitor(java_script_enabled=scripts)
    page = visitor.page
    label = "Staging" if scripts else "Night run"
    visitor.sign_in("dana", "/apps/weather-widget")
    enter(page, page.get_by_role("link", name="Add key"))
    tab_to(page, page.get_by_label("Label (optional)"))
    page.keyboard.type(label)
    payments = page.locator("input[name=products][value=payments]")
    tab_to(page, payments)
    if not payments.is_checked():  # it is, once the newest key has it
        page.keyboard.press("Space")
    expect(payments).to_be_checked()
    enter(page, page.get_by_role("button", name="Add key"))
    expect(page.locator("#consumer-key")).not_to_be_empty()
    open_app(page)
    expect(key(page, label)).to_contain_text("Active for 1 of 2 products")
    replace(page, label)
    turn_off_and_on(page, label)
    enter(page, key(page, label).get_by_role("link", name="Turn off"))
    enter(page, page.get_by_role("button", name="Turn key off"))
    enter(page, key(page, label).get_by_role("link", name="Delete key"))
    enter(page, page.get_by_role("button", name="Delete key"))
    expect(page.locator("#toasts")).to_contain_text("The key is deleted.")
    expect(key(page, label)).to_have_count(0)


def replace(page: Page, label: str) -> None:
    """Replace the key, give the old one more time, and change one's mind."""
    enter(page, key(page, label).get_by_role("link", name="Rotate"))
    tab_to(page, page.get_by_role("radio", name=re.compile("^24 hours")))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name=re.compile("^3 days"))).to_be_checked()
    enter(page, page.get_by_role("button", name="Rotate key"))
    expect(page.get_by_role("main")).to_contain_text("The old key stops")
    open_app(page)
    expect(key(page, label)).to_contain_text("Retiring, stops")
    enter(page, key(page, label).get_by_role("link", name="Extend or stop"))
    enter(page, page.get_by_role("button", name="Extend"))
    expect(page.locator("#toasts")).to_contain_text("The old key works until")
    enter(page, key(page, label).get_by_role("link", name="Extend or stop"))
    enter(page, page.get_by_role("button", name="Cancel replacement"))
    expect(key(page, label)).not_to_contain_text("Retiring")


def turn_off_and_on(page: Page, label: str) -> None:
    enter(page, key(page, label).get_by_role("link", name="Turn off"))
    enter(page, page.get_by_role("button", name="Turn key off"))
    expect(key(page, label)).to_contain_text("Turned off by you")
    enter(page, key(page, label).get_by_role("button", name="Turn on"))
    expect(key(page, label)).to_contain_text("Active for 1 of 2 products")


def test_two_tabs_show_their_own_keys_while_a_third_adds_one(visitor: Visitor) -> None:
    visitor.sign_in("dana", "/apps/checkout")
    first = visitor.page
    endings = [each.inner_text()[-4:] for each in first.locator("output[id^=key-]").all()]
    second, third = (visitor.context.new_page() for _ in range(2))
    second.goto(first.url)
    third.goto(f"{first.url}/keys/new")
    third.get_by_role("checkbox").first.check()
    third.get_by_role("button", name="Add key").click()
    expect(third.locator("#consumer-key")).not_to_be_empty()
    for tab in (first, second):
        for field, ending in zip(tab.locator("form.secret[id^=key-]").all(), endings, strict=True):
            field.get_by_role("button", name="Show").click()
            expect(field.locator(".secret-value")).to_have_text(re.compile(f"^[^•]+{ending}$"))
