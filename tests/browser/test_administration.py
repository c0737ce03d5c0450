"""What administrators do is done with the keyboard alone, and on a phone without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from app.services.portal import Portal
from tests.browser.conftest import NewVisitor
from tests.browser.hands import Hands, Keyboard, Phone
from tests.scenario.house import House


@pytest.fixture
def house(shared_house: House) -> House:
    return shared_house


@pytest.fixture(params=[Keyboard, Phone], ids=["keyboard", "phone"])
def hands(request: pytest.FixtureRequest, new_visitor: NewVisitor) -> Iterator[Hands]:
    """Ada's hands, signed in; in the end nothing may have been wrong with what she saw."""
    is_keyboard = request.param is Keyboard
    ada: Hands = request.param(new_visitor(java_script_enabled=is_keyboard))
    ada.visitor.sign_in("ada")
    yield ada
    assert not ada.problems, "\n".join(ada.problems)


def title(hands: Hands) -> Locator:
    return hands.visitor.page.get_by_role("heading", level=1)


def button(hands: Hands, name: str) -> Locator:
    return hands.visitor.page.get_by_role("button", name=name, exact=True)


def link(hands: Hands, name: str) -> Locator:
    return hands.visitor.page.get_by_role("main").get_by_role("link", name=name, exact=True)


def own_name(hands: Hands) -> str:
    """Return a word of which each test has one of its own."""
    return type(hands).__name__.lower()


def on_apigee(hands: Hands, email: str) -> dict[str, object]:
    return dict(hands.visitor.house.manage("GET", f"/developers/{email}"))


def attributes(hands: Hands, email: str) -> dict[str, str]:
    held = on_apigee(hands, email).get("attributes", [])
    assert isinstance(held, list)
    return {each["name"]: each["value"] for each in held}


def portal(hands: Hands) -> Portal:
    found: Portal = hands.visitor.house.app.extensions["portal"]
    return found


def test_a_developer_is_added_edited_and_deleted(hands: Hands) -> None:
    page, email = hands.visitor.page, f"nora-{own_name(hands)}@example.com"
    hands.visitor.open("/admin/developers")
    hands.press(link(hands, "Add a developer"))
    hands.press(button(hands, "Add developer"))
    expect(page.get_by_role("alert")).to_be_visible()
    hands.look("new developer with errors")
    for label, text in (("First name", "Nora"), ("Last name", "Sand"), ("E-mail address", email)):
        hands.fill(label, text)
    hands.press(button(hands, "Add developer"))
    expect(title(hands)).to_have_text("Nora Sand")

    edit(hands, email)

    hands.press(link(hands, "Delete developer"))
    expect(title(hands)).to_have_text("Delete Nina Sand")
    hands.look("deletion of a developer")
    hands.fill("Type the e-mail address of the developer", email)
    hands.press(button(hands, "Delete developer"))
    expect(title(hands)).to_have_text("Developers")
    hands.visitor.open(f"/admin/developers?q={email}")
    expect(page.get_by_text("No developer matches")).to_be_visible()


def edit(hands: Hands, email: str) -> None:
    """Change a name in its place; add, change and delete an attribute."""
    page = hands.visitor.page
    hands.fill("First name", "Nina")
    hands.press(button(hands, "Save first name"))
    expect(title(hands)).to_have_text("Nina Sand")
    hands.fill("Name of a new attribute", "tier")
    hands.fill("Value", "gold")
    hands.press(button(hands, "Add attribute"))
    hands.fill("tier", "silver")
    hands.press(button(hands, "Save tier"))
    expect(page.get_by_label("tier", exact=True)).to_have_value("silver")
    expect(page.get_by_label("Name of a new attribute")).to_have_value("")
    hands.look("developer with an attribute")
    assert (on_apigee(hands, email)["firstName"], attributes(hands, email)) == (
        "Nina",
        {"tier": "silver"},
    )
    hands.press(button(hands, "Delete tier"), confirm=True)
    expect(page.get_by_label("tier", exact=True)).to_have_count(0)
    assert attributes(hands, email) == {}


