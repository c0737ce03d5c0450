"""What administrators see of others: the status in other organizations, and pages as theirs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

import emulator
from tests.browser.conftest import NewVisitor
from tests.browser.inspection import inspect
from tests.browser.test_every_page import PICTURES
from tests.browser.visitor import Visitor

DANA = {"email": "dana@example.com", "firstName": "Dana", "lastName": "Novak"}


@pytest.fixture
def settings() -> Iterator[dict[str, str]]:
    """A further organization beside the demo's own; a second one is away."""
    with emulator.run(flavor="edge", org="partners", seed={"developers": [DANA]}) as local:
        username, password = local.basic
        yield {
            f"PORTAL_ORGANIZATIONS__{name}__{key}": value
            for name, url in (("PARTNERS", local.url), ("LABS", "http://localhost:9/v1"))
            for key, value in {
                "FLAVOR": "edge",
                "ENDPOINT": url,
                "ORGANIZATION": "partners",
                "AUTH": "basic",
                "USERNAME": username,
                "PASSWORD": password,
            }.items()
        }


def open_dana(visitor: Visitor) -> None:
    visitor.open("/admin/developers?q=dana")
    visitor.page.get_by_role("link", name="Dana Novak").click()


def test_other_organizations_come_after_the_page_and_can_be_set(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("ada")
    open_dana(visitor)
    part = page.locator("#organizations")
    expect(part.get_by_role("button", name="Deactivate in partners")).to_be_visible()
    expect(part).to_contain_text("Unknown")
    problems = inspect(page, "developer in other organizations", PICTURES)
    page.reload()  # what the inspection leaves on the elements would be taken over
    page.get_by_role("button", name="Deactivate", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Deactivate", exact=True).click()
    expect(part.get_by_role("button", name="Activate in partners")).to_be_visible()
    part.get_by_role("button", name="Activate in partners").click()
    expect(part.get_by_role("button", name="Deactivate in partners")).to_be_visible()
    page.goto(f"{page.url.partition('#')[0]}/organizations")
    problems += inspect(page, "other organizations", PICTURES)
    assert not problems, "\n".join(problems)


def test_without_javascript_a_link_leads_to_the_other_organizations(
    new_visitor: NewVisitor,
) -> None:
    visitor = new_visitor(java_script_enabled=False)
    visitor.sign_in("ada")
    open_dana(visitor)
    visitor.page.get_by_role("link", name="Read the status").click()
    visitor.page.get_by_role("button", name="Deactivate in partners").click()
    expect(visitor.page.get_by_role("button", name="Activate in partners")).to_be_visible()


def test_the_pages_of_a_developer_are_seen_under_a_banner(new_visitor: NewVisitor) -> None:
    new_visitor().sign_in("dana")
    visitor = new_visitor()
    page = visitor.page
    visitor.sign_in("ada")
    open_dana(visitor)
    page.get_by_role("button", name="View as Dana Novak").click()
    banner = page.get_by_role("region", name="Viewing as")
    problems = []
    for path, state in (
        ("/apps", "apps, viewed"),
        ("/apps/weather-widget", "app, viewed"),
        ("/products", "products, viewed"),
        ("/account", "refused while viewing"),
    ):
        visitor.open(path)
        expect(banner).to_be_visible()
        problems += inspect(page, state, PICTURES)
    assert not problems, "\n".join(problems)
    banner.get_by_role("button", name="End").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dana Novak")
    expect(banner).to_have_count(0)
