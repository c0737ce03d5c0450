"""The pages about accounts: readable by everybody, and what they promise comes true."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.inspection import inspect
from tests.browser.test_every_page import PICTURES, Tour
from tests.browser.visitor import Visitor


def own_account(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("dana", "/account")
    page.get_by_role("link", name="Edit name").click()
    yield "names"
    page.get_by_label("First name").fill("")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "names with errors"
    page.get_by_label("First name").fill("Dee")
    page.get_by_role("button", name="Save name").click()
    expect(page.locator("#toasts")).to_contain_text("Your name is saved.")
    yield "account, renamed"
    yield from deleting(visitor)


def deleting(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    page.get_by_role("link", name="Delete account").click()
    yield "deletion of an account"
    page.get_by_role("button", name="Delete account").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "deletion of an account with errors"
    page.get_by_label("Type your e-mail address").fill("dana@example.com")
    page.get_by_role("button", name="Delete account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account is being deleted")
    yield "signed out, account being deleted"
    visitor.sign_in("dana", "/account")
    expect(page.get_by_text("Your account is being deleted")).to_be_visible()
    yield "account, being deleted"
    visitor.open("/account/deletion")
    yield "deletion of an account, asked for already"


def accounts(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("eve")
    visitor.context.clear_cookies()
    visitor.sign_in("ada", "/admin/accounts")
    yield "accounts"
    visitor.open("/admin/accounts?q=nosuchthing")
    yield "accounts, none found"
    visitor.open("/admin/accounts?q=eve")
    page.locator(".row-link").click()
    yield "account, not linked"
    page.get_by_role("button", name="Grant role").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "account, no role chosen"
    page.get_by_label("Role to grant").select_option("support")
    page.get_by_role("button", name="Grant role").click()
    expect(page.get_by_text("Support (granted here)")).to_be_visible()
    page.get_by_role("button", name="Block sign-in").click()
    expect(page.get_by_text("Sign-in blocked")).to_be_visible()
    yield "account, blocked and with a role"
    yield from linking(visitor)


def linking(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    page.get_by_role("link", name="Link to a developer").click()
    yield "link to a developer"
    page.get_by_label("E-mail address on Apigee").fill("nobody@example.com")
    page.get_by_role("button", name="Link to this developer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "link to nobody"
    page.get_by_role("button", name="Link: dana@example.com").click()
    expect(page.get_by_text("Linked to")).to_be_visible()
    yield "account, linked"
    page.get_by_role("link", name="Unlink", exact=True).click()
    yield "unlinking"


@pytest.mark.parametrize("tour", [own_account, accounts], ids=lambda tour: tour.__name__)
def test_pages_about_accounts_are_accessible_in_both_themes_and_fit_every_screen(
    tour: Tour, visitor: Visitor
) -> None:
    problems: list[str] = []
    for state in tour(visitor):
        expect(visitor.page.get_by_role("heading", level=1)).to_have_count(1)
        problems += inspect(visitor.page, state, PICTURES)
    assert not problems, "\n".join(problems)


def test_a_copy_of_the_data_is_saved_as_a_file(visitor: Visitor, tmp_path: Path) -> None:
    visitor.sign_in("dana", "/account")
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("button", name="Download as JSON").click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    assert file.name == "account-data.json"
    assert json.loads(file.read_text(encoding="utf-8"))["account"]["subject"] == "dana"


def test_who_is_blocked_is_out_in_an_open_window(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("dana", "/account")
    services = visitor.house.app.extensions["portal"].accounts.office
    with visitor.house.app.app_context():
        [dana] = services.book.of_email("dana@example.com")
        services.book.block(dana.account_id, blocked=True)
    page.get_by_role("link", name="Edit name").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in did not work")
