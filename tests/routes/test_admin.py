"""Administration: developers, their status, the audit log."""

from dataclasses import replace

import pytest

from app.domain.developers import DeveloperStatus
from app.domain.errors import Upstream, UpstreamKind
from app.domain.keys import ApprovalStatus, KeyProduct
from tests.routes.client import Browser
from tests.routes.house import House

DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")


def take_down(house: House) -> None:
    for _ in range(9):
        house.apigee.fail("*", DOWN)


def support(house: House) -> Browser:
    """Return the browser of Sam, who may read but not change."""
    return house.signed_in("sam", roles=frozenset({"support"}))


def test_the_administration_begins_with_the_developers(ada: Browser) -> None:
    answer = ada.get("/admin")
    assert (answer.status, answer.location) == (303, "/admin/developers")


def test_the_list_is_read_from_the_index_alone(house: House, ada: Browser) -> None:
    house.developer("dana")
    house.developer("ines", DeveloperStatus.INACTIVE)
    answer = ada.get("/admin/developers")
    assert answer.calls == 0
    assert house.apigee.calls == []
    assert "Dana Reyes" in answer.text
    assert "Ines Reyes" in answer.text


def test_addresses_show_no_mail_address(house: House, ada: Browser) -> None:
    house.developer("dana")
    answer = ada.get("/admin/developers")
    assert not any("@" in link for link in answer.page.links if not link.startswith("mailto:"))
    assert f"/admin/developers/{house.public_id()}" in answer.page.links


def test_a_search_answers_a_part_with_what_matches(house: House, ada: Browser) -> None:
    house.developer("dana")
    house.developer("ines", DeveloperStatus.INACTIVE)
    answer = ada.get("/admin/developers?q=ine", with_htmx=True)
    assert answer.page.by_id("developers") is not None
    assert "Ines" in answer.text
    assert "Dana" not in answer.text
    assert "Dana" not in ada.get("/admin/developers?status=inactive").text
    assert "No developer matches" in ada.get("/admin/developers?q=nobody").text


@pytest.mark.parametrize(
    "address",
    [
        "/admin/accounts?state=zz",
        "/admin/developers?status=zz",
        "/admin/developers?signed_in=zz",
        "/admin/developers/export?status=zz",
        "/admin/developers/export.csv?status=zz",
        "/admin/jobs?state=zz",
        "/admin/apps?status=zz",
        "/admin/apps?key_status=zz",
        "/admin/audit?action='",
        "/products?approval=zz",
    ],
)
def test_a_filter_that_is_none_is_said_and_not_passed_over(
    house: House, ada: Browser, address: str
) -> None:
    house.apigee.calls.clear()
    answer = ada.get(address)
    assert answer.status == 422
    assert "cannot be filtered by" in answer.text or "There is no such action" in answer.text
    assert house.apigee.calls == []
    assert ada.get(f"{address.partition('=')[0]}=").status == 200


def test_an_empty_index_says_what_to_expect(ada: Browser) -> None:
    assert "No developers yet" in ada.get("/admin/developers").text


def test_one_developer_is_shown_with_apps_and_keys(house: House, ada: Browser) -> None:
    house.developer("dana")
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("weather-free"))
    answer = ada.get(f"/admin/developers/{house.public_id()}")
    assert answer.page.heading == "Dana Reyes"
    assert "Weather (free)" in answer.text
    assert "Deactivating stops the one working key" in answer.text
    assert answer.calls == 3
    assert ada.get(f"/admin/developers/{house.public_id()}").calls == 2


def test_apigees_own_status_is_beside_the_effective_one(house: House, ada: Browser) -> None:
    house.developer("dana", DeveloperStatus.INACTIVE)
    held = (
        KeyProduct("weather-free", ApprovalStatus.APPROVED),
        KeyProduct("payments", ApprovalStatus.PENDING),
        KeyProduct("gone-1", ApprovalStatus.REVOKED),
    )
    key = replace(house.apigee.new_key(), status=ApprovalStatus.REVOKED, products=held)
    app = house.apigee.add_app("dana@example.com", "trip", key)
    answer = ada.get(f"/admin/developers/{house.public_id()}")
    (said,) = answer.page.all("article", aria_labelledby=f"app-{app.app_id}")
    text = " ".join("".join(said.itertext()).split())
    assert text == (
        f"trip trip On Apigee: approved •••• {key.ending} Blocked: account inactive "
        "On Apigee: revoked Weather (free) On Apigee: approved Payments On Apigee: pending "
        "gone-1 Deleted On Apigee: revoked"
    )
    assert "Inactive" in answer.page.text_of("status")


