"""Try it, from the first key to a call that the sample API answered, with script and without."""

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.inspection import inspect
from tests.browser.visitor import Visitor
from tests.scenario.house import House

PAGES: Sequence[str] = ("/apis/weather/getToday", "/docs/get-started/first-call")


@pytest.fixture
def house(shared_house: House) -> House:
    return shared_house


def send(visitor: Visitor, path: str) -> Any:  # noqa: ANN401 - Playwright's own locator
    """Send the form as it arrives and return the place of the answer."""
    visitor.open(path)
    visitor.page.get_by_role("button", name="Send").click()
    return visitor.page.locator(".tried")


@pytest.mark.parametrize("has_script", [True, False], ids=["with script", "without script"])
@pytest.mark.parametrize("path", PAGES)
def test_the_form_arrives_filled_in_and_the_sample_api_answers(
    new_visitor: NewVisitor, path: str, has_script: bool
) -> None:
    visitor = new_visitor(java_script_enabled=has_script)
    visitor.sign_in("dana")
    answer = send(visitor, path)
    expect(answer).to_contain_text("200 OK")
    expect(answer).to_contain_text('"city": "Lisbon"')
    if has_script:
        assert visitor.pages[-1].endswith(path)  # the page stayed
        expect(answer).to_be_focused()
    else:
        assert visitor.pages[-1] == "POST /apis/weather/getToday/try"


def test_another_value_is_answered_beside_it(visitor: Visitor) -> None:
    visitor.sign_in("dana")
    visitor.open("/apis/weather/getForecast")
    visitor.page.get_by_label("days").fill("0")
    visitor.page.get_by_role("button", name="Send").click()
    expect(visitor.page.locator(".tried")).to_contain_text("400 Bad Request")
    visitor.page.get_by_label("days").fill("2")
    visitor.page.get_by_role("button", name="Send").click()
    expect(visitor.page.locator(".tried")).to_contain_text("200 OK")
    assert visitor.page.get_by_label("days").input_value() == "2"


def test_what_is_shown_can_be_read_by_everybody(visitor: Visitor) -> None:
    visitor.sign_in("dana")
    answer = send(visitor, "/apis/weather/getToday")
    expect(answer).to_contain_text("200 OK")
    for summary in answer.locator("summary").all():
        summary.click()
    assert inspect(visitor.page, "tried") == []
    visitor.open("/apis/weather/getForecast")
    visitor.page.get_by_label("days").fill("x" * 300)
    visitor.page.get_by_role("button", name="Send").click()
    expect(visitor.page.locator(".tried")).to_contain_text("400 Bad Request")
    visitor.page.evaluate("scrollTo(0, 0)")  # what the page's head covers has no size
    assert inspect(visitor.page, "tried in vain") == []


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_and_back(visitor: Visitor) -> None:
    visitor.open("/apis/weather/getToday")
    visitor.page.locator(".try").get_by_role("link", name="Sign in").click()
    visitor.sign_in_at_provider("dana")
    expect(visitor.page.get_by_role("button", name="Send")).to_be_visible()
