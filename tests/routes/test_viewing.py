"""Viewing as a developer: their pages to read, nothing else, for a while, on the record."""

import re

import pytest
from werkzeug.routing import Rule

from app.domain.audit import Action
from app.domain.people import Permission
from app.web.viewing import ALWAYS, PAGES
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House
from tests.routes.matrix import WRITES

BANNER = "You are viewing as dana@example.com"
STATELESS = {
    "theme.changes",
    "theme.send",
    "theme.style",
    "static",
    "health.livez",
    "health.metrics",
    "health.readyz",
    "csp_report.take",
    "backchannel.logout",
}


@pytest.fixture
def page(house: House) -> str:
    """Dana with an app; she has signed in before."""
    house.developer("dana")
    key = house.apigee.new_key("weather-free", "payments")
    house.apigee.add_app("dana@example.com", "trip", key)
    house.signed_in("dana")
    return f"/admin/developers/{house.public_id()}"


@pytest.fixture
def viewing(ada: Browser, page: str, house: House) -> Browser:
    """Ada, who views as Dana."""
    assert ada.post(f"{page}/view").location == "/apps"
    house.apigee.calls.clear()
    return ada


def rows(house: House) -> list[tuple[str, str, str, str, str]]:
    return [
        (entry.action.value, entry.phase.value, entry.actor.name, entry.target, entry.detail)
        for entry in house.trail()
        if entry.action in {Action.VIEW_BEGIN, Action.VIEW_END}
    ]


def path_of(house: House, rule: Rule) -> str:
    known = {"name": "trip", "developer": house.public_id()}
    numbered = re.sub(r"<int:\w+>", "1", rule.rule)
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: known.get(part[1], "demo"), numbered)


def test_the_apps_are_the_developers_and_every_page_says_so(viewing: Browser, house: House) -> None:
    listed = viewing.get("/apps")
    assert BANNER in listed.text
    assert "until 12:15 UTC" in listed.text
    assert "/apps/trip" in listed.page.links
    assert "/admin" not in " ".join(listed.page.links)
    assert listed.calls <= 2
    for path in ("/", "/products", "/products/payments", "/apps/trip", "/diagnosis"):
        answer = viewing.get(path)
        assert (answer.status, BANNER in answer.text) == (200, True), path
        assert answer.page.form("/viewing/ending") is not None
    assert viewing.get("/no-such-page").text.count(BANNER) == 1
    assert not WRITES & set(house.apigee.calls)


def test_products_are_those_that_the_developer_sees(viewing: Browser) -> None:
    assert "Ledger" not in viewing.get("/products").text
    viewing.post("/viewing/ending")
    assert "Ledger" in viewing.get("/products").text


def test_apis_and_documentation_are_read_and_no_call_is_offered(viewing: Browser) -> None:
    for path in ("/apis", "/apis/weather", "/apis/weather/today", "/docs/", "/search?q=first"):
        shown = viewing.get(path)
        assert (shown.status, BANNER in shown.text) == (200, True), path
    assert viewing.get("/docs/guides/map.svg").status == 200
    operation = viewing.get("/apis/weather/today")
    assert "No calls are made while you view as somebody else" in operation.text
    assert "/try" not in operation.body


def test_an_apps_page_offers_no_key_and_no_change(viewing: Browser, house: House) -> None:
    shown = viewing.get("/apps/trip")
    [pair] = house.apigee.by_key_id.values()
    assert pair.consumer_key.reveal()[-4:] in shown.text
    posts = {form.action for form in shown.page.forms if form.method == "post"}
    assert posts == {"/viewing/ending", "/sign-out"}
    assert not [link for link in shown.page.links if re.search(r"edit|keys/new|deletion", link)]


def test_whatever_is_not_to_be_read_is_refused_at_once(viewing: Browser, house: House) -> None:
    refused = 0
    for rule in house.flask.url_map.iter_rules():
        if rule.endpoint in STATELESS | ALWAYS:
            continue
        path = path_of(house, rule)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if method == "GET" and rule.endpoint in PAGES:
                continue
            answer = viewing.open(path, method, data={"csrf_token": viewing.token})
            assert answer.status == 403, (method, path)
            assert "which is for reading a developer's pages only" in answer.text
            refused += 1
    assert refused > 80
    assert house.apigee.calls == []
    assert BANNER in viewing.get("/apps").text


