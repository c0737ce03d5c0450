"""The search in a browser: by keys, with a pointer, without scripts, on a phone."""

import re

import pytest
from playwright.sync_api import Locator, Request, expect

from tests.browser.conftest import NewVisitor
from tests.browser.inspection import inspect
from tests.browser.keyboard import tab_to
from tests.browser.visitor import Visitor
from tests.scenario.house import House


@pytest.fixture
def house(shared_house: House) -> House:
    return shared_house


def field_of(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("combobox", name="Search the portal")


def typed(visitor: Visitor, words: str) -> Locator:
    """Type into the top bar and return the options, once they are there."""
    visitor.open("/search?q=book")
    while visitor.page.get_by_text("Not everything can be found yet").count():
        visitor.page.reload()
    visitor.open("/docs/")
    field_of(visitor).press_sequentially(words, delay=30)
    options = visitor.page.get_by_role("option")
    expect(options.last).to_have_text(re.compile("All [0-9]+ results?"))
    return options


def test_arrows_choose_a_suggestion_and_enter_opens_it(visitor: Visitor) -> None:
    page = visitor.page
    options = typed(visitor, "list book")
    field = field_of(visitor)
    expect(field).to_have_attribute("aria-expanded", "true")
    wanted = page.get_by_role("option", name=re.compile("List bookings"))
    for _ in range(options.count()):
        if wanted.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-activedescendant", wanted.get_attribute("id") or "")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/apis/shipments/listBookings$"))


def test_the_arrows_go_around_and_escape_closes(visitor: Visitor) -> None:
    page = visitor.page
    options = typed(visitor, "book")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_hidden()
    expect(field_of(visitor)).to_have_value("book")
    expect(field_of(visitor)).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_hidden()


def test_enter_without_a_choice_leads_to_the_page_of_the_search(visitor: Visitor) -> None:
    typed(visitor, "book")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page).to_have_url(re.compile(r"/search\?q=book$"))
    expect(visitor.page.get_by_label("Words to look for")).to_have_value("book")


def test_a_suggestion_can_be_clicked(visitor: Visitor) -> None:
    typed(visitor, "follow a cont")
    visitor.page.get_by_role("option", name=re.compile("Follow a container")).first.click()
    expect(visitor.page).to_have_url(re.compile("/docs/guides/follow-a-container"))


def test_a_chord_leads_to_the_field_and_a_letter_alone_does_not(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("/docs/")
    page.keyboard.press("k")
    expect(field_of(visitor)).not_to_be_focused()
    page.keyboard.press("Control+k")
    expect(field_of(visitor)).to_be_focused()
    expect(field_of(visitor)).to_have_value("")
    page.keyboard.type("a/k")
    expect(field_of(visitor)).to_have_value("a/k")


def test_the_open_list_is_readable_for_everybody(visitor: Visitor) -> None:
    typed(visitor, "book")
    visitor.page.keyboard.press("ArrowDown")
    assert inspect(visitor.page, "suggestions") == []


def test_the_page_of_the_search_answers_while_somebody_types(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open("/search")
    assert inspect(page, "search, empty") == []
    tab_to(page, page.get_by_label("Words to look for"))
    page.keyboard.type("bookings", delay=30)
    expect(page.get_by_role("status")).to_have_text(re.compile("results for “bookings”"))
    expect(page).to_have_url(re.compile(r"/search\?q=bookings$"))
    assert inspect(page, "search") == []


def test_everything_is_found_without_scripts(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(java_script_enabled=False)
    page = visitor.page
    visitor.open("/docs/")
    page.get_by_label("Search the portal").fill("p")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=p$"))
    page.get_by_role("link", name=re.compile("^Show all [0-9]+ in Schemas")).click()
    expect(page).to_have_url(re.compile("kind=schemas"))
    expect(page.get_by_label("Words to look for")).to_have_value("p")


def test_a_phone_has_a_link_to_the_search(new_visitor: NewVisitor) -> None:
    visitor = new_visitor(viewport={"width": 390, "height": 800})
    page = visitor.page
    visitor.open("/docs/")
    expect(page.locator("#find")).to_be_hidden()
    page.get_by_role("banner").get_by_role("link", name="Search").click()
    page.get_by_label("Words to look for").press_sequentially("follow a cont", delay=30)
    page.get_by_role("link", name="Follow a container").first.click()
    expect(page).to_have_url(re.compile("/docs/guides/follow-a-container"))


@pytest.mark.parametrize("path", ["/docs/get-started/environments", "/docs/help/your-first-call"])
def test_a_first_visit_to_a_page_weighs_no_more_than_sixty_kilobytes(
    visitor: Visitor, path: str
) -> None:
    visitor.context.clear_cookies()
    sizes: list[int] = []

    def weigh(request: Request) -> None:
        found = request.sizes()
        sizes.append(found["responseBodySize"] + found["responseHeadersSize"])

    visitor.page.on("requestfinished", weigh)
    visitor.open(path)
    visitor.page.wait_for_load_state("networkidle")
    assert len(sizes) > 5
    assert sum(sizes) <= 60_000
