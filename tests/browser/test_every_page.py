"""Every page in every state: readable by everybody, in both themes, on every screen."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.domain.developers import DeveloperChange, DeveloperStatus, NewDeveloper
from app.domain.jobs import JobKind, NewJob
from app.services.developer_port import DeveloperFilter
from demo.history import sample_calls
from emulator.faults import Fault
from tests.browser.inspection import inspect
from tests.browser.visitor import Visitor

# A folder for pictures of all of them, for looking at.
PICTURES = Path(os.environ["PAGES_PICTURES"]) if "PAGES_PICTURES" in os.environ else None

Tour = Callable[[Visitor], Iterator[str]]


def anonymous(visitor: Visitor) -> Iterator[str]:
    for state, path in (
        ("home, signed out", "/"),
        ("page of documentation", "/docs/guides/follow-a-container"),
        ("page with an operation and tabs", "/docs/get-started/first-call"),
        ("page with a picture", "/docs/guides/going-live"),
        ("shipped: your first call", "/docs/help/your-first-call"),
        ("shipped: apps and keys", "/docs/help/apps-and-keys"),
        ("shipped: replace a key", "/docs/help/replace-a-key"),
        ("shipped: when a call fails", "/docs/help/when-a-call-fails"),
        ("index of the documentation", "/docs/"),
        ("products", "/products"),
        ("products, none found", "/products?q=nosuchthing"),
        ("products, chosen and sorted", "/products?approval=manual&environment=prod&sort=-name"),
        ("product", "/products/weather-free"),
        ("product of another environment", "/products/payments-sandbox"),
        ("product that needs approval", "/products/payments"),
        ("APIs", "/apis"),
        ("APIs, none found", "/apis?q=nosuchthing"),
        ("API", "/apis/payments"),
        ("API, no operation found", "/apis/payments?q=nosuchthing"),
        ("operation", "/apis/payments/createPayment"),
        ("operation with choices", "/apis/tracking/listPositions"),
        ("schema", "/apis/payments/schemas/Payment"),
        ("search", "/search?q=book"),
        ("search of one kind", "/search?q=e&kind=schemas"),
        ("search, nothing found", "/search?q=nosuchthing"),
        ("signed out", "/signed-out"),
        ("signed out, provider still open", "/signed-out?open=1"),
        ("sign-in failed", "/auth/demo/callback?state=unknown"),
        ("not found", "/no-such-page"),
    ):
        visitor.open(path)
        yield state


def newcomer(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("ravi")
    yield "home, not registered"
    visitor.open("/account")
    yield "account, not registered"
    visitor.open("/register")
    yield "register"
    page.get_by_label("First name").fill("")
    page.get_by_label("User name").fill("")
    page.get_by_role("button", name="Register as a developer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "register with errors"
    page.get_by_label("First name").fill("Ravi")
    page.get_by_label("User name").fill("ravi")
    visitor.register()
    yield "apps, none, with a message"
    visitor.open("/admin/developers")
    yield "forbidden"
    visitor.create_app("A name as long as somebody in a hurry would never type it, " * 2)
    yield "created, with a long name"
    visitor.open("/apps")
    yield "apps with a long name"


def developer(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("dana")
    yield "home, signed in"
    page.locator(".account-button").click()
    yield "account menu"
    page.locator("details.narrow-menu").evaluate("menu => { menu.open = true; }")
    yield "menu of a narrow screen"
    for state, path in (
        ("account", "/account"),
        ("address that cannot be changed", "/account/email"),
        ("products, signed in", "/products"),
        ("product with own apps", "/products/payments"),
        ("product, no own app found", "/products/payments?q=nosuchthing"),
        ("apps", "/apps"),
        ("apps, none found", "/apps?q=nosuchthing"),
        ("apps, sorted", "/apps?sort=-changed"),
        ("apps, with a warning only", "/apps?status=warned"),
        ("apps, none of that status", "/apps?status=refused"),
        ("app", "/apps/weather-widget"),
        ("app with several keys", "/apps/checkout"),
        ("app with a key that ends soon", "/apps/route-planner"),
        ("deletion", "/apps/checkout/deletion"),
    ):
        visitor.open(path)
        yield state
    page.get_by_role("button", name="Delete app").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "deletion with errors"


def developer_editing(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("dana", "/apps/route-planner/edit")
    yield "edit"
    page.get_by_label("App name").fill("")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "edit with errors"
    page.get_by_label("App name").fill("Route planner of mine")
    page.locator("[name=revision]").evaluate("field => { field.value = 'of-another-time'; }")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Somebody changed this app")).to_be_visible()
    yield "edit, somebody was faster"


def developer_with_keys(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("dana", "/apps/new")
    yield "new app"
    page.get_by_label("Callback URL").fill("javascript:alert(1)")
    page.get_by_role("button", name="Create app").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "new app with errors"
    visitor.create_app("Dock weather", ("weather-free", "payments"))
    yield "created"
    visitor.open("/apps/dock-weather")
    for name in ("key", "secret"):
        page.locator(".secret", has_text=name).get_by_role("button", name="Show").first.click()
        expect(page.locator(".secret[data-state=shown]").last).to_be_visible()
    yield "app with its key shown"


def developer_with_a_failing_call(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("dana", "/diagnosis")
    yield "question to the key doctor"
    page.get_by_label("What the call answered").fill("oauth.v2.ApiKeyNotApproved")
    page.get_by_role("button", name="Explain the answer").click()
    expect(page.get_by_role("heading", name="The key is turned off")).to_be_visible()
    yield "answer explained"
    visitor.open("/apps/weather-widget")
    page.get_by_role("link", name="Why does a call fail?").click()
    yield "key doctor, nothing broken"
    page.get_by_label("Environment").select_option("test")
    page.get_by_role("button", name="Check this call").click()
    expect(page.get_by_role("heading", name="The call stops at the environment")).to_be_visible()
    yield "key doctor, a broken link"
    visitor.open("/apps/checkout")
    page.get_by_role("link", name="Why does a call fail?").click()
    page.get_by_label("API", exact=True).select_option("weather")
    page.get_by_role("button", name="Check this call").click()
    expect(page.get_by_role("link", name="Change the key's products")).to_be_visible()
    yield "key doctor, product missing"


def developer_changing_keys(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("dana")
    visitor.create_app("Dock weather", ("weather-free", "payments"))
    visitor.open("/apps/dock-weather/keys/new")
    yield "new key"
    page.get_by_label("Expires after days").fill("never")
    page.get_by_role("button", name="Add key").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "new key with errors"
    visitor.open("/apps/dock-weather")
    for link, state in (
        ("Turn off", "turning off the last key"),
        ("Rotate", "rotation"),
        ("Withdraw or change products", "products of a key"),
        ("Rename", "label of a key"),
        ("Compare secret", "comparison"),
    ):
        if link in {"Turn off", "Rename", "Compare secret"}:
            page.get_by_text("More", exact=True).first.click()
            yield f"menu of a key, {link}"
        page.get_by_role("link", name=link, exact=True).first.click()
        yield state
        if state == "rotation":
            page.get_by_role("button", name="Rotate key").click()
            yield "new key in place of an old one"
            visitor.open("/apps/dock-weather")
            yield "app with a retiring key"
            page.get_by_role("link", name="Extend or stop").click()
            yield "retiring key"
            page.get_by_role("button", name="Cancel replacement").click()
            continue
        visitor.open("/apps/dock-weather")


def developer_ending_keys(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("dana")
    visitor.create_app("Pier weather")
    page.get_by_role("link", name="Open the app").click()
    page.get_by_role("link", name="Rotate", exact=True).click()
    address = page.url.removesuffix("rotation")
    for days in ("0", "30"):
        page.get_by_label("New key expires after days").fill(days)
        page.get_by_role("button", name="Rotate key").click()
        if days == "0":
            expect(page.get_by_role("alert")).to_be_visible()
            yield "rotation with errors"
    expect(page.get_by_role("heading", level=1)).to_have_text("Your new key")
    page.goto(f"{address}revocation")
    yield "turning a retiring key off"
    page.get_by_role("button", name="Turn key off").click()
    expect(page.locator("#toasts")).to_contain_text("The key is turned off.")
    for what, state in (("revocation", "turning a key on"), ("deletion", "deleting a key")):
        page.goto(address + what)
        yield state
    page.goto(f"{address}rotation")
    expect(page.get_by_role("link", name="Open the app")).to_be_visible()
    yield "nothing to replace"


def inactive_developer(visitor: Visitor) -> Iterator[str]:
    visitor.sign_in("ines", "/apps")
    yield "apps, inactive"
    for state, path in (
        ("app, inactive", "/apps/port-calendar"),
        ("new app, inactive", "/apps/new"),
        ("account, inactive", "/account"),
    ):
        visitor.open(path)
        yield state


def impostor(visitor: Visitor) -> Iterator[str]:
    visitor.sign_in("eve", "/register")
    yield "registration refused"
    visitor.open("/account")
    yield "account, not verified"


def administrator(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("ada", "/admin/developers")
    yield "developers"
    visitor.open("/admin/developers?q=nosuchthing")
    yield "developers, none found"
    yield from tables(visitor)
    visitor.open("/admin/developers?q=dana")
    page.get_by_role("link", name="Dana Novak").click()
    yield "developer"
    page.get_by_role("button", name="Deactivate", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "dialog"
    page.get_by_role("dialog").get_by_role("button", name="Deactivate", exact=True).click()
    expect(page.locator("#status .badge")).to_have_text("Inactive")
    yield "developer, deactivated"
    visitor.open("/admin/audit")
    yield "audit log"
    visitor.open("/admin/audit/export")
    yield "export of the audit log"
    yield from synchronizations(visitor)
    yield from jobs(visitor)


def synchronizations(visitor: Visitor) -> Iterator[str]:
    page, app = visitor.page, visitor.house.app
    office = app.extensions["portal"].sync
    visitor.open("/admin/sync")
    yield "synchronize"
    page.get_by_role("button", name="Compare developers").click()
    expect(page.get_by_role("button", name="Cancel synchronization")).to_be_visible()
    yield "synchronization under way"
    visitor.open("/admin/sync")
    yield "synchronize, not now"
    with app.app_context():
        office.apigee.update("dana@example.com", DeveloperChange("Diana"))
        office.apigee.set_status("ines@example.com", DeveloperStatus.ACTIVE)
        office.apigee.create(NewDeveloper("zoe@example.com", "Zoe", "Marsh", "zoe"))
        number = office.recent()[0].number
        office.work(number)
    visitor.open(f"/admin/sync/{number}")
    yield "comparison"
    visitor.open(f"/admin/sync/{number}?kind=gone")
    yield "comparison, nothing of a kind"


def tables(visitor: Visitor) -> Iterator[str]:
    visitor.open("/admin/developers?status=active&attribute=company&sort=-registered")
    yield "developers, narrowed and sorted"
    visitor.page.get_by_role("link", name="Export", exact=True).click()
    yield "export of developers"
    portal = visitor.house.app.extensions["portal"]
    with visitor.house.app.app_context():
        [ada] = portal.accounts.office.book.of_email("ada@example.com")
        files, now = portal.exports.apps.files, portal.clock.now()
        for finished in (True, False):
            name = files.begin(ada.account_id, DeveloperFilter(), now).public_id
            run, _ = files.take(name)
            files.add(name, run, [("dana@example.com",)], ["an-app"])
            if finished:
                files.finish(name, run, now)
    visitor.open("/admin/developers/export")
    yield "export of developers, with tables"


def jobs(visitor: Visitor) -> Iterator[str]:
    visitor.open("/admin/jobs")
    yield "jobs, none"
    office = visitor.house.app.extensions["portal"].work.office
    facts = {"app_id": "0" * 36, "key_id": "0" * 16}
    with visitor.house.app.app_context():
        for due_at in (datetime(2026, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)):
            made = office.jobs.add(NewJob(JobKind.RETIRE_KEY, due_at, facts))
        office.jobs.cancel(made.job_id)
    visitor.open("/admin/jobs")
    yield "jobs"
    visitor.page.get_by_role("link", name="Cancel: job 1").click()
    yield "cancellation of a job"
    visitor.open("/admin/jobs?state=failed")
    yield "jobs, none found"
    visitor.open("/admin/status")
    yield "status"
    visitor.page.get_by_role("button", name="Check connections").click()
    expect(visitor.page.get_by_role("heading", name="Sign-in services")).to_be_visible()
    yield "status, checked"


def invitations(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.open("/admin/developers/invitations")
    yield "invitations, none"
    visitor.open("/admin/developers/new")
    for label, text in (
        ("First name", "Zoe"),
        ("Last name", "Ferro"),
        ("E-mail address", "zoe@example.com"),
    ):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Add developer").click()
    expect(page.get_by_role("heading", name="Zoe Ferro")).to_be_visible()
    visitor.open("/admin/developers/invitations")
    yield "invitations"


def developers_in_hand(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("ada", "/admin/developers/new")
    yield "new developer"
    page.get_by_role("button", name="Add developer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "new developer with errors"
    yield from invitations(visitor)
    visitor.open("/admin/developers?q=dana")
    page.get_by_role("link", name="Dana Novak").click()
    yield from edited_in_place(visitor)
    address = page.url
    page.get_by_role("link", name="Delete developer").click()
    yield "deletion of a developer"
    page.get_by_role("button", name="Delete developer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "deletion of a developer, not typed"
    page.goto(f"{address}/email")
    yield "address of a developer"
    visitor.open("/admin/developers")
    page.get_by_label("Choose Diana Novak").check()
    page.get_by_role("button", name="Activate", exact=True).click()
    yield "developers to be activated"
    page.get_by_role("button", name="Activate 1 developer").click()
    expect(page.get_by_role("heading", name="Report")).to_be_visible()
    yield "report of developers activated"


def edited_in_place(visitor: Visitor) -> Iterator[str]:
    page, app = visitor.page, visitor.house.app
    name = page.get_by_label("First name")
    name.fill("Diana")
    name.press("Escape")
    expect(name).to_have_value("Dana")
    page.get_by_label("Name of a new attribute").fill("tier")
    page.get_by_label("Value").fill("gold")
    page.get_by_label("Value").press("Enter")
    expect(page.get_by_label("tier", exact=True)).to_have_value("gold")
    yield "developer with an attribute"
    name.fill("")
    name.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "developer, name refused"
    with app.app_context():
        app.extensions["portal"].sync.apigee.update("dana@example.com", DeveloperChange("Dora"))
    name.fill("Diana")
    name.press("Enter")
    expect(page.get_by_text("as you typed it")).to_be_visible()
    yield "developer, changed by somebody else"
    name.press("Enter")
    expect(page.get_by_text("as you typed it")).not_to_be_visible()
    expect(name).to_have_value("Diana")
    expect(page.get_by_role("heading", level=1)).to_have_text("Diana Novak")


def access_of_developers(visitor: Visitor) -> Iterator[str]:
    page, app = visitor.page, visitor.house.app
    visitor.sign_in("dana", "/apps")
    page.context.clear_cookies()
    visitor.sign_in("ada", "/admin/developers?q=dana")
    page.get_by_role("link", name="Dana Novak").click()
    page.get_by_role("link", name="Access:").click()
    yield "access of a developer"
    page.get_by_label("Reason").fill("Left the company.")
    page.get_by_role("button", name="Block sign-in").click()
    expect(page.get_by_text("Left the company.")).to_be_visible()
    yield "access of a developer, blocked"
    visitor.open("/admin/developers?q=ines")
    page.get_by_role("link", name="Ines Duarte").click()
    page.get_by_role("link", name="Access:").click()
    yield "access of a developer, never signed in"
    with app.app_context():
        app.extensions["portal"].developers.apigee.delete("ines@example.com")
    page.get_by_role("link", name="Ines Duarte").click()
    expect(page.get_by_text("Apigee has no developer with this address")).to_be_visible()
    yield "developer who is gone"
    page.get_by_role("link", name="Clear developer").click()
    yield "clearing a developer who is gone"


def approvals(visitor: Visitor) -> Iterator[str]:
    page, app = visitor.page, visitor.house.app
    with app.app_context():
        app.extensions["portal"].approvals.scan.run(None)
    visitor.sign_in("ada", "/admin/approvals")
    row = page.locator("tbody tr").first.get_attribute("id")
    visitor.open("/admin")
    visitor.open(f"/admin/approvals#{row}")
    expect(page.get_by_role("button", name="Refuse selected")).to_be_visible()
    yield "approvals"
    page.get_by_role("button", name="Refuse selected").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "approvals, nothing chosen"
    page.get_by_role("checkbox").first.check()
    page.get_by_label("Reason").fill("Talk to Mia first.")
    page.get_by_role("button", name="Refuse selected").click()
    expect(page.get_by_text("1 request refused.")).to_be_visible()
    yield "approvals, one refused"
    visitor.open("/admin/approvals?q=nosuchthing")
    yield "approvals, none found"
    yield from apps_of_the_organization(visitor)


def apps_of_the_organization(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.open("/admin/apps")
    yield "apps of the organization"
    page.locator("a.row-link").first.click()
    expect(page.locator("summary", has_text="Revoke app")).to_be_visible()
    page.locator(".decision summary").first.click()
    expect(page.get_by_label("Reason").first).to_be_visible()
    yield "app of the organization, why a product is revoked"


def apps_in_hand(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    visitor.sign_in("ada", "/admin/find")
    yield "find"
    page.get_by_label("ID or key").fill("nobody")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "find, nothing found"
    visitor.open("/admin/developers?q=dana")
    page.get_by_role("link", name="Dana Novak").click()
    page.get_by_role("link", name="Open the apps").click()
    yield "apps of a developer"
    page.get_by_role("link", name="Create app").click()
    page.get_by_role("link", name="Offer every product").click()
    yield "new app for a developer, every product"
    page.get_by_label("App name").fill("Made by Ada")
    page.locator("input[name=products][value=weather-free]").check()
    page.get_by_role("button", name="Create app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Made by Ada is created")
    yield "created for a developer"
    yield from app_found_by_key(visitor, page.locator("#consumer-key").inner_text())


def app_found_by_key(visitor: Visitor, key: str) -> Iterator[str]:
    page = visitor.page
    visitor.open("/admin/find")
    page.get_by_label("API key").check()
    page.get_by_label("ID or key").fill(key)
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Made by Ada")
    yield "app of a developer, found by its key"
    app = page.url.partition("#")[0]
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Turn off").click()
    yield "key of a developer, to be turned off"
    page.get_by_label("I know that every call").check()
    page.get_by_role("button", name="Turn key off").click()
    expect(page.get_by_role("button", name="Turn on")).to_be_visible()
    yield "key of a developer, off"
    for state, path in (
        ("edit for a developer", "/edit"),
        ("deletion for a developer", "/deletion"),
        ("usage for an administrator", "/usage"),
        ("added key for a developer", "/keys/new"),
    ):
        page.goto(f"{app}{path}")
        yield state


def support(visitor: Visitor) -> Iterator[str]:
    visitor.sign_in("sam", "/admin/developers?q=ines")
    visitor.page.get_by_role("link", name="Ines Duarte").click()
    yield "developer, read only"
    visitor.open("/admin/developers?q=dana")
    visitor.page.get_by_role("link", name="Dana Novak").click()
    visitor.page.get_by_role("link", name="Weather widget").click()
    yield "app of a developer, read only"


def without_apigee(visitor: Visitor) -> Iterator[str]:
    visitor.sign_in("dana", "/apps")
    visitor.open("/products")
    visitor.house.apigee.faults.add(Fault(path="/v1/", status=503, times=0))
    for state, path in (
        ("apps, stale", "/apps?refresh=1"),
        ("app, unavailable", "/apps/weather-widget"),
        ("products while Apigee is away", "/products"),
    ):
        visitor.open(path)
        yield state


def without_apigee_from_the_start(visitor: Visitor) -> Iterator[str]:
    visitor.house.apigee.faults.add(Fault(path="/v1/", status=503, times=0))
    visitor.open("/products")
    yield "products, unavailable"
    visitor.sign_in("ada", "/admin/developers?q=dana")
    visitor.page.get_by_role("link", name="Dana Novak").click()
    yield "developer while Apigee is away"


def usage(visitor: Visitor) -> Iterator[str]:
    """The panel comes by itself after the page; other times are chosen in its place."""
    page = visitor.page
    visitor.house.apigee.record_calls(sample_calls(int(time.time() * 1000)))
    visitor.sign_in("dana", "/apps/weather-widget")
    expect(page.get_by_role("img", name="Calls and errors per day, prod")).to_be_visible()
    yield "app with its usage"
    page.get_by_label("Last", exact=True).focus()
    page.get_by_label("Last", exact=True).select_option("90d")
    expect(page.get_by_role("img", name="last 90 days").first).to_be_visible()
    expect(page.get_by_label("Last", exact=True)).to_be_focused()
    page.get_by_text("Figures as a table").click()
    yield "app with its usage of 90 days as a table"
    for state, path in (
        ("usage", "/apps/checkout/usage?range=24h"),
        ("usage, no calls", "/apps/fleet-prototype/usage"),
    ):
        visitor.open(path)
        yield state
    for status, state in ((403, "not allowed"), (400, "too far back"), (429, "busy")):
        fault = Fault(path="/(stats|optimizedStats)/", status=status, body={}, times=0)
        visitor.house.apigee.faults.add(fault)
        visitor.open("/apps/route-planner/usage?range=30d")
        yield f"usage, {state}"
        visitor.house.apigee.faults.clear()


TOURS = (
    *(
        anonymous,
        newcomer,
        developer,
        developer_editing,
        developer_with_keys,
        developer_changing_keys,
        developer_ending_keys,
        developer_with_a_failing_call,
        inactive_developer,
        impostor,
        administrator,
        developers_in_hand,
        access_of_developers,
        apps_in_hand,
        approvals,
        support,
    ),
    *(usage, without_apigee, without_apigee_from_the_start),
)


@pytest.mark.parametrize("tour", TOURS, ids=lambda tour: tour.__name__)
def test_every_page_is_accessible_in_both_themes_and_fits_every_screen(
    tour: Tour, visitor: Visitor
) -> None:
    """Abuse case 26."""
    problems: list[str] = []
    for state in tour(visitor):
        expect(visitor.page.get_by_role("heading", level=1)).to_have_count(1)
        problems += inspect(visitor.page, state, PICTURES)
    assert not problems, "\n".join(problems)


def test_the_inspection_sees_what_is_wrong(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.page.evaluate(
        """document.querySelector("main").insertAdjacentHTML("beforeend",
        "<input type=text><p class=lead>faint</p><div class=wide-thing>wide</div>")"""
    )
    visitor.page.evaluate(
        """document.querySelector("main p.lead:last-of-type").style.color = "#888888";
        document.querySelector(".wide-thing").style.width = "500px";"""
    )
    problems = "\n".join(inspect(visitor.page, "broken"))
    for expected in ("label: <input", "color-contrast", "320 px: the page scrolls to"):
        assert expected in problems


PARTNER = {
    "PORTAL_OIDC__PARTNER__TITLE": "partner sign-in",
    "PORTAL_OIDC__PARTNER__ISSUER": "http://localhost:9",
    "PORTAL_OIDC__PARTNER__CLIENT_ID": "portal",
    "PORTAL_OIDC__PARTNER__CLIENT_SECRET": "made-up",
    "PORTAL_OIDC__PARTNER__SIGN_UP_URL": "http://localhost:9/new",
    "PORTAL_OIDC__DEMO__SIGN_UP_URL": "http://localhost:9/new-too",
}


@pytest.mark.parametrize("settings", [PARTNER])
def test_with_several_providers_the_choice_is_accessible_and_works(visitor: Visitor) -> None:
    visitor.open("/sign-in?next=/account")
    problems = inspect(visitor.page, "choice of providers", PICTURES)
    visitor.open("/sign-up")
    problems += inspect(visitor.page, "choice of where to get an account", PICTURES)
    visitor.open("/sign-in?next=/account")
    assert not problems, "\n".join(problems)
    visitor.page.get_by_role("button", name="Continue with company sign-in").click()
    visitor.sign_in_at_provider("dana")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Your account")


@pytest.mark.parametrize("settings", [{"PORTAL_REGISTRATION__TERMS_VERSION": "2026-01"}])
def test_the_registration_with_terms_is_accessible_and_works(visitor: Visitor) -> None:
    page = visitor.page
    visitor.sign_in("ravi", "/register")
    page.get_by_role("button", name="Register as a developer").click()
    expect(page.get_by_role("alert")).to_contain_text("Accept the terms")
    problems = inspect(page, "register with terms", PICTURES)
    assert not problems, "\n".join(problems)
    page.get_by_label("I accept the terms of use").check()
    visitor.register()
    expect(page.get_by_role("heading", level=1)).to_have_text("My apps")
