"""A key's whole life by hand: added, replaced, turned off, deleted; with and without scripts."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewVisitor
from tests.browser.keyboard import enter, tab_to
from tests.scenario.house import House


@pytest.fixture
def house(shared_house: House) -> House:
    return shared_house


def key(page: Page, label: str) -> Locator:
    """Return the part of the app's page about one key."""
    return page.get_by_role("article", name=label, exact=True)


def enter_more(page: Page, label: str, link: str) -> None:
    """Open the menu of a key and follow a link of it; it is out of the way until then."""
    target = key(page, label).get_by_role("link", name=link)
    expect(target).to_have_count(0)
    enter(page, key(page, label).get_by_text("More", exact=True))
    enter(page, target)


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
    enter_more(page, label, "Turn off")
    enter(page, page.get_by_role("button", name="Turn key off"))
    enter_more(page, label, "Delete key")
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
    enter_more(page, label, "Turn off")
    enter(page, page.get_by_role("button", name="Turn key off"))
    expect(key(page, label)).to_contain_text("Turned off by you")
    enter(page, key(page, label).get_by_role("button", name="Turn on"))
    expect(key(page, label)).to_contain_text("Active for 1 of 2 products")


def made(page: Page) -> dict[str, str]:
    """Return the two values of a key that was just made, by what is asked for with Show."""
    return {name: page.locator(f"#consumer-{name}").inner_text() for name in ("key", "secret")}


def add_key(page: Page, address: str, label: str) -> dict[str, str]:
    page.goto(f"{address}/keys/new")
    page.get_by_label("Label (optional)").fill(label)
    page.get_by_role("button", name="Add key").click()
    expect(page.locator("#consumer-key")).not_to_be_empty()
    return made(page)


def expect_shown_and_copied(tab: Page, label: str, values: dict[str, str]) -> None:
    for name, value in values.items():
        field = key(tab, label).locator(f"form.secret[id^={name}-]")
        field.get_by_role("button", name="Show", exact=True).click()
        expect(field.locator(".secret-value")).to_have_text(value)
        field.get_by_role("button", name="Copy").click()
        expect(field.get_by_role("button", name="Copied")).to_be_visible()
        assert tab.evaluate("navigator.clipboard.readText()") == value


def test_two_tabs_show_and_copy_the_right_key_while_a_third_adds_one(
    new_visitor: NewVisitor,
) -> None:
    visitor = new_visitor(permissions=["clipboard-read", "clipboard-write"])
    visitor.sign_in("dana")
    visitor.create_app("Twin keys")
    first, off = visitor.page, made(visitor.page)
    first.get_by_role("link", name="Open the app").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Twin keys")
    address = first.url
    on = add_key(first, address, "Spare")
    first.goto(address)
    key(first, "Key 1").get_by_text("More", exact=True).click()
    key(first, "Key 1").get_by_role("link", name="Turn off").click()
    first.get_by_role("button", name="Turn key off").click()
    expect(key(first, "Key 1")).to_contain_text("Turned off by you")
    second, third = (visitor.context.new_page() for _ in range(2))
    second.goto(address)
    add_key(third, address, "Third")
    for tab in (first, second):
        tab.bring_to_front()  # whoever presses sees it: Chromium draws a tab behind once a second
        expect(key(tab, "Third")).to_have_count(0)  # as it was before the third tab's key
        expect_shown_and_copied(tab, "Key 1", off)
        expect_shown_and_copied(tab, "Spare", on)


def test_what_is_pressed_on_a_phone_is_big_enough_and_a_keys_menu_stays_closed(
    new_visitor: NewVisitor,
) -> None:
    visitor = new_visitor(viewport={"width": 390, "height": 844})
    page = visitor.page
    visitor.sign_in("dana", "/apps")
    links = page.locator("a.row-link, a.sort").all()
    assert len(links) > 4
    for link in links:
        box = link.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24, link.inner_text()  # pixels, WCAG 2.5.8
    visitor.open("/apps/weather-widget")
    first = page.get_by_role("article").first
    expect(first.get_by_role("link", name="Turn off")).to_be_hidden()
    first.get_by_text("More", exact=True).click()
    expect(first.get_by_role("link", name="Turn off")).to_be_visible()