def test_many_developers_are_changed_at_once(hands: Hands) -> None:
    page, word = hands.visitor.page, f"bulk{own_name(hands)}"
    house = hands.visitor.house
    emails = [f"{word}{number}@example.com" for number in range(2)]
    for email in emails:
        person = {"email": email, "firstName": email[:-12], "lastName": "Sand", "userName": email}
        house.manage("POST", "/developers", person)
    with house.app.app_context():
        portal(hands).sync.run()
    hands.visitor.open(f"/admin/developers?q={word}")
    for number in range(2):
        hands.tick(page.get_by_label(f"Choose {word}{number} Sand"))
    hands.press(button(hands, "Deactivate"))
    expect(title(hands)).to_have_text("Deactivate 2 developers")
    hands.look("developers to be deactivated")
    hands.press(button(hands, "Deactivate 2 developers"))
    expect(page.get_by_text("2 of 2 are inactive.")).to_be_visible()
    hands.look("report of developers deactivated")
    assert [on_apigee(hands, email)["status"] for email in emails] == ["inactive"] * 2


def test_what_was_done_elsewhere_is_compared_and_applied(hands: Hands) -> None:
    page, email = hands.visitor.page, f"elsewhere-{own_name(hands)}@example.com"
    person = {"email": email, "firstName": "Els", "lastName": "Where", "userName": email}
    hands.visitor.house.manage("POST", "/developers", person)
    hands.visitor.open("/admin/sync")
    hands.fill("Only these addresses (optional)", email)
    hands.press(button(hands, "Compare developers"))
    expect(button(hands, "Cancel synchronization")).to_be_visible()
    work(hands)
    expect(page.get_by_role("cell", name="Only on Apigee")).to_be_visible()
    hands.press(button(hands, "Apply to the portal"))
    expect(button(hands, "Cancel synchronization")).to_be_visible()
    work(hands)
    expect(page.get_by_role("main")).to_contain_text("Changed 1")
    hands.look("synchronization, applied")
    hands.visitor.open(f"/admin/developers?q={email}")
    expect(link(hands, "Els Where")).to_be_visible()


def work(hands: Hands) -> None:
    """Do what a worker would; without scripts nobody sees it before the page is read again."""
    with hands.visitor.house.app.app_context():
        portal(hands).sync.work(portal(hands).sync.recent()[0].number)
    if isinstance(hands, Phone):
        hands.press(link(hands, "Refresh"))


def test_an_app_waits_is_approved_and_revoked(hands: Hands) -> None:
    page, name = hands.visitor.page, f"waits-{own_name(hands)}"
    app = {"name": name, "apiProducts": ["payments"]}
    made = hands.visitor.house.manage("POST", "/developers/viktor.hansen@example.com/apps", app)
    with hands.visitor.house.app.app_context():
        portal(hands).approvals.scan.run(None)  # type: ignore[arg-type] # the job itself is not read
    hands.visitor.open("/admin/approvals?q=viktor")
    hands.look("approvals")
    hands.press(page.get_by_role("button", name=re.compile(f"^Approve .* for {name}$")))
    expect(page.get_by_text("1 request approved.")).to_be_visible()
    hands.look("report of approvals")

    hands.visitor.open(f"/admin/apps/{made['appId']}")
    hands.press(page.locator("summary", has_text="Revoke app"))
    hands.press(button(hands, "Revoke app"))
    expect(button(hands, "Approve app")).to_be_visible()
    hands.look("app of the organization, revoked")
    hands.press(button(hands, "Approve app"))
    expect(page.locator("summary", has_text="Revoke app")).to_be_visible()


def test_somebody_is_found_looked_up_and_seen_as_they_see_it(
    hands: Hands, new_visitor: NewVisitor
) -> None:
    page = hands.visitor.page
    new_visitor().sign_in("dana")
    hands.visitor.open("/admin/find")
    hands.fill("ID or key", str(on_apigee(hands, "dana@example.com")["developerId"]))
    hands.press(button(hands, "Find"))
    expect(title(hands)).to_have_text("Dana Novak")
    hands.press(button(hands, "View as Dana Novak"))
    banner = page.get_by_role("region", name="Viewing as")
    expect(banner).to_be_visible()
    hands.look("home, viewed")
    hands.press(banner.get_by_role("button", name="End"))
    expect(title(hands)).to_have_text("Dana Novak")
    hands.press(page.locator("#developer").get_by_role("link", name="Audit log"))
    expect(title(hands)).to_have_text("Audit log")
    hands.fill("Who or what", "dana@example.com")
    hands.press(button(hands, "Search"))
    expect(page.get_by_role("cell", name="dana@example.com").first).to_be_visible()
    hands.look("audit log, searched")
    hands.visitor.open("/admin/status")
    hands.press(button(hands, "Check connections"))
    expect(page.get_by_role("heading", name="Sign-in services")).to_be_visible()
    hands.look("status, checked")
