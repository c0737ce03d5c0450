"""An administrator works on a developer's app, with and without scripts; on no other's."""

from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from tests.browser import gateway
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor


def open_apps_of_dana(ada: Visitor) -> None:
    ada.sign_in("ada", "/admin/developers?q=dana")
    ada.page.get_by_role("link", name="Dana Novak").click()
    ada.page.get_by_role("link", name="Open the apps").click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Apps of Dana Novak")


def create(ada: Visitor, name: str) -> tuple[str, str]:
    """Create an app for Dana; return the call that the page shows, and the key."""
    page = ada.page
    page.get_by_role("link", name="Create app").first.click()
    page.get_by_label("App name").fill(name)
    page.locator("input[name=products][value=weather-free]").check()
    page.get_by_role("button", name="Create app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} is created")
    return page.locator("#curl-1").inner_text(), page.locator("#consumer-key").inner_text()


def find(ada: Visitor, key: str, name: str) -> None:
    ada.open("/admin/find")
    ada.page.get_by_label("API key").check()
    ada.page.get_by_label("ID or key").fill(key)
    ada.page.get_by_role("button", name="Find", exact=True).click()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.parametrize("scripts", [True, False])
def test_an_app_made_in_hand_works_until_its_key_is_turned_off(
    new_visitor: NewVisitor, scripts: bool
) -> None:
    ada, dana = (new_visitor(java_script_enabled=scripts) for _ in range(2))
    open_apps_of_dana(ada)
    journal = ada.house.apigee.journal
    before = journal.last
    call, key = create(ada, "Made by Ada")
    assert gateway.run(call).status == 200
    find(ada, key, "Made by Ada")
    looked = [entry.query for entry in journal.select(since=before) if entry.path.endswith("/apps")]
    assert any(f"filter=consumerKey={key}" in unquote(query) for query in looked)
    page = ada.page
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Turn off").click()
    page.get_by_label("I know that every call").check()
    page.get_by_role("button", name="Turn key off").click()
    expect(page.locator("#toasts")).to_contain_text("The key is turned off.")
    assert gateway.run(call).status == 401

    dana.sign_in("dana", "/apps/made-by-ada")
    expect(dana.page.get_by_role("main")).to_contain_text("Turned off by an administrator")
    expect(dana.page.get_by_role("button", name="Turn on")).to_have_count(0)
    page.get_by_role("button", name="Turn on").click()
    expect(page.locator("#toasts")).to_contain_text("The key is turned on.")
    assert gateway.run(call).status == 200
    assert whose(ada, before) == {"dana@example.com"}
    assert key not in "".join(ada.addresses)


def whose(ada: Visitor, since: int) -> set[str]:
    """Return the developers whose apps Apigee was asked to change."""
    entries = ada.house.apigee.journal.select(since=since, kind="management")
    changes = [entry for entry in entries if entry.method != "GET"]
    return {unquote(entry.path).split("/developers/")[1].split("/")[0] for entry in changes}
