"""Registrations that wait, are refused, or ask further questions: accessible, and they work."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.inspection import inspect
from tests.browser.test_every_page import PICTURES
from tests.browser.visitor import Visitor

STRICT = {
    "PORTAL_REGISTRATION__POLICY": "approval",
    "PORTAL_REGISTRATION__ATTRIBUTES__TEAM__LABEL": "Team",
    "PORTAL_REGISTRATION__ATTRIBUTES__TEAM__REQUIRED": "true",
    "PORTAL_REGISTRATION__ATTRIBUTES__TEAM__CHOICES": json.dumps(["Maps", "Payments"]),
    "PORTAL_REGISTRATION__ATTRIBUTES__COST_CENTER__LABEL": "Cost center",
    "PORTAL_REGISTRATION__ATTRIBUTES__COST_CENTER__HINT": "Four digits.",
    "PORTAL_REGISTRATION__ATTRIBUTES__COST_CENTER__PATTERN": "[0-9]{4}",
}


class Looking:
    """Looks at every state of a page and keeps what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def at(self, visitor: Visitor, state: str) -> None:
        """Inspect the page as it is."""
        self.problems += inspect(visitor.page, state, PICTURES)


def heads(visitor: Visitor, text: str) -> None:
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(text)


@pytest.mark.parametrize("settings", [STRICT])
def test_a_registration_waits_is_refused_and_is_approved(new_visitor: NewVisitor) -> None:
    ravi, ada, look = new_visitor(), new_visitor(java_script_enabled=False), Looking()
    page = ravi.page
    ravi.sign_in("ravi", "/register")
    page.get_by_label("Cost center").fill("12")
    page.get_by_role("button", name="Register as a developer").click()
    expect(page.get_by_role("alert")).to_contain_text("Team is needed.")
    look.at(ravi, "register with questions")
    page.get_by_label("Team").select_option("Maps")
    page.get_by_label("Cost center").fill("0815")
    page.get_by_role("button", name="Register as a developer").click()
    heads(ravi, "Your registration waits for approval")
    for path in ("/register", "/account", "/apps"):
        ravi.open(path)
        look.at(ravi, f"registration waits at {path[1:]}")
    refuse_and_approve(ravi, ada, look)
    assert not look.problems, "\n".join(look.problems)


def refuse_and_approve(ravi: Visitor, ada: Visitor, look: Looking) -> None:
    """Decide on the developer's page, where nothing needs a script."""
    ada.sign_in("ada", "/admin/developers?q=ravi")
    ada.page.get_by_role("link", name="Ravi").click()
    ada.page.get_by_label("Reason for refusing").fill("Ask your team lead first.")
    ada.page.keyboard.press("Enter")
    expect(ada.page.locator("main")).to_contain_text("was refused and cannot use My apps")
    ravi.open("/apps")
    heads(ravi, "Your registration was refused")
    expect(ravi.page.locator("main")).to_contain_text("Ask your team lead first.")
    look.at(ravi, "registration refused by an administrator")
    ravi.open("/account")
    look.at(ravi, "account, registration refused")
    ada.page.get_by_role("button", name="Approve").click()
    expect(ada.page.locator("main")).not_to_contain_text("was refused")
    ravi.open("/apps")
    heads(ravi, "My apps")


def decide_on_the_account(ada: Visitor, look: Looking) -> None:
    """Go to who waits by the number in the menu, and refuse there."""
    page = ada.page
    ada.open("/admin/audit")
    page.get_by_role("link", name="1 to decide").click()
    heads(ada, "Accounts")
    look.at(ada, "accounts that wait, with their number in the menu")
    page.get_by_role("link", name="Ravi").click()
    look.at(ada, "account that waits")
    page.get_by_label("Reason for refusing").fill("Ask your team lead first.")
    page.get_by_role("button", name="Refuse").click()
    expect(page.locator("main")).to_contain_text("The person reads: Ask your team lead first.")
    expect(page.get_by_role("link", name="to decide")).to_have_count(0)
    look.at(ada, "account that was refused")


@pytest.mark.parametrize("settings", [STRICT])
def test_the_decision_is_accessible(new_visitor: NewVisitor) -> None:
    ravi, ada, look = new_visitor(), new_visitor(), Looking()
    ravi.sign_in("ravi", "/register")
    ravi.page.get_by_label("Team").select_option("Maps")
    ravi.page.get_by_role("button", name="Register as a developer").click()
    heads(ravi, "Your registration waits for approval")
    ada.sign_in("ada", "/admin/developers?q=ravi")
    ada.page.get_by_role("link", name="Ravi").click()
    look.at(ada, "developer who waits")
    ada.page.get_by_label("Reason for refusing").fill(" ")
    ada.page.get_by_role("button", name="Refuse").click()
    heads(ada, "The registration was not decided")
    look.at(ada, "registration not decided")
    decide_on_the_account(ada, look)
    assert not look.problems, "\n".join(look.problems)


@pytest.mark.parametrize("settings", [{"PORTAL_REGISTRATION__TERMS_VERSION": "2026-02"}])
def test_the_terms_are_accessible_and_can_be_accepted(new_visitor: NewVisitor) -> None:
    dana, look = new_visitor(), Looking()
    dana.sign_in("dana", "/account/terms?next=/products")
    dana.page.get_by_role("button", name="Accept the terms").click()
    expect(dana.page.get_by_role("alert")).to_contain_text("Accept the terms")
    look.at(dana, "terms")
    dana.page.get_by_label("I accept the terms of use").check()
    dana.page.get_by_role("button", name="Accept the terms").click()
    heads(dana, "Products")
    assert not look.problems, "\n".join(look.problems)
