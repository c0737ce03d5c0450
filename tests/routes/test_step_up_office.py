"""A fresh sign-in before what only administrators and product owners do."""

from dataclasses import replace
from uuid import uuid4

import pytest

from app.domain.audit import Action
from app.domain.jobs import JobKind, JobState, NewJob
from app.domain.keys import ApprovalStatus
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.test_approvals import ask, on_key, requests
from tests.routes.test_step_up import AGAIN, ALL, confirm, sign_in_again

EMAIL = "dana@example.com"
ROLES = {"ada": frozenset({"administrator"})}


@pytest.fixture
def house(build: Build) -> House:
    return build(step_up=ALL)


@pytest.fixture
def ada(house: House) -> Browser:
    return house.administrator()


@pytest.fixture
def app(house: House) -> str:
    """The address of an app of Dana's in the administration."""
    house.developer("dana")
    made = house.apigee.add_app(EMAIL, "trip", house.apigee.new_key("weather-free"))
    return f"/admin/apps/{made.app_id}"


def key_path(house: House, app: str, what: str) -> str:
    return f"{app}/keys/{house.apigee.by_app[EMAIL, 'trip'].keys[0].key_id}/{what}"


@pytest.mark.parametrize(
    ("what", "sent", "told"),
    [
        ("status", {"status": "revoked"}, ("Revoke the app?", "Every key of the app stops")),
        ("status", {"status": "approved"}, ("Approve the app?", "work again")),
        ("keys/status", {"status": "revoked"}, ("Revoke the key?", "Only an administrator")),
        (
            "keys/access",
            {"status": "revoked", "product": "weather-free", "reason": "Abuse."},
            ("Revoke the product on the key?", "Product weather-free Reason Abuse."),
        ),
    ],
)
def test_an_app_and_its_keys_are_decided_about_after_a_fresh_sign_in(
    house: House, ada: Browser, app: str, what: str, sent: dict[str, str], told: tuple[str, str]
) -> None:
    path = key_path(house, app, what[5:]) if "/" in what else f"{app}/{what}"
    before = house.apigee.by_app[EMAIL, "trip"]
    asked = ada.post(path, sent)
    assert (asked.status, asked.location, asked.calls) == (303, AGAIN, 0)
    page = ada.follow(sign_in_again(ada))
    assert page.page.heading == told[0]
    assert "App trip Developer dana@example.com" in page.text
    assert (told[1] in page.text, page.calls) == (True, 1)
    assert ("••••" in page.text) is ("/" in what)
    assert house.apigee.by_app[EMAIL, "trip"] == before
    assert confirm(ada, path).location.partition("#")[0] == app
    assert (house.apigee.by_app[EMAIL, "trip"] == before) is (sent["status"] == "approved")
    assert ada.post(path, sent).location == AGAIN


def test_whoever_decides_signs_in_again_for_just_these_requests(build: Build) -> None:
    house = build(step_up={"actions": ["access.decide"]})
    house.developer("dana")
    dana = house.signed_in("dana")
    ask(dana)
    house.clock.advance(60)
    ask(dana, "Tour")
    ada, path = house.administrator(), "/admin/approvals"
    first, second = requests(ada.get(path))
    refusal = {"request": first, "decision": "refuse", "reason": "Ask Ben."}
    assert ada.post(path, refusal).location == AGAIN
    page = ada.follow(sign_in_again(ada))
    assert page.page.heading == "Refuse 1 request?"
    assert "Payments Trip Reason Ask Ben." in page.text
    assert ada.post(path, {**refusal, "request": second}).location == AGAIN
    assert ada.post(path, {"approve": first}).location == AGAIN
    assert ada.post(path, refusal).location == path
    assert on_key(house) == {"payments": ApprovalStatus.REVOKED}
    assert on_key(house, "tour") == {"payments": ApprovalStatus.PENDING}


def test_more_requests_than_a_cookie_holds_are_chosen_once_more(build: Build) -> None:
    house = build(step_up={"actions": ["access.decide"]})
    ada, path = house.administrator(), "/admin/approvals"
    many = [f"{uuid4()}/{uuid4().hex[:16]}/payments" for _ in range(20)]
    chosen: dict[str, str | list[str]] = {"request": many, "decision": "approve"}
    asked = ada.post(path, chosen)
    assert asked.location == AGAIN
    assert all(len(text) < 1024 for text in asked.response.headers.getlist("Set-Cookie"))
    page = ada.follow(sign_in_again(ada))
    assert page.page.heading == "Fill in the form once more"
    assert ada.post(path, {**chosen, "decision": "refuse", "reason": "No."}).location == AGAIN
    assert ada.post(path, {**chosen, "request": many[1:]}).location == AGAIN
    assert "not on Apigee any more" in ada.post(path, chosen).text
    assert ada.post(path, chosen).location == AGAIN


