"""Administration: the audit log read on its page, by what is asked for, page by page."""

import pytest

from tests.routes.client import Browser
from tests.routes.house import House


def signed_in_often(house: House, times: int) -> None:
    for number in range(times):
        house.signed_in(f"bob{number}")


def test_the_log_is_paged_newest_first(house: House) -> None:
    signed_in_often(house, 60)
    ada = house.administrator()
    first = ada.get("/admin/audit")
    assert "50 rows on this page" in first.text
    older = next(link for link in first.page.links if "before=" in link)
    second = ada.get(older)
    assert "bob0@example.com" in second.text
    assert "bob0@example.com" not in first.text
    assert "Newest" in second.text


def test_rows_are_found_by_who_and_by_what(house: House) -> None:
    house.signed_in("dana")
    house.signed_in("bob")
    ada = house.administrator()
    answer = ada.get("/admin/audit?q=bob@example.com")
    assert "bob@example.com" in answer.text
    assert "dana@example.com" not in answer.text
    assert "Nothing recorded that fits" in ada.get("/admin/audit?q=nobody").text


def test_rows_are_found_by_action_and_day(house: House, dana: Browser) -> None:
    dana.post("/sign-out")
    house.clock.advance(86_400)
    ada = house.administrator()
    found = ada.get("/admin/audit?action=sign_out&until=2026-03-01")
    assert "1 row" in found.text
    later = ada.get("/admin/audit?action=sign_out&since=2026-03-02")
    assert "Nothing recorded that fits" in later.text


NO_DAYS = ["since=yesterday", "until=2026-02-30", "since=2026-03-02&until=2026-03-01"]


@pytest.mark.parametrize("query", NO_DAYS)
def test_what_is_no_day_is_told(query: str, ada: Browser) -> None:
    answer = ada.get(f"/admin/audit?{query}")
    assert answer.status == 422
    assert "Nothing recorded yet" not in answer.text


def test_the_filter_is_answered_as_a_part_of_the_page(ada: Browser) -> None:
    answer = ada.get("/admin/audit?q=ada@example.com", with_htmx=True)
    assert answer.status == 200
    assert "<h1" not in answer.body


def test_the_export_begins_with_what_the_page_was_asked_for(ada: Browser) -> None:
    page = ada.get("/admin/audit?action=sign_in&since=2026-03-01")
    export = next(link for link in page.page.links if "/admin/audit/export" in link)
    assert 'value="2026-03-01"' in ada.get(export).body


def test_one_developers_rows_are_those_about_them_for_them_and_by_them(house: House) -> None:
    house.developer("dana")
    dana, ada = house.signed_in("dana"), house.administrator()
    house.signed_in("bob")
    page = f"/admin/developers/{house.public_id()}"
    assert ada.submit(page, {"first_name": "Dora"}, action=f"{page}/details").status == 303
    dana.post("/sign-out")
    (address,) = (link for link in ada.get(page).page.links if link.startswith("/admin/audit?"))
    found = ada.get(address)
    assert "Only what is about Dora" in found.text
    assert "Changed a developer first name" in found.text
    assert "Signed out" in found.text
    assert "bob@example.com" not in found.text
    older = found.page.form("/admin/audit", "get")
    assert older.values["developer"] == [house.public_id()]
    assert ada.get("/admin/audit?developer=none").status == 404


def test_a_page_on_which_something_was_not_there_is_named_by_its_address(
    house: House, dana: Browser
) -> None:
    assert dana.get("/apps/none").status == 404
    found = house.administrator().get("/admin/audit?action=object.refused")
    assert "/apps/…" in found.text
    assert "my_apps.show" not in found.text