def test_while_apigee_is_down_the_page_shows_what_the_index_knows(
    house: House, ada: Browser
) -> None:
    house.developer("dana")
    take_down(house)
    answer = ada.get(f"/admin/developers/{house.public_id()}")
    assert answer.status == 200
    assert "Names and status are as of" in answer.text
    assert "so the apps cannot be read" in answer.text
    path = f"/admin/developers/{house.public_id()}/status"
    assert [form.action for form in answer.page.forms].count(path) == 0


def test_an_unknown_developer_is_not_found(ada: Browser) -> None:
    assert ada.get("/admin/developers/0123456789abcdef").status == 404
    assert ada.get("/admin/developers/dana@example.com").status == 404


def test_a_developer_gone_from_apigee_is_shown_as_the_portal_knew_them_and_can_be_cleared(
    house: House, ada: Browser
) -> None:
    house.developer("dana")
    house.signed_in("dana")
    house.apigee.add_app("dana@example.com", "trip", house.apigee.new_key("weather-free"))
    page = f"/admin/developers/{house.public_id()}"
    house.apigee.by_email.clear()
    house.apigee.by_app.clear()
    house.clock.advance(60)
    gone = ada.get(page)
    assert (gone.status, gone.page.heading) == (200, "Dana Reyes")
    assert "Gone from Apigee" in gone.text
    assert "last saw it there 1 Mar 2026, 12:00 UTC" in gone.text
    assert "User name" in gone.text
    actions = {form.action for form in gone.page.forms}
    assert actions & {f"{page}/{what}" for what in ("status", "view", "details")} == set()
    assert f"{page}/deletion" in gone.page.links
    sam = house.signed_in("sam", roles=frozenset({"support"})).get(page)
    assert "An administrator can clear it from the portal." in sam.text
    assert f"{page}/deletion" not in sam.page.links
    asked = ada.get(f"{page}/deletion")
    assert (asked.page.heading, asked.calls) == ("Clear Dana Reyes", 2)
    assert "Apigee is not changed" in asked.text
    assert "Deactivat" not in asked.text
    typed = {"confirm_email": "dana@example.com"}
    assert ada.submit(f"{page}/deletion", typed).location == "/admin/developers"
    assert ada.get(page).status == 404


def test_a_status_is_switched_by_a_plain_form(house: House, ada: Browser) -> None:
    house.developer("dana")
    page = f"/admin/developers/{house.public_id()}"
    shown = ada.get(page).page
    button = shown.by_id("status-button")
    assert button is not None
    assert (button.get("name"), button.get("value")) == ("status", "inactive")
    answer = ada.submit(page, {"status": "inactive"}, action=f"{page}/status")
    assert (answer.status, answer.location) == (303, page)
    after = ada.follow(answer)
    assert "Dana Reyes is inactive." in after.page.text_of("toasts")
    assert "but no key works" in after.text
    assert not house.apigee.by_email["dana@example.com"].is_active
    assert "Inactive" in ada.get("/admin/developers").text


def test_a_status_is_switched_in_place_with_a_toast(house: House, ada: Browser) -> None:
    house.developer("ines", DeveloperStatus.INACTIVE)
    path = f"/admin/developers/{house.public_id('ines@example.com')}/status"
    answer = ada.post(path, {"status": "active"}, with_htmx=True)
    assert answer.status == 200
    assert "Deactivate" in answer.page.text_of("status-button")
    assert answer.toasts == ["Ines Reyes is active."]
    assert "Since 1 Mar 2026, 12:00 UTC, by ada@example.com" in answer.text
    assert house.told()[-2:] == ["developer.activate intent", "developer.activate done"]


def test_nobody_switches_their_own_status_and_is_told_so(house: House) -> None:
    house.developer("ada", DeveloperStatus.INACTIVE)
    ada = house.administrator()
    page = f"/admin/developers/{house.public_id('ada@example.com')}"
    assert ada.get(page).page.by_id("status-button") is None
    answer = ada.post(f"{page}/status", {"status": "active"})
    assert answer.status == 403
    assert "Another administrator can." in answer.text
    assert not house.apigee.by_email["ada@example.com"].is_active


@pytest.mark.parametrize("value", ["", "deleted", "ACTIVE"])
def test_another_status_is_refused(house: House, ada: Browser, value: str) -> None:
    house.developer("dana")
    path = f"/admin/developers/{house.public_id()}/status"
    assert ada.post(path, {"status": value}).status == 422
    assert ada.post(path, {"status": value}, with_htmx=True).toasts != []
    assert house.apigee.calls == []


