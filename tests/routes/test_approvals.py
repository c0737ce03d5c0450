"""Approvals: what waits is shown oldest first, decided once, and the developer is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.approvals import Wanted
from app.domain.audit import Action, Phase
from app.domain.developers import DeveloperStatus
from app.domain.errors import Upstream, UpstreamKind
from app.domain.jobs import JobPaused
from app.domain.keys import ApprovalStatus, Key, KeyProduct
from app.domain.products import ApiProduct, Approval
from app.domain.secret import Secret
from app.services.approvals import scan
from tests.mail_server import mail_server
from tests.routes.client import Answer, Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.test_mail import over

PAGE = "/admin/approvals"
DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")
OWNER = frozenset({"product_owner"})


def waiting(answer: Answer) -> list[str]:
    """Return what can be ticked: app and product of each row."""
    boxes = answer.page.all("input", name="request")
    return [str(box.get("aria-label")) for box in boxes]


def requests(answer: Answer) -> list[str]:
    return [str(box.get("value")) for box in answer.page.all("input", name="request")]


def ask(browser: Browser, name: str = "Trip", *products: str) -> None:
    """Create an app that asks for products of manual approval."""
    form: dict[str, str | list[str]] = {"display_name": name}
    form["products"] = list(products or ("payments",))
    assert browser.submit("/apps/new", form, shows_keys=True).status == 200


def on_key(house: House, name: str = "trip") -> dict[str, ApprovalStatus]:
    [key] = house.apigee.by_app["dana@example.com", name].keys
    return {item.name: item.status for item in key.products}


@pytest.fixture
def asked(house: House, dana: Browser) -> Browser:
    """Dana, who asked for Payments."""
    ask(dana)
    house.clock.advance(180)
    return dana


def test_what_was_asked_for_here_waits_at_the_cost_of_one_call(
    house: House, asked: Browser, ada: Browser
) -> None:
    del asked
    house.apigee.calls.clear()
    page = ada.get(PAGE)
    assert (page.status, waiting(page)) == (200, ["Trip: Payments"])
    assert house.apigee.calls == ["organization_apps.some"]
    assert "3 minutes ago" in page.text
    assert "Dana Reyes" in page.text


def test_an_approval_holds_on_apigee_and_the_developer_sees_it_at_once(
    house: House, asked: Browser, ada: Browser
) -> None:
    assert "Waiting" in asked.get("/apps/trip").text
    [wanted] = requests(ada.get(PAGE))
    answer = ada.submit(PAGE, {"approve": wanted})
    assert (answer.status, answer.location) == (303, PAGE)
    shown = ada.follow(answer)
    assert "1 request approved." in shown.text
    assert "Nobody waits" in shown.text
    assert on_key(house) == {"payments": ApprovalStatus.APPROVED}
    assert "Waiting" not in asked.get("/apps/trip").text
    rows = [row for row in house.trail() if row.action is Action.PRODUCT_APPROVE]
    assert [row.phase for row in rows] == [Phase.INTENT, Phase.DONE]
    assert {(row.actor.name, row.on_behalf_of) for row in rows} == {
        ("ada@example.com", "dana@example.com")
    }


def test_a_refusal_needs_a_reason_which_the_developer_reads(
    house: House, asked: Browser, ada: Browser
) -> None:
    [wanted] = requests(ada.get(PAGE))
    unsaid = ada.submit(PAGE, {"request": wanted, "decision": "refuse"})
    assert (unsaid.status, "the developer reads it" in unsaid.text) == (422, True)
    assert on_key(house) == {"payments": ApprovalStatus.PENDING}
    fields = {"request": wanted, "decision": "refuse", "reason": "Ask <b>Mia</b> first."}
    assert ada.submit(PAGE, fields).status == 303
    assert on_key(house) == {"payments": ApprovalStatus.REVOKED}
    assert "Ask <b>Mia</b> first." in asked.get("/apps/trip").text


def test_nothing_chosen_does_nothing(house: House, asked: Browser, ada: Browser) -> None:
    del asked
    answer = ada.submit(PAGE, {"decision": "approve"})
    assert (answer.status, "Choose at least one request." in answer.text) == (422, True)
    assert on_key(house) == {"payments": ApprovalStatus.PENDING}


def test_of_several_each_is_reported(house: House, dana: Browser, ada: Browser) -> None:
    for name in ("Trip a", "Trip b", "Trip c"):
        ask(dana, name)
    chosen = requests(ada.get(PAGE))
    email = "dana@example.com"
    held = house.apigee.by_app[email, "trip-b"]
    taken = tuple(replace(key, products=()) for key in held.keys)
    house.apigee.put_app(email, replace(held, keys=taken))
    answer = ada.post(PAGE, {"request": chosen, "decision": "approve"})
    assert answer.status == 200
    assert "2 requests approved, 1 not." in answer.text
    assert "This product is not on the key any more." in answer.text
    assert on_key(house, "trip-a") == on_key(house, "trip-c")
    assert on_key(house, "trip-a") == {"payments": ApprovalStatus.APPROVED}


def test_what_is_decided_elsewhere_disappears(house: House, asked: Browser, ada: Browser) -> None:
    [wanted] = requests(ada.get(PAGE))
    house.apigee.keys.set_product_status(
        "dana@example.com", "trip", wanted.split("/")[1], "payments", ApprovalStatus.APPROVED
    )
    late = ada.post(PAGE, {"request": wanted, "decision": "refuse", "reason": "No"})
    assert "Somebody approved this in the meantime." in late.text
    assert on_key(house) == {"payments": ApprovalStatus.APPROVED}
    assert "Nobody waits" in ada.get(PAGE).text
    asked.get("/apps")


def test_what_is_withdrawn_disappears(house: House, asked: Browser, ada: Browser) -> None:
    [key] = house.apigee.by_app["dana@example.com", "trip"].keys
    path = f"/apps/trip/keys/{key.key_id}/products"
    assert asked.post(path, {"do": "withdraw", "product": "payments"}).status == 303
    house.apigee.calls.clear()
    assert "Nobody waits" in ada.get(PAGE).text
    assert house.apigee.calls == []


def test_the_oldest_comes_first_and_twenty_make_a_page(
    house: House, dana: Browser, ada: Browser
) -> None:
    for number in range(21):
        house.clock.advance(60)
        ask(dana, f"Trip {number:02}")
    first = ada.get(PAGE)
    assert waiting(first)[0] == "Trip 00: Payments"
    assert (len(waiting(first)), "21 requests" in first.text) == (20, True)
    following = next(link for link in first.page.links if "after=" in link)
    second = ada.get(following)
    assert waiting(second) == ["Trip 20: Payments"]
    assert waiting(ada.get(f"{PAGE}?after=nonsense")) == waiting(first)


def test_it_is_narrowed_by_product_developer_and_app(
    house: House, asked: Browser, ada: Browser
) -> None:
    house.apigee.put_product(ApiProduct("maps", "Maps", approval=Approval.MANUAL))
    house.clock.advance(120)
    ask(asked, "Tour", "maps")
    app_id = house.apigee.by_app["dana@example.com", "tour"].app_id
    assert waiting(ada.get(PAGE)) == ["Trip: Payments", "Tour: Maps"]
    assert waiting(ada.get(f"{PAGE}?product=maps")) == ["Tour: Maps"]
    assert waiting(ada.get(f"{PAGE}?app={app_id}")) == ["Tour: Maps"]
    assert len(waiting(ada.get(f"{PAGE}?q=dan"))) == 2
    assert "No request matches" in ada.get(f"{PAGE}?q=bob").text


def test_a_row_leads_to_the_product_on_the_key_and_a_narrowed_queue_back_to_all(
    house: House, asked: Browser, ada: Browser
) -> None:
    del asked
    app = house.apigee.by_app["dana@example.com", "trip"]
    row = f"on-{app.keys[0].key_id}-payments"
    page = ada.get(PAGE)
    assert "of one app" not in page.text
    assert page.page.by_id(row) is not None
    assert f"/admin/apps/{app.app_id}#{row}" in page.page.links
    assert ada.get(f"/admin/apps/{app.app_id}").page.by_id(row) is not None
    narrowed = ada.get(f"{PAGE}?app={app.app_id}")
    assert "1 request of one app. Show all requests" in narrowed.text


def test_a_products_name_makes_a_mark_that_an_address_can_hold() -> None:
    marks = {Wanted("a", "k", name).anchor for name in ("a b", "a%20b", "a/b", "é")}
    assert len(marks) == 4
    assert not any(set(mark) - set("onakbabcdef-%0123456789ABCDEF") for mark in marks)


def test_while_apigee_is_away_the_queue_is_as_last_known(
    house: House, asked: Browser, ada: Browser
) -> None:
    del asked
    house.apigee.fail("organization_apps.some", DOWN)
    page = ada.get(PAGE)
    assert (page.status, waiting(page)) == (200, [])
    assert "Apigee does not answer right now" in page.text
    assert "Payments" in page.text
    assert "Dana Reyes" in page.text


def test_support_sees_the_queue_and_decides_nothing(
    house: House, asked: Browser, ada: Browser
) -> None:
    del asked
    [wanted] = requests(ada.get(PAGE))
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    shown = sam.get(PAGE)
    assert ("Payments" in shown.text, waiting(shown)) == (True, [])
    assert sam.post(PAGE, {"approve": wanted}).status == 403
    assert sam.post(f"{PAGE}/scan").status == 403


def test_an_owner_of_products_sees_and_decides_their_own_only(build: Build) -> None:
    house = build(products={"owners": {"maps": ["Pat@example.com"], "payments": ["support"]}})
    house.apigee.put_product(ApiProduct("maps", "Maps", approval=Approval.MANUAL))
    house.developer()
    dana = house.signed_in("dana")
    ask(dana, "Trip", "maps", "payments")
    other = next(item for item in requests(house.administrator().get(PAGE)) if "payments" in item)
    pat = house.signed_in("pat", roles=OWNER)
    assert waiting(pat.get(PAGE)) == ["Trip: Maps"]
    assert waiting(pat.get(f"{PAGE}?product=payments")) == []
    refused = pat.post(PAGE, {"approve": other})
    assert "You do not decide about this product." in refused.text
    assert on_key(house)["payments"] is ApprovalStatus.PENDING
    [own] = requests(pat.get(PAGE))
    assert pat.submit(PAGE, {"approve": own}).status == 303
    assert on_key(house)["maps"] is ApprovalStatus.APPROVED
    unproven = house.signed_in("pat2", roles=OWNER, email="pat@example.com", email_verified=False)
    assert waiting(unproven.get(PAGE)) == []
    both = house.signed_in("sue", roles=OWNER | {"support"})
    assert waiting(both.get(PAGE)) == ["Trip: Payments"]


def test_an_owners_page_leads_nowhere_that_it_may_not_and_names_no_other_product(
    build: Build,
) -> None:
    house = build(products={"owners": {"maps": ["pat@example.com"]}})
    house.apigee.put_product(ApiProduct("maps", "Maps", approval=Approval.MANUAL))
    house.developer()
    ask(house.signed_in("dana"), "Trip", "maps", "payments")
    pat, olga = (house.signed_in(who, roles=OWNER) for who in ("pat", "olga"))
    assert pat.get("/admin").location == PAGE
    shown = pat.get(PAGE)
    assert "Payments" not in shown.text
    assert "dana@example.com" in shown.text
    inside = {path for path in shown.page.links if path.startswith("/admin")}
    assert {path.partition("?")[0] for path in inside} == {PAGE}
    for elsewhere in ("/admin/developers", "/admin/apps", "/admin/accounts", "/admin/audit"):
        assert pat.get(elsewhere).status == 403
    empty = olga.get(PAGE)
    assert "Requests for the products that you own appear here." in empty.text
    assert {"Maps", "Payments", "Trip"}.isdisjoint(empty.text.split())


def test_nobody_decides_about_their_own_app(house: House, dana: Browser) -> None:
    ask(dana)
    admin = house.signed_in("dana", roles=frozenset({"administrator"}))
    [wanted] = requests(admin.get(PAGE))
    answer = admin.post(PAGE, {"approve": wanted})
    assert "You cannot decide about your own apps." in answer.text
    assert on_key(house) == {"payments": ApprovalStatus.PENDING}


def pending(house: House, **facts: object) -> Key:
    """Return a key as somebody else made it, waiting for Payments."""
    key = house.apigee.new_key(**facts)  # type: ignore[arg-type] # fields of a key
    return replace(key, products=(KeyProduct("payments", ApprovalStatus.PENDING),))


def test_a_scan_finds_what_was_asked_for_elsewhere(
    house: House, asked: Browser, ada: Browser
) -> None:
    del asked
    house.apigee.add_app("dana@example.com", "elsewhere", pending(house))
    assert waiting(ada.get(PAGE)) == ["Trip: Payments"]
    assert "appear after the first look" in ada.get(PAGE).text
    answer = ada.submit(PAGE, {}, action=f"{PAGE}/scan")
    assert (answer.status, answer.location) == (303, PAGE)
    with house.context():
        [job] = [job for job in house.jobs.held.values() if job.kind.value == "apps.scan"]
        house.portal.approvals.scan.run(job)
    house.clock.advance(120)
    page = ada.get(PAGE)
    assert waiting(page) == ["Trip: Payments", "elsewhere: Payments"]
    assert "2 apps on Apigee were looked at" in page.text
    assert "not asked for here" in page.text
    assert ada.submit(PAGE, {"approve": requests(page)[1]}).status == 303
    assert waiting(ada.get(PAGE)) == ["Trip: Payments"]


def paused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin a scan of three apps which lets others go first after one of them."""
    for number in range(3):
        house.apigee.add_app("dana@example.com", f"elsewhere-{number}", pending(house))
    monkeypatch.setattr(scan, "BATCH", 1)
    with house.context(), monkeypatch.context() as patch:
        patch.setattr(scan, "PATIENCE", timedelta())
        with pytest.raises(JobPaused):
            house.portal.approvals.scan.run(None)  # type: ignore[arg-type] # the job is not looked at


