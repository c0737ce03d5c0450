"""The keys on an app's page: what each state says, and what can be done about it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.domain.developers import DeveloperStatus
from app.domain.jobs import JobKind, NewJob
from app.domain.keys import ApprovalStatus, KeyProduct
from app.domain.notes import Author, NoteKind
from app.web import extensions
from tests.routes.conftest import Build
from tests.routes.desk import EMAIL, Desk
from tests.routes.house import NOON

REVOKED, PENDING = ApprovalStatus.REVOKED, ApprovalStatus.PENDING
APPROVED = ApprovalStatus.APPROVED


def retiring(desk: Desk, hours: int) -> int:
    """Let the first key be due in so many hours; return the job."""
    facts = {"app_id": desk.app.app_id, "key_id": desk.key_id, "new_key_id": "0" * 16}
    job = NewJob(
        kind=JobKind.RETIRE_KEY,
        due_at=NOON + timedelta(hours=hours),
        facts={**facts, "before": "", "request": "r"},
        about=desk.app.developer_id,
    )
    return desk.house.jobs.add(job).job_id


def test_an_active_key_can_be_rotated_changed_renamed_compared_and_turned_off(desk: Desk) -> None:
    links = desk.page().page.links
    said = desk.article()
    assert "Active" in said
    assert "Calls with this key are accepted." in said
    for what in ("rotation", "products", "label", "comparison", "revocation"):
        assert desk.path(what) in links
    assert desk.path("deletion") not in links


def test_a_key_that_ends_soon_says_when_and_offers_to_rotate_now(desk: Desk) -> None:
    desk.put(expires_at=NOON + timedelta(days=9))
    assert "Expires in 9 days" in desk.article()
    assert "Rotate now" in desk.article()


def test_expired_keys_are_folded_away(desk: Desk) -> None:
    desk.put(expires_at=NOON - timedelta(days=3))
    answer = desk.page()
    (fold,) = answer.page.all("details", class_="fold")
    assert "open" not in fold.attrib
    said = " ".join("".join(fold.itertext()).split())
    assert "1 expired key" in said
    assert "Expired 3 days ago" in said
    assert "No key of this app works" in answer.text
    assert desk.path("deletion") in answer.page.links
    assert desk.path("rotation") not in answer.page.links


def test_a_retiring_key_says_when_it_stops(desk: Desk) -> None:
    retiring(desk, 22)
    said = desk.article()
    assert "Retiring, stops 2 Mar 2026, 10:00 UTC" in said
    assert "Extend or stop" in said


def test_a_late_retirement_says_since_when_how_often_and_why(desk: Desk) -> None:
    job_id = retiring(desk, -2)
    jobs = desk.house.jobs
    error = "Apigee cannot be reached."
    jobs.held[job_id] = replace(jobs.held[job_id], attempts=3, error=error)
    said = desk.article()
    assert "Retiring, was due 1 Mar 2026, 10:00 UTC" in said
    assert "tried 3 times: Apigee cannot be reached. The portal tries again by itself." in said


def test_a_key_with_a_product_that_waits_names_it_since_when_and_who_decides(desk: Desk) -> None:
    desk.put(products=(KeyProduct("weather-free", APPROVED), KeyProduct("payments", PENDING)))
    desk.note(NoteKind.REQUESTED, Author.OWNER, "payments")
    desk.house.clock.advance(1800)
    said = desk.article()
    assert "Active for 1 of 2 products" in said
    assert "Waiting for approval since 30 minutes ago; the product's owner decides" in said


def test_a_key_that_only_waits_can_be_withdrawn(desk: Desk) -> None:
    desk.put(products=(KeyProduct("payments", PENDING),))
    assert "Waiting for approval" in desk.article()
    assert "Withdraw or change products" in desk.article()


def test_a_refused_product_gives_the_reason(desk: Desk) -> None:
    desk.put(products=(KeyProduct("payments", REVOKED),))
    desk.note(NoteKind.REFUSED, Author.ADMINISTRATOR, "payments", "Not for hobby <b>projects</b>.")
    said = desk.article()
    assert "Not approved: Not for hobby <b>projects</b>. " in said
    assert "Not approved Reason: Not for hobby <b>projects</b>." in said
    assert "Ask again or change products" in said


@pytest.mark.parametrize(
    ("author", "badge", "can_be_turned_on"),
    [
        (Author.OWNER, "Turned off by you", True),
        (Author.ADMINISTRATOR, "Turned off by an administrator", False),
        (Author.SYSTEM, "Turned off: replaced", False),
        (None, "Turned off by an administrator", False),
    ],
)
def test_a_key_that_is_off_says_who_turned_it_off(
    desk: Desk, author: Author | None, badge: str, can_be_turned_on: bool
) -> None:
    desk.put(status=REVOKED)
    if author is not None:
        desk.note(NoteKind.TURNED_OFF, author)
    said = desk.article()
    assert badge in said
    assert ("Turn on" in said) is can_be_turned_on
    assert desk.path("deletion") in desk.page().page.links


def test_after_a_change_a_second_badge_says_that_gateways_lag_behind(desk: Desk) -> None:
    desk.put(issued_at=NOON - timedelta(days=1), status=REVOKED)
    desk.note(NoteKind.TURNED_OFF, Author.OWNER)
    assert "Updating, up to 3 minutes" in desk.article()
    assert "access tokens already issued may work until they expire" in desk.article()
    desk.house.clock.advance(181)
    assert "Updating" not in desk.article()


def test_an_inactive_developers_keys_are_blocked_and_never_approved(desk: Desk) -> None:
    desk.house.apigee.put_developer(
        replace(desk.house.apigee.by_email[EMAIL], status=DeveloperStatus.INACTIVE)
    )
    desk.house.clock.advance(60)
    said = desk.article()
    assert "Blocked: your account is inactive" in said
    assert "Approved" not in said
    for what in ("rotation", "products", "label", "comparison", "revocation", "deletion"):
        assert desk.dana.get(desk.path(what)).status == 200
    assert "inactive" in desk.dana.get("/apps/trip/keys/new").text


def test_the_keys_of_a_revoked_app_are_blocked(desk: Desk) -> None:
    desk.house.apigee.put_app(EMAIL, replace(desk.app, status=REVOKED))
    assert "Blocked: app not approved" in desk.article()


def deactivate(desk: Desk) -> None:
    developer = desk.house.apigee.by_email[EMAIL]
    desk.house.apigee.put_developer(replace(developer, status=DeveloperStatus.INACTIVE))
    desk.house.clock.advance(60)


@pytest.mark.parametrize(
    ("changes", "author", "still"),
    [
        ({"status": REVOKED}, Author.OWNER, "the key is turned off."),
        ({"expires_at": NOON - timedelta(days=3)}, None, "the key has expired."),
        ({"products": (KeyProduct("payments", REVOKED),)}, None, "its products are not approved."),
        ({"products": (KeyProduct("payments", PENDING),)}, None, "the key waits for approval."),
        ({"products": ()}, None, "the key opens no product."),
    ],
)
def test_a_blocked_key_says_what_goes_on_stopping_it_without_the_block(
    desk: Desk, changes: dict[str, object], author: Author | None, still: str
) -> None:
    desk.put(**changes)
    if author is not None:
        desk.note(NoteKind.TURNED_OFF, author)
    deactivate(desk)
    said = desk.article()
    assert "Blocked: your account is inactive" in said
    assert f"Once the account is active, calls still fail: {still}" in said
    assert "works again" not in said


def test_a_blocked_key_that_is_off_too_can_be_turned_on_and_not_rotated(desk: Desk) -> None:
    desk.put(status=REVOKED)
    desk.note(NoteKind.TURNED_OFF, Author.OWNER)
    desk.house.apigee.put_app(EMAIL, replace(desk.app, status=REVOKED))
    deactivate(desk)
    said = desk.article()
    assert "calls still fail: the app is not approved and the key is turned off." in said
    assert "Turn on" in said
    assert "Turn off" not in said
    assert desk.path("rotation") not in desk.page().page.links
    assert desk.path("deletion") in desk.page().page.links


def test_a_key_that_is_off_and_over_is_not_promised_to_work_once_it_is_on(desk: Desk) -> None:
    desk.put(status=REVOKED, expires_at=NOON - timedelta(days=3))
    desk.note(NoteKind.TURNED_OFF, Author.OWNER)
    assert "Turned on, calls still fail: the key has expired." in desk.article()


@pytest.mark.parametrize(
    ("products", "reason"),
    [
        ((), "this one has no products"),
        ((KeyProduct("payments", REVOKED),), "no product of this one is approved"),
        ((KeyProduct("gone-1", APPROVED),), "the products of this one no longer exist"),
    ],
)
def test_a_key_with_nothing_to_carry_over_is_not_rotated_and_says_why(
    desk: Desk, products: tuple[KeyProduct, ...], reason: str
) -> None:
    desk.put(products=products)
    desk.dana.get("/products")
    assert f"Not possible to rotate. A new key would open nothing: {reason}" in desk.article()
    assert desk.path("rotation") not in desk.page().page.links
    for answer in (
        desk.dana.get(desk.path("rotation")),
        desk.dana.post(desk.path("rotation"), {"overlap": "1h", "request_id": "r1"}),
    ):
        assert answer.status == 409
        assert answer.page.heading == "This cannot be done now"
        assert reason in answer.text
    assert len(desk.app.keys) == 1


def test_a_key_whose_products_were_all_deleted_says_so(desk: Desk) -> None:
    desk.put(products=(KeyProduct("gone-1", APPROVED),))
    desk.dana.get("/products")
    said = desk.article()
    assert "Product deleted" in said
    assert "Calls fail: gone-1 no longer exists on Apigee. Choose other products" in said
    assert "Product deleted" in desk.dana.get("/apps").text


def test_a_key_that_an_administrator_of_apigee_turned_off_is_updating(desk: Desk) -> None:
    desk.house.clock.advance(1000)
    assert "Updating" not in desk.article()
    desk.put(status=REVOKED)
    assert "Turned off by an administrator" in desk.article()
    assert "Updating, up to 3 minutes" in desk.article()
    assert "this key changed a moment ago" in desk.dana.get(desk.path("diagnosis")).text.lower()
    desk.house.clock.advance(180)
    assert "Updating" not in desk.article()


def test_keys_are_updating_once_an_administrator_let_the_developer_in_again(desk: Desk) -> None:
    house, told = desk.house, "Updating, up to 3 minutes"
    house.clock.advance(1000)
    ada = house.administrator()
    developer = f"/admin/developers/{house.public_id()}"
    for status in ("inactive", "active"):
        ada.post(f"{developer}/status", {"status": status})
    places = [(ada, developer), (desk.dana, "/apps"), (desk.dana, "/apps/trip")]
    places.append((ada, f"/admin/apps/{desk.app.app_id}"))
    for browser, path in places:
        assert told in browser.get(path).text, path
    house.clock.advance(180)
    for browser, path in places:
        assert told not in browser.get(path).text, path


def test_a_new_key_that_was_turned_off_at_once_is_updating(desk: Desk) -> None:
    desk.put(issued_at=desk.house.clock.now())
    assert "Updating" not in desk.article()
    desk.house.clock.advance(5)
    desk.put(status=REVOKED)
    desk.note(NoteKind.TURNED_OFF, Author.OWNER)
    assert "Updating, up to 3 minutes" in desk.article()


def test_a_replaced_key_is_told_to_be_off_although_its_account_is_inactive(desk: Desk) -> None:
    deactivate(desk)
    sent = {"overlap": "now", "request_id": "r1"}
    made = desk.dana.post(desk.path("rotation"), sent, shows_keys=True)
    assert desk.is_off()
    assert "The old key is turned off" in made.text
    assert "The old key is still on" not in made.text


def test_an_app_without_keys_offers_to_add_one(desk: Desk) -> None:
    desk.holds()
    answer = desk.page()
    assert "This app has no keys" in answer.text
    assert "/apps/trip/keys/new" in answer.page.links
    assert desk.dana.get("/apps/trip/keys/new").status == 200


def test_a_deleted_product_that_is_still_on_a_key_is_told_by_its_name(desk: Desk) -> None:
    desk.put(products=(KeyProduct("gone-1", APPROVED), KeyProduct("weather-free", APPROVED)))
    desk.dana.get("/products")
    said = desk.article()
    assert "gone-1 Deleted no longer exists on Apigee" in said
    assert "Active for 1 of 2 products" in said
    assert "Weather (free) are accepted. gone-1 no longer exists on Apigee." in said
    for what in ("rotation", "products", "revocation"):
        assert desk.dana.get(desk.path(what)).status == 200


def test_twenty_keys_are_a_page_and_no_more_are_added(desk: Desk) -> None:
    desk.holds(*(desk.house.apigee.new_key("weather-free") for _ in range(20)))
    answer = desk.page()
    assert len(answer.page.all("article")) == 20
    assert "An app has at most 10 keys." in answer.text
    assert "The app has as many keys as it may" in desk.dana.get("/apps/trip/keys/new").text
    wanted = {"products": "weather-free", "request_id": "r1"}
    assert desk.dana.post("/apps/trip/keys/new", wanted).status == 409


@pytest.mark.parametrize(
    ("path", "labels", "about"), [("/apps", 0, 0), ("/apps", 1, 1), ("/apps/trip", 1, 1)]
)
def test_a_list_asks_for_what_is_remembered_only_where_there_is_something(
    desk: Desk, path: str, labels: int, about: int
) -> None:
    for _ in range(labels):
        desk.note(NoteKind.LABEL, Author.OWNER, text="Staging")
    desk.dana.get(path)
    statements: list[str] = []
    with desk.house.context():
        engine = extensions.db.engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(str(given[2])))
    desk.dana.get(path)
    # Session and account are one more; the jobs of the tests are not in the database.
    assert len(statements) == 1 + about, statements


def test_show_gives_the_asked_key_from_two_tabs_while_a_third_one_is_added(desk: Desk) -> None:
    second = desk.add(desk.house.apigee.new_key("weather-free"))
    desk.put(status=REVOKED)
    tabs = [desk.page().page.form(desk.path("reveal", key)) for key in (desk.key_id, second.key_id)]
    desk.add(desk.house.apigee.new_key("weather-free"))
    for tab, key_id in zip(tabs, (desk.key_id, second.key_id), strict=True):
        data = {**tab.values, "value": ["key"]}
        answer = desk.dana.open(tab.action, "POST", data=data, shows_keys=True)
        pair = desk.house.apigee.by_key_id[key_id]
        assert answer.page.text_of(f"key-{key_id}-value") == pair.consumer_key.reveal()


def test_where_keys_are_shown_once_nothing_shows_them_again(build: Build) -> None:
    house = build(keys={"reveal": "once"})
    house.developer("dana")
    desk = Desk(house, house.signed_in("dana"))
    answer = desk.page()
    assert "shown once, when they were made" in answer.text
    assert answer.page.all("form", action=desk.path("reveal")) == []
    refused = desk.dana.post(desk.path("reveal"), {"value": "key"})
    assert refused.status == 403
    assert "Keys are shown once here" in refused.text
    assert "keys.pair" not in house.apigee.calls
    assert house.told()[-1] == "key.reveal failed"
    wanted = {"products": "weather-free", "request_id": "r1"}
    made = desk.dana.post("/apps/trip/keys/new", wanted, shows_keys=True)
    assert made.page.text_of("consumer-key")