def test_a_switch_that_apigee_refuses_is_told_and_recorded(house: House, ada: Browser) -> None:
    house.developer("dana")
    house.apigee.fail("developers.set_status", DOWN)
    path = f"/admin/developers/{house.public_id()}/status"
    answer = ada.post(path, {"status": "inactive"}, with_htmx=True)
    assert (answer.status, answer.toasts) == (503, ["Apigee does not answer right now."])
    assert house.told()[-1] == "developer.deactivate failed"
    assert house.apigee.by_email["dana@example.com"].is_active


def test_support_reads_but_does_not_change(house: House) -> None:
    house.developer("dana")
    sam = support(house)
    page = f"/admin/developers/{house.public_id()}"
    assert sam.get("/admin/developers").status == 200
    assert sam.get("/admin/audit").status == 200
    assert f"{page}/status" not in [form.action for form in sam.get(page).page.forms]
    refused = sam.post(f"{page}/status", {"status": "inactive"})
    assert refused.status == 403
    assert house.apigee.by_email["dana@example.com"].is_active
    last = house.trail()[-1]
    assert (last.action.value, last.target) == ("access.refused", "change_developer_status")


ROUTES = [
    ("GET", "/admin"),
    ("GET", "/admin/developers"),
    ("GET", "/admin/developers/0123456789abcdef"),
    ("POST", "/admin/developers/0123456789abcdef/status"),
    ("GET", "/admin/audit"),
    ("GET", "/admin/jobs"),
    ("GET", "/admin/jobs/1/cancellation"),
    ("POST", "/admin/jobs/1/cancellation"),
    ("POST", "/admin/jobs/1/retry"),
    ("GET", "/admin/sync"),
    ("POST", "/admin/sync"),
    ("GET", "/admin/sync/1"),
    ("POST", "/admin/sync/1/application"),
    ("POST", "/admin/sync/1/cancellation"),
    ("POST", "/admin/sync/1/continuation"),
]


@pytest.mark.parametrize("with_htmx", [False, True])
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_developer_is_refused_everywhere_and_it_is_recorded(
    house: House, dana: Browser, method: str, path: str, with_htmx: bool
) -> None:
    data = {"csrf_token": dana.token, "status": "inactive"} if method == "POST" else None
    answer = dana.open(path, method, with_htmx=with_htmx, data=data)
    assert answer.status == 403
    last = house.trail()[-1]
    assert (last.action.value, last.phase.value) == ("access.refused", "failed")
    assert last.actor.name == "dana@example.com"
    assert "Administration" not in answer.body


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_everything_needs_a_sign_in(anonymous: Browser, method: str, path: str) -> None:
    answer = anonymous.open(path, method, data={"status": "active"} if method == "POST" else None)
    assert answer.status == 302
    assert answer.location.startswith("/sign-in")
    assert anonymous.open(path, method, with_htmx=True).status == 401


def test_the_audit_log_is_read_newest_first(house: House, ada: Browser) -> None:
    house.developer("dana")
    ada.post(f"/admin/developers/{house.public_id()}/status", {"status": "inactive"})
    answer = ada.get("/admin/audit")
    assert answer.calls == 0
    rows = [row.get("role") for row in answer.page.all("tr")]
    assert len(rows) == len(house.trail()) + 1
    _choices, _, told = answer.text.partition("Outcome")
    newest, oldest = told.find("Deactivated a developer"), told.find("Signed in")
    assert 0 < newest < oldest
    assert "dana@example.com" in answer.text


def test_who_calls_themselves_system_is_told_apart_by_the_account(
    house: House, ada: Browser
) -> None:
    house.signed_in("eve", first_name="system", last_name="")
    run = house.flask.test_cli_runner().invoke
    assert run(args=["accounts", "grant", "eve@example.com", "support"]).exit_code == 0
    answer = ada.get("/admin/audit")
    with house.context():
        eve = house.portal.accounts.office.book.of_email("eve@example.com")[0].account_id
    shown = f"/admin/accounts/{eve}"
    # Of the sign-in who and what it was about, of the grant (two rows) what it was about.
    assert answer.page.links.count(shown) == 4
    badges = [
        "".join(item.itertext()).strip() for item in answer.page.all("span", **{"class": "badge"})
    ]
    assert badges.count("system") == 2


def test_an_administrator_needs_no_registration(ada: Browser) -> None:
    assert ada.get("/admin/developers").status == 200