def test_a_long_scan_lets_others_go_first_and_goes_on_after_the_last_app(
    house: House, dana: Browser, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana.get("/apps")
    paused(house, monkeypatch)
    assert "appear after the first look" in ada.get(PAGE).text
    monkeypatch.delattr(type(house.portal.approvals.scan.apps), "all")
    with house.context():
        house.portal.approvals.scan.run(None)  # type: ignore[arg-type] # the job is not looked at
    assert "3 apps on Apigee were looked at" in ada.get(PAGE).text
    assert len(waiting(ada.get(PAGE))) == 3


def test_a_scan_that_takes_most_of_a_day_comes_to_its_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.developer("dana")
    paused(house, monkeypatch)
    house.clock.advance(20 * 3_600)
    monkeypatch.delattr(type(house.portal.approvals.scan.apps), "all")
    with house.context():
        house.portal.approvals.scan.run(None)  # type: ignore[arg-type] # the job is not looked at
        last = house.portal.approvals.scan.queue.last_scan()
    assert last is not None
    assert (last.apps, last.ended_at) == (3, house.clock.now())


def test_where_its_last_app_is_gone_a_scan_begins_anew(
    house: House, dana: Browser, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana.get("/apps")
    paused(house, monkeypatch)
    apps = house.apigee.by_app
    del apps[min(apps, key=lambda place: apps[place].app_id)]
    with house.context():
        house.portal.approvals.scan.run(None)  # type: ignore[arg-type] # the job is not looked at
    assert "2 apps on Apigee were looked at" in ada.get(PAGE).text
    assert len(waiting(ada.get(PAGE))) == 2


def test_the_key_of_a_request_is_in_no_table(house: House, dana: Browser, ada: Browser) -> None:
    canary = "canary-of-the-queue"
    house.apigee.add_app("dana@example.com", "elsewhere", pending(house, consumer_key=canary))
    with house.context():
        house.portal.approvals.scan.run(next(iter(house.jobs.held.values()), None))  # type: ignore[arg-type] # the job is not looked at
    page = ada.get(PAGE)
    assert waiting(page) == ["elsewhere: Payments"]
    assert canary not in page.body
    assert Secret(canary).reveal() not in str(requests(page))
    dana.get("/apps")


def test_an_approval_for_an_inactive_developer_promises_no_calls(build: Build) -> None:
    with mail_server() as post:
        house = build(mail=over(post))
        house.apigee.put_product(ApiProduct("payments", "Payments", approval=Approval.MANUAL))
        house.developer()
        ask(house.signed_in("dana"))
        house.apigee.developers.set_status("dana@example.com", DeveloperStatus.INACTIVE)
        ada = house.administrator()
        [wanted] = requests(ada.get(PAGE))
        assert ada.submit(PAGE, {"approve": wanted}).status == 303
        house.work()
        texts = [str(mail) for mail in post.mails if "has access to" in mail["Subject"]]
        assert len(texts) == 1
        assert "Calls work once your developer account is active" in texts[0]
        assert "within about 3 minutes" not in texts[0]


def test_a_key_that_ends_soon_is_told_by_mail_once_for_each_notice(build: Build) -> None:
    with mail_server() as post:
        house = build(mail=over(post))
        house.developer()
        ends = house.clock.now() + timedelta(days=9)
        key = house.apigee.new_key("weather-free", expires_at=ends)
        lasting = house.apigee.new_key("weather-free")
        house.apigee.add_app("dana@example.com", "trip", key, lasting)
        for day, told in ((0, 1), (1, 1), (3, 2), (8.5, 3), (8.6, 3), (9.1, 3)):
            house.clock.moment = ends + timedelta(days=day - 9)
            with house.context():
                house.portal.approvals.scan.run(None)  # type: ignore[arg-type] # is not looked at
            house.work()
            assert len(post.mails) == told, day
        assert set(post.recipients) == {"dana@example.com"}