def test_a_product_owner_learns_nothing_of_what_is_not_theirs(build: Build) -> None:
    house = build(
        step_up={"actions": ["access.decide"]},
        products={"owners": {"payments": ["olga@example.com"]}},
    )
    house.developer("dana")
    made = house.apigee.add_app(EMAIL, "hidden", house.apigee.new_key("ledger"))
    wanted = [f"{made.app_id}/{made.keys[0].key_id}/{name}" for name in ("ledger", "payments")]
    olga = house.signed_in("olga", roles=frozenset({"product_owner"}))
    sent: dict[str, str | list[str]] = {"request": wanted, "decision": "approve"}
    assert olga.post("/admin/approvals", sent).location == AGAIN
    page = olga.follow(sign_in_again(olga))
    assert page.page.heading == "Approve 2 requests?"
    assert "hidden" not in page.text


@pytest.mark.parametrize("what", ["names", "attribute"])
def test_a_developer_is_changed_after_a_fresh_sign_in(
    house: House, ada: Browser, what: str
) -> None:
    house.developer("dana")
    path = f"/admin/developers/{house.public_id()}"
    sent = {"first_name": "Diana"}
    if what == "attribute":
        sent = {"do": "add", "attribute_name": "tier", "attribute_value": "gold"}
    where = f"{path}/details" if what == "names" else f"{path}/attributes"
    assert ada.post(where, {**sent, "revision": "1"}).location == AGAIN
    page = ada.follow(sign_in_again(ada))
    told = "First name Diana" if what == "names" else "New attribute tier Value gold"
    assert told in page.text
    assert "Developer Dana Reyes" in page.text
    assert ada.post(where, {**sent, "revision": "1", "first_name": "Eve"}).location == AGAIN


def test_a_developer_is_added_and_viewed_as_after_a_fresh_sign_in(
    house: House, ada: Browser
) -> None:
    new = {"first_name": "Zoe", "last_name": "Reyes", "email": "zoe@example.com"}
    assert ada.post("/admin/developers/new", new).location == AGAIN
    page = ada.follow(sign_in_again(ada))
    assert page.page.heading == "Add the developer?"
    assert "Name Zoe Reyes E-mail address zoe@example.com" in page.text
    assert confirm(ada, "/admin/developers/new").status == 303
    house.signed_in("dana")
    house.developer("dana")
    house.provider.will_sign_in("ada", roles=ROLES["ada"])
    view = f"/admin/developers/{house.public_id()}/view"
    assert ada.post(view).location == AGAIN
    assert ada.follow(sign_in_again(ada)).page.heading == "View as the developer?"
    assert Action.VIEW_BEGIN not in {row.action for row in house.trail()}


def test_the_audit_log_is_taken_out_after_a_fresh_sign_in_for_just_this(
    house: House, ada: Browser
) -> None:
    path, sent = "/admin/audit/export", {"format": "csv", "actor": "ada"}
    assert ada.post(path, sent).location == AGAIN
    page = ada.follow(sign_in_again(ada))
    assert page.page.heading == "Export the audit log?"
    assert "Who ada" in page.text
    assert ada.post(path, {"format": "csv"}).location == AGAIN
    assert Action.AUDIT_EXPORT not in {row.action for row in house.trail()}
    assert ada.post(path, sent).status == 200


def test_a_job_is_canceled_after_a_fresh_sign_in(house: House, ada: Browser) -> None:
    job = house.jobs.add(NewJob(JobKind.RETIRE_KEY, house.clock.now(), {}))
    path = f"/admin/jobs/{job.job_id}/cancellation"
    assert ada.post(path).location == AGAIN
    page = ada.follow(sign_in_again(ada))
    assert page.page.heading == "Cancel the job?"
    assert "What it does Turn off a replaced key" in page.text
    assert house.jobs.get(job.job_id).state is JobState.WAITING
    assert confirm(ada, path).location == "/admin/jobs"
    assert house.jobs.get(job.job_id).state is JobState.CANCELED


def test_a_key_is_turned_off_after_a_fresh_sign_in_on_either_side(
    house: House, ada: Browser, app: str
) -> None:
    del app
    made = house.apigee.by_app[EMAIL, "trip"]
    other = house.apigee.new_key("payments")
    house.apigee.put_app(EMAIL, replace(made, keys=(*made.keys, other)))
    dana = house.signed_in("dana")
    below = f"/apps/trip/keys/{other.key_id}/revocation"
    in_hand = f"/admin/developers/{house.public_id()}{below}"
    for login, browser, path in (("dana", dana, below), ("ada", ada, in_hand)):
        house.provider.will_sign_in(login, roles=ROLES.get(login, frozenset()))
        assert browser.post(path, {"do": "off", "sure": "yes"}).location == AGAIN
        page = browser.follow(sign_in_again(browser))
        assert page.page.heading == "Turn the key off?"
        assert "App trip" in page.text
        assert browser.post(path, {"do": "on"}).location == AGAIN
