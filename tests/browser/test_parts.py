"""With scripts a part of the page changes and the page stays; without them a page answers."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.scenario.house import House

SECRET_SHOWN_SECONDS = 30


class Search(NamedTuple):
    """Who searches where; one that is found and one that is not."""

    login: str
    path: str
    label: str
    words: str
    found: str
    other: str


SEARCHES = [
    Search("dana", "/apps", "Search apps", "weather", "Weather widget", "Checkout"),
    Search("dana", "/products", "Search products", "tariff", "Tariff codes", "Weather Free"),
    Search("ada", "/admin/developers", "Search developers", "novak", "Dana Novak", "Ines Duarte"),
]
PLACES = [search.path for search in SEARCHES]


@pytest.fixture
def house(shared_house: House) -> House:
    return shared_house


@contextmanager
def the_page_stays(visitor: Visitor) -> Iterator[None]:
    """Fail when the page is loaded anew while the body runs."""
    before = list(visitor.pages)
    visitor.page.evaluate("window.stays = true")
    yield
    assert visitor.pages == before
    assert visitor.page.evaluate("window.stays") is True


@pytest.mark.parametrize("search", SEARCHES, ids=PLACES)
def test_searching_while_typing_swaps_the_list_only(search: Search, visitor: Visitor) -> None:
    visitor.sign_in(search.login, search.path)
    page = visitor.page
    expect(page.get_by_role("link", name=search.other)).to_be_visible()
    with the_page_stays(visitor):
        visitor.type(search.label, search.words)
        expect(page.get_by_role("link", name=search.other)).to_have_count(0)
        expect(page.get_by_role("link", name=search.found)).to_be_visible()
        expect(page).to_have_url(re.compile(rf"[?&]q={search.words}"))
        expect(page.get_by_label(search.label)).to_be_focused()


@pytest.mark.parametrize("search", SEARCHES, ids=PLACES)
def test_searching_works_without_scripts(search: Search, new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    visitor.sign_in(search.login, search.path)
    visitor.page.get_by_label(search.label).fill(search.words)
    visitor.page.get_by_role("button", name="Search").click()
    expect(visitor.page.get_by_role("link", name=search.found)).to_be_visible()
    expect(visitor.page.get_by_role("link", name=search.other)).to_have_count(0)


def test_a_key_is_shown_in_its_place_copied_and_hidden_again(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.page
    page.clock.install()
    visitor.sign_in("dana", "/apps/weather-widget")
    field = page.locator(".secret").first
    value = field.locator(".secret-value")
    masked = value.inner_text()
    with the_page_stays(visitor):
        field.get_by_role("button", name="Show").click()
        expect(value).not_to_have_text(masked)
        shown = value.inner_text()
        is_the_one = shown.endswith(masked.removeprefix("•••• "))
        assert is_the_one
        field.get_by_role("button", name="Copy").click()
        expect(field.get_by_role("button", name="Copied")).to_be_visible()
        is_copied = page.evaluate("navigator.clipboard.readText()") == shown
        assert is_copied
        page.clock.fast_forward(SECRET_SHOWN_SECONDS * 1000)
        expect(value).to_have_text(masked)
    is_left = shown in page.content()
    assert not is_left


@pytest.mark.parametrize("number", [0, 1], ids=["key", "secret"])
def test_a_key_is_copied_without_being_shown(new_visitor: NewVisitor, number: int) -> None:
    visitor = new_visitor(permissions=["clipboard-read", "clipboard-write"])
    page = visitor.page
    visitor.sign_in("dana", "/apps/weather-widget")
    field = page.locator(".secret").nth(number)
    masked = field.locator(".secret-value").inner_text()
    with the_page_stays(visitor):
        field.get_by_role("button", name="Copy").click()
        expect(field.get_by_role("button", name="Copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        is_in_sight = copied in page.content()
        assert not is_in_sight
        expect(field.locator(".secret-value")).to_have_text(masked)
        field.get_by_role("button", name="Show").click()
        expect(field.locator(".secret-value")).not_to_have_text(masked)
        is_the_one = copied == field.locator(".secret-value").inner_text()
        assert is_the_one


def test_a_key_is_kept_in_sight_when_asked_to(visitor: Visitor) -> None:
    page = visitor.page
    page.clock.install()
    visitor.sign_in("dana", "/apps/weather-widget")
    field = page.locator(".secret").first
    field.get_by_role("button", name="Show").click()
    field.get_by_role("button", name="Keep showing").click()
    shown = field.locator(".secret-value").inner_text()
    page.clock.fast_forward(3 * SECRET_SHOWN_SECONDS * 1000)
    expect(field.locator(".secret-value")).to_have_text(shown)


def test_a_key_is_shown_on_a_page_of_its_own_without_scripts(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    page = visitor.page
    visitor.sign_in("dana", "/apps/weather-widget")
    masked = page.locator(".secret-value").first.inner_text()
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
    page.get_by_role("button", name="Show").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("API key of Weather widget")
    shown = page.locator(".secret-value").inner_text()
    is_the_one = shown != masked and shown.endswith(masked.removeprefix("•••• "))
    assert is_the_one
    page.get_by_role("link", name="Back to the app").click()
    expect(page.locator(".secret-value").first).to_have_text(masked)


def test_switching_a_status_swaps_what_hangs_on_it_only(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("ada", "/admin/developers")
    page.get_by_role("link", name="Dana Novak").click()
    expect(page.locator("#status .badge")).to_have_text("Active")
    for verb, status in (("Deactivate", "Inactive"), ("Activate", "Active")):
        with the_page_stays(visitor):
            page.get_by_role("button", name=verb, exact=True).click()
            page.get_by_role("dialog").get_by_role("button", name=verb, exact=True).click()
            expect(page.locator("#status .badge")).to_have_text(status)
            expect(page.locator("#toasts")).to_contain_text(f"Dana Novak is {status.lower()}.")
            blocked = page.get_by_text("Blocked: account inactive")
            expect(blocked).to_have_count(0 if status == "Active" else 5)


def test_what_is_typed_and_not_saved_outlives_the_saving_of_another_field(
    visitor: Visitor,
) -> None:
    page = visitor.page
    visitor.sign_in("ada", "/admin/developers?q=viktor")
    page.get_by_role("link", name="Viktor Hansen").click()
    page.get_by_label("First name").fill("Dora")
    page.get_by_label("Name of a new attribute").fill("tier")
    last = page.get_by_label("Last name")
    last.fill("Reyes")
    with the_page_stays(visitor):
        last.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Viktor Reyes")
    expect(page).to_have_title(re.compile("^Viktor Reyes "))
    expect(page.get_by_label("First name")).to_have_value("Dora")
    expect(page.get_by_label("Name of a new attribute")).to_have_value("tier")
    expect(last).to_be_focused()
    page.get_by_label("First name").press("Escape")
    expect(page.get_by_label("First name")).to_have_value("Viktor")


def test_a_canceled_dialog_changes_nothing(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("ada", "/admin/developers")
    page.get_by_role("link", name="Dana Novak").click()
    journal = visitor.house.apigee.journal
    before = journal.last
    for answer in ("Cancel", "Escape"):
        page.get_by_role("button", name="Deactivate", exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        if answer == "Escape":
            page.keyboard.press("Escape")
        else:
            page.get_by_role("button", name=answer).click()
        expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#status .badge")).to_have_text("Active")
    assert journal.select(since=before) == []


def test_the_new_app_form_helps_while_it_is_filled_in(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("dana", "/apps/new")
    with the_page_stays(visitor):
        visitor.type("App name", "50% é #1")
        expect(page.locator("#internal-name code")).to_be_visible()
        page.get_by_label("Filter products").fill("tariff")
        expect(page.locator("#product-list li:visible")).to_have_count(1)
        page.get_by_label("Filter products").fill("no such thing")
        expect(page.get_by_text("No product matches.")).to_be_visible()


def test_the_portal_says_so_when_it_cannot_be_reached(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("dana", "/apps/weather-widget")
    visitor.context.set_offline(True)
    page.get_by_role("button", name="Show").first.click()
    expect(page.locator("#toasts")).to_contain_text("The portal could not be reached.")
    visitor.problems.clear()  # Chromium and htmx rightly complain on the console


def test_without_scripts_usage_is_a_link_a_form_and_a_table(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    visitor.sign_in("dana", "/apps/weather-widget")
    page = visitor.page
    page.get_by_role("link", name="Show usage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Usage of Weather widget")
    page.get_by_label("Environment").select_option("test")
    page.get_by_label("Last", exact=True).select_option("30d")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No calls in the last 30 days")).to_be_visible()
    expect(page.get_by_label("Environment")).to_have_value("test")
    expect(page.get_by_role("link", name="Download CSV")).to_be_visible()
