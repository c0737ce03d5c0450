"""Everything can be done with Tab, Enter and Space."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import enter, tab_to
from tests.browser.visitor import Visitor
from tests.scenario.house import House


@pytest.fixture
def house(shared_house: House) -> House:
    return shared_house


def sign_in(visitor: Visitor, login: str) -> None:
    page = visitor.page
    visitor.open("/")
    enter(page, page.locator(".bar-end").get_by_role("link", name="Sign in"))
    tab_to(page, page.get_by_label("Login"))
    page.keyboard.type(login)
    page.keyboard.press("Tab")
    page.keyboard.type("demo")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{visitor.house.portal}/")


def test_a_developer_gets_and_shows_a_key_without_a_mouse(visitor: Visitor) -> None:
    page = visitor.page
    title = page.get_by_role("heading", level=1)
    sign_in(visitor, "dana")
    enter(page, page.get_by_role("main").get_by_role("link", name="Create app"))
    expect(title).to_have_text("Create an app")
    tab_to(page, page.get_by_label("App name"))
    page.keyboard.type("Dock weather")
    tab_to(page, page.get_by_role("checkbox", name=re.compile("^Weather Free ")))
    page.keyboard.press("Space")
    enter(page, page.get_by_role("button", name="Create app"))
    expect(title).to_have_text("Dock weather is created")
    enter(page, page.get_by_role("link", name="Open the app"))
    expect(title).to_have_text("Dock weather")
    shown = page.locator(".secret").first
    tab_to(page, shown.get_by_role("button", name="Show"))
    page.keyboard.press("Space")
    expect(shown.locator(".secret-value")).not_to_contain_text("••••")
    expect(shown.get_by_role("button", name="Copy")).to_be_focused()
    enter(page, page.locator(".account-button"), "Shift+Tab")
    enter(page, page.locator("#account-menu").get_by_role("button", name="Sign out"))
    expect(title).to_have_text("You are signed out")


def test_an_administrator_deactivates_without_a_mouse(visitor: Visitor) -> None:
    page = visitor.page
    sign_in(visitor, "ada")
    enter(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Admin"))
    tab_to(page, page.get_by_label("Search developers"))
    page.keyboard.type("diallo")
    expect(page.get_by_role("link", name="Ines Duarte")).to_have_count(0)
    enter(page, page.get_by_role("link", name="Amara Diallo"))
    enter(page, page.get_by_role("button", name="Deactivate", exact=True))
    dialog = page.get_by_role("dialog")
    enter(page, dialog.get_by_role("button", name="Deactivate", exact=True))
    expect(page.locator("#status .badge")).to_have_text("Inactive")
    expect(page.get_by_role("button", name="Activate", exact=True)).to_be_focused()


def test_the_first_tab_offers_to_skip_to_the_content(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("/products")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Help: Your first call")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Search products")).to_be_focused()


def test_errors_take_the_focus_and_lead_to_their_fields(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("dana", "/apps/new")
    page.get_by_role("button", name="Create app").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    enter(page, summary.get_by_role("link").first)
    expect(page.get_by_label("App name")).to_be_focused()
