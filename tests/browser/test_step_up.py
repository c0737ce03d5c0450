"""A fresh sign-in before a dangerous action, in a real browser at the certified provider."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewVisitor
from tests.browser.inspection import inspect
from tests.browser.test_every_page import PICTURES
from tests.browser.visitor import PASSWORD, Visitor

EVERYTHING = {
    "PORTAL_STEP_UP__ACTIONS": "all",
    "PORTAL_OIDC__DEMO__STEP_UP_ACR": "mfa",
    "PORTAL_OIDC__DEMO__SIGN_UP_URL": "http://localhost:9/register",
    "PORTAL_OIDC__DEMO__ACCOUNT_URL": "http://localhost:9/me",
}


def sign_in_again(page: Page, login: str = "dana") -> None:
    """Fill in the provider's form, which must ask although there is a session."""
    expect(page.get_by_label("Password")).to_be_visible()
    page.get_by_label("Login").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("settings", [EVERYTHING])
@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_key_is_shown_after_signing_in_again(has_scripts: bool, new_visitor: NewVisitor) -> None:
    visitor: Visitor = new_visitor(java_script_enabled=has_scripts)
    page = visitor.page
    visitor.sign_in("dana", "/apps/weather-widget")
    page.get_by_role("button", name="Show", exact=True).first.click()
    sign_in_again(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Show the key?")
    page.get_by_role("button", name="Show the key").click()
    expect(page.locator(".secret[data-state=shown]")).to_be_visible()
    visitor.open("/apps/weather-widget")
    page.get_by_role("button", name="Show", exact=True).first.click()
    expect(page.get_by_label("Password")).to_be_visible()


@pytest.mark.parametrize("settings", [EVERYTHING])
def test_what_was_typed_waits_for_one_more_press(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("dana", "/apps/weather-widget/deletion")
    page.get_by_role("textbox").last.fill("Weather widget")
    page.get_by_role("button", name="Delete app").click()
    sign_in_again(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete the app?")
    problems = inspect(page, "fresh sign-in, one more press", PICTURES)
    page.get_by_role("button", name="Delete the app").click()
    expect(page.get_by_text("The app is deleted.")).to_be_visible()
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("settings", [EVERYTHING])
def test_who_becomes_somebody_else_at_the_provider_loses_the_session_here(
    visitor: Visitor,
) -> None:
    page = visitor.page
    visitor.sign_in("dana", "/apps/weather-widget")
    page.get_by_role("button", name="Show", exact=True).first.click()
    sign_in_again(page, "ravi")
    # The provider has told the portal that its session with Dana is over.
    expect(page.get_by_role("heading", level=1)).to_have_text("Not confirmed")
    expect(page.get_by_role("link", name="Sign in as dana@example.com")).to_be_visible()
    problems = inspect(page, "fresh sign-in, by somebody else", PICTURES)
    assert not problems, "\n".join(problems)
    visitor.open("/account")
    assert "dana@example.com" not in page.content()


@pytest.mark.parametrize("settings", [{**EVERYTHING, "PORTAL_OIDC__DEMO__STEP_UP_ACR": "retina"}])
def test_a_sign_in_that_is_too_weak_is_told_and_nothing_is_done(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("dana", "/apps/weather-widget")
    page.get_by_role("button", name="Show", exact=True).first.click()
    sign_in_again(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Not confirmed")
    problems = inspect(page, "fresh sign-in, not confirmed", PICTURES)
    page.get_by_role("link", name="Sign in again").click()
    expect(page.get_by_label("Password")).to_be_visible()
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("settings", [EVERYTHING])
def test_accounts_and_passwords_are_where_the_provider_has_them(visitor: Visitor) -> None:
    problems: list[str] = []
    visitor.open("/")
    problems += inspect(visitor.page, "home, with a way to an account", PICTURES)
    expect(visitor.page.get_by_role("link", name="Create account").first).to_be_visible()
    visitor.sign_in("dana", "/account")
    link = visitor.page.get_by_role("link", name="Password and security")
    expect(link).to_have_attribute("href", "http://localhost:9/me")
    problems += inspect(visitor.page, "account, with a way to passwords", PICTURES)
    assert not problems, "\n".join(problems)