def test_begin_and_end_are_on_the_record_as_the_viewers(
    viewing: Browser, house: House, page: str
) -> None:
    assert viewing.post("/viewing/ending").location == page
    assert viewing.get(page).status == 200
    assert BANNER not in viewing.get(page).text
    assert viewing.post("/viewing/ending").location == "/"
    ada, dana = "ada@example.com", "dana@example.com"
    assert rows(house) == [
        ("view_as.begin", "done", ada, dana, ""),
        ("view_as.end", "done", ada, dana, "ended"),
    ]


def test_it_is_over_after_a_quarter_of_an_hour(viewing: Browser, house: House, page: str) -> None:
    house.clock.advance(14 * 60)
    assert BANNER in viewing.get("/apps").text
    house.clock.advance(61)
    over = viewing.get("/apps")
    assert (over.status, over.location) == (303, page)
    assert "Viewing as somebody else is over." in viewing.get(page).text
    assert rows(house)[-1][-1] == "over"


def test_what_is_sent_in_that_moment_is_not_done_as_oneself(viewing: Browser, house: House) -> None:
    house.clock.advance(15 * 60)
    assert viewing.post("/account/sessions/ending").status == 403
    assert "session.end_all intent" not in house.told()


def test_it_ends_with_the_session(viewing: Browser, house: House) -> None:
    viewing.post("/sign-out")
    assert rows(house)[-1][-1] == "signed out"
    viewing.sign_in("ada", roles=frozenset({"administrator"}))
    assert BANNER not in viewing.get("/").text


def test_it_ends_with_the_right(viewing: Browser, house: House) -> None:
    with house.context():
        ada = house.account_number("ada@example.com")
        house.portal.sign_in.accounts.change_roles(ada, frozenset({"support"}))
    assert viewing.get("/apps").status == 303
    assert rows(house)[-1][-1] == "over"


def test_it_ends_when_the_developer_gets_rights_that_the_viewer_lacks(
    build: Build, page: str
) -> None:
    del page
    house = build(roles={"looker": {"permissions": ["view_as", "read_developers"]}})
    house.developer("dana")
    house.signed_in("dana")
    leo = house.signed_in("leo", roles=frozenset({"looker"}))
    path = f"/admin/developers/{house.public_id()}/view"
    assert leo.post(path).status == 303
    house.signed_in("dana", roles=frozenset({"support"}))
    assert leo.get("/apps").status == 303
    refused = leo.post(path)
    assert refused.status == 403
    assert "rights that you do not have" in refused.text
    assert rows(house)[-1][:2] == ("view_as.begin", "failed")


def test_every_process_knows_of_it(viewing: Browser, house: House) -> None:
    other = House(house.settings, house.clock, house.provider, house.apigee)
    cookies = viewing.flask._cookies
    viewing.flask = other.flask.test_client()
    viewing.flask._cookies = cookies
    assert BANNER in viewing.get("/apps").text
    assert viewing.get("/account").status == 403


def test_nobody_is_viewed_who_never_signed_in_or_is_oneself(house: House, ada: Browser) -> None:
    house.developer("ines")
    ines = house.public_id("ines@example.com")
    assert ada.post(f"/admin/developers/{ines}/view").status == 409
    house.developer("ada")
    own = house.signed_in("ada", roles=frozenset({"administrator"}))
    mine = f"/admin/developers/{house.public_id('ada@example.com')}"
    own.get("/register")
    assert own.post(f"{mine}/view").status == 409
    assert f"{mine}/view" not in own.get(mine).body


def test_support_is_not_offered_it(house: House, page: str) -> None:
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    assert f"{page}/view" not in sam.get(page).body
    assert sam.post(f"{page}/view").status == 403
    assert Permission.VIEW_AS in house.portal.roles.permissions_of({"administrator"})


def test_what_cannot_be_recorded_is_not_begun(ada: Browser, page: str, house: House) -> None:
    house.break_audit()
    assert ada.post(f"{page}/view").status == 503
    assert BANNER not in ada.get("/").text


def test_nobody_to_view_as_is_told_with_a_way_back(house: House, ada: Browser) -> None:
    house.developer("ines")
    page = f"/admin/developers/{house.public_id('ines@example.com')}"
    shown = ada.get(page)
    assert "there is no account and nothing to view" in shown.text
    assert f"{page}/access" in shown.page.links
    answer = ada.post(f"{page}/view")
    assert answer.status == 409
    assert "Nobody has signed in to the portal as this developer yet" in answer.text
    assert page in answer.page.links
    assert Action.VIEW_BEGIN not in {row.action for row in house.trail()}
