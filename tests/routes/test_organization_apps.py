"""Apps of the whole organization: listed by Apigee's filters, approved and revoked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.audit import Action, Phase
from app.domain.developers import DeveloperStatus
from app.domain.errors import Conflict
from app.domain.keys import ApprovalStatus, Key, KeyProduct
from app.services.approvals.scan import notice
from tests.routes.client import Answer, Browser
from tests.routes.house import NOON, House

PAGE = "/admin/apps"
EMAIL = "dana@example.com"


def rows(answer: Answer) -> list[str]:
    return ["".join(link.itertext()) for link in answer.page.all("a", **{"class": "row-link"})]


@pytest.fixture
def shelf(house: House, dana: Browser) -> Browser:
    """Dana, who has two apps."""
    house.apigee.add_app(EMAIL, "trip", house.apigee.new_key("weather-free"))
    tour = house.apigee.add_app(EMAIL, "tour", house.apigee.new_key("ledger"))
    house.apigee.put_app(EMAIL, replace(tour, status=ApprovalStatus.REVOKED))
    house.apigee.calls.clear()
    return dana


def app_page(house: House, name: str = "trip") -> str:
    return f"{PAGE}/{house.apigee.by_app[EMAIL, name].app_id}"


def key_of(house: House, name: str = "trip") -> Key:
    return house.apigee.by_app[EMAIL, name].keys[0]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"trip", "tour"}),
        ("q=trip", {"trip"}),
        ("product=ledger", {"tour"}),
        ("status=revoked", {"tour"}),
        ("key_status=revoked", set()),
    ],
)
def test_apps_are_listed_by_apigees_filters_with_one_call(
    house: House, ada: Browser, query: str, found: set[str]
) -> None:
    ada.get(PAGE)
    house.apigee.calls.clear()
    answer = ada.get(f"{PAGE}?{query}")
    assert set(rows(answer)) == found
    assert house.apigee.calls == ["organization_apps.page"]
    assert ("No app matches" in answer.text) is (not found)


@pytest.mark.usefixtures("shelf")
def test_the_list_is_paged_as_apigee_pages_it(house: House, ada: Browser) -> None:
    house.apigee.page_size = 1
    first = ada.get(f"{PAGE}?product=")
    following = next(link for link in first.page.links if "start=" in link)
    second = ada.get(following)
    assert {*rows(first), *rows(second)} == {"trip", "tour"}
    assert "First page" in second.text
    assert not any("start=" in link for link in second.page.links)


def test_a_revoked_key_stays_off_until_an_administrator_approves_it(
    house: House, shelf: Browser, ada: Browser
) -> None:
    page, key = app_page(house), key_of(house)
    path = f"{page}/keys/{key.key_id}/status"
    assert ada.submit(page, {"status": "revoked"}, action=path).status == 303
    assert key_of(house).status is ApprovalStatus.REVOKED
    assert "Turned off by an administrator" in shelf.get("/apps/trip").text
    own = shelf.post(f"/apps/trip/keys/{key.key_id}/revocation", {"do": "on"})
    assert own.status == 403
    assert ada.submit(page, {"status": "approved"}, action=path).status == 303
    assert key_of(house).status is ApprovalStatus.APPROVED
    assert [row.on_behalf_of for row in house.trail() if row.action is Action.KEY_TURN_OFF] == [
        EMAIL,
        EMAIL,
    ]


def test_a_revoked_app_blocks_its_keys(house: House, shelf: Browser, ada: Browser) -> None:
    page = app_page(house)
    assert ada.submit(page, {"status": "revoked"}, action=f"{page}/status").status == 303
    assert house.apigee.by_app[EMAIL, "trip"].status is ApprovalStatus.REVOKED
    assert "Blocked" in shelf.get("/apps/trip").text
    assert ada.submit(page, {"status": "approved"}, action=f"{page}/status").status == 303
    assert "Blocked" not in shelf.get("/apps/trip").text
    done = [row.action for row in house.trail() if row.phase is Phase.DONE]
    assert {Action.APP_REVOKE, Action.APP_APPROVE} <= set(done)


def test_a_product_is_revoked_with_a_reason_and_approved_again(
    house: House, shelf: Browser, ada: Browser
) -> None:
    page, key = app_page(house), key_of(house)
    path = f"{page}/keys/{key.key_id}/access"
    unsaid = ada.submit(page, {"status": "revoked"}, action=path)
    assert (unsaid.status, "the developer reads it" in unsaid.text) == (422, True)
    assert ada.submit(page, {"status": "revoked", "reason": "Abuse."}, action=path).status == 303
    assert key_of(house).products == (KeyProduct("weather-free", ApprovalStatus.REVOKED),)
    assert "Abuse." in shelf.get("/apps/trip").text
    assert "Abuse." in ada.get(page).text
    assert ada.submit(page, {"status": "approved"}, action=path).status == 303
    assert key_of(house).products == (KeyProduct("weather-free", ApprovalStatus.APPROVED),)
    assert "Abuse." not in shelf.get("/apps/trip").text


def test_many_products_on_a_key_are_rows_whose_reason_is_folded_away(
    house: House, dana: Browser, ada: Browser
) -> None:
    del dana
    names = [f"product-{number}" for number in range(20)]
    for name in names:
        house.apigee.add_product(name)
    house.apigee.add_app(EMAIL, "trip", house.apigee.new_key(*names))
    page, key = app_page(house), key_of(house)
    shown = ada.get(page).page
    assert len(shown.all("form", **{"class": "decision"})) == 20
    assert not shown.all("details", open="")
    path, mark = f"{page}/keys/{key.key_id}/access", f"on-{key.key_id}-product-7"
    unsaid = ada.post(path, {"product": "product-7", "status": "revoked"})
    [row] = unsaid.page.all("form", id=mark)
    assert unsaid.page.all("details", open="") == list(row.iter("details"))
    done = ada.post(path, {"product": "product-7", "status": "revoked", "reason": "Abuse."})
    assert done.location == f"{page}#{mark}"


@pytest.mark.usefixtures("shelf")
def test_the_list_says_that_apigee_sorts_no_apps(ada: Browser) -> None:
    shown = ada.get(PAGE)
    assert "own order: it sorts no list of apps" in shown.text
    assert not any("sort=" in link for link in shown.page.links)


@pytest.mark.usefixtures("shelf")
def test_what_is_not_there_is_not_found(house: House, ada: Browser) -> None:
    page = app_page(house)
    assert ada.get(f"{PAGE}/nothing").status == 404
    assert ada.post(f"{page}/keys/{'f' * 16}/status", {"status": "revoked"}).status == 404
    missing = {"product": "payments", "status": "approved"}
    access = f"{page}/keys/{key_of(house).key_id}/access"
    assert ada.post(access, missing).status == 404
    assert ada.post(f"{page}/status", {"status": "pending"}).status == 422


@pytest.mark.usefixtures("shelf")
def test_what_changed_meanwhile_is_said_with_a_way_to_the_app(house: House, ada: Browser) -> None:
    page = app_page(house)
    house.apigee.fail("apps.set_status", Conflict("Somebody else changed this."))
    answer = ada.post(f"{page}/status", {"status": "revoked"})
    assert (answer.status, page in answer.page.links) == (409, True)


@pytest.mark.usefixtures("shelf")
def test_support_reads_and_changes_nothing(house: House) -> None:
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    page = app_page(house)
    assert set(rows(sam.get(PAGE))) == {"trip", "tour"}
    assert "Revoke" not in sam.get(page).text
    assert sam.post(f"{page}/status", {"status": "revoked"}).status == 403


def test_keys_of_an_inactive_developer_are_shown_as_blocked(house: House, ada: Browser) -> None:
    house.developer("ines", DeveloperStatus.INACTIVE)
    app = house.apigee.add_app("ines@example.com", "map", house.apigee.new_key("weather-free"))
    assert "Blocked" in ada.get(f"{PAGE}/{app.app_id}").text


@pytest.mark.parametrize(
    ("hours", "days"),
    [(-1, 0), (1, 1), (24, 1), (25, 7), (168, 7), (169, 14), (336, 14), (720, 30), (721, 0)],
)
def test_notices_of_an_ending_key_come_at_30_14_7_and_1_days(hours: int, days: int) -> None:
    key = Key("k", "abcd", ApprovalStatus.APPROVED, expires_at=NOON + timedelta(hours=hours))
    assert notice(key, NOON) == days
    assert notice(replace(key, status=ApprovalStatus.REVOKED), NOON) == 0
    assert notice(replace(key, expires_at=None), NOON) == 0
