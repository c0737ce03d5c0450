"""The table of apps: made by a job, awaited on a page, downloaded by whoever asked for it."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from itertools import islice
from typing import Any

import pytest

from app.domain.apps import OrganizationApp
from app.domain.errors import Upstream, UpstreamKind
from app.domain.jobs import JobKind, NewJob
from app.domain.keys import ApprovalStatus, KeyProduct
from app.services.exports import apps
from app.services.exports.columns import APP_COLUMNS
from tests.routes.client import Answer, Browser
from tests.routes.house import House
from tests.routes.test_admin_developers import fill

PAGE = "/admin/developers/export"
FILE = "/admin/developers/export.csv?kind=apps"
DOWN = Upstream(UpstreamKind.UNREACHABLE, "Apigee does not answer right now.")


def rows(answer: Answer) -> list[dict[str, str]]:
    header, *found = csv.reader(StringIO(answer.body, newline=""))
    assert header == list(APP_COLUMNS)
    return [dict(zip(header, row, strict=True)) for row in found]


def furnish(house: House) -> None:
    """Give Dana an app with two products on two keys, and Zoe one without any."""
    fill(house)
    held = (
        KeyProduct("weather-free", ApprovalStatus.APPROVED),
        KeyProduct("payments", ApprovalStatus.PENDING),
    )
    old = replace(
        house.apigee.new_key(), products=(KeyProduct("payments", ApprovalStatus.REVOKED),)
    )
    key = replace(house.apigee.new_key(), products=held)
    house.apigee.add_app("dana@example.com", "=trip", key, old)
    house.apigee.add_app("a-zoe@example.com", "empty")


def made(house: House, ada: Browser, asked: str = "") -> Answer:
    answer = ada.submit(f"{PAGE}{asked}", {}, action=f"{PAGE}{asked}")
    assert (answer.status, answer.location) == (303, f"{PAGE}{asked}")
    house.work()
    return ada.get(f"{PAGE}{asked}")


def test_a_table_holds_a_row_for_each_developer_app_and_product(house: House, ada: Browser) -> None:
    """Abuse case 36."""
    furnish(house)
    page = made(house, ada)
    assert "Ready, 2 apps read" in page.text
    (link, _for_excel) = [item for item in page.page.links if "kind=apps" in item]
    answer = ada.get(link)
    found = sorted(rows(answer), key=lambda row: (row["email"], row["product"]))
    columns = ("app_name", "product", "product_status", "keys")
    assert [tuple(row[name] for name in columns) for row in found] == [
        ("empty", "", "", "1"),
        ("'=trip", "payments", "pending", "2"),
        ("'=trip", "weather-free", "approved", "1"),
    ]
    app = house.apigee.by_app["dana@example.com", "=trip"]
    trip = found[-1]
    assert (trip["email"], trip["first_name"], trip["developer_status"]) == (
        *("dana@example.com", "Dana"),
        "active",
    )
    assert (trip["app_id"], trip["app_status"]) == (app.app_id, "approved")
    assert answer.calls == 0
    name = 'attachment; filename="apps-2026-03-01.csv"'
    assert answer.header("Content-Disposition") == name


def test_no_key_or_secret_is_in_the_table(house: House, ada: Browser) -> None:
    furnish(house)
    made(house, ada)
    body = ada.get(FILE).body
    for pair in house.apigee.by_key_id.values():
        assert pair.consumer_key.reveal() not in body
        assert pair.consumer_secret.reveal() not in body
    assert not any(key.key_id in body for app in house.apigee.by_app.values() for key in app.keys)


def test_the_filter_of_the_list_counts(house: House, ada: Browser) -> None:
    furnish(house)
    made(house, ada, "?q=zoe")
    assert [row["email"] for row in rows(ada.get(FILE))] == ["a-zoe@example.com"]


def test_apps_of_groups_and_of_developers_who_are_not_in_the_index_are_there(
    house: House, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(house)
    strange = replace(house.apigee.by_app["dana@example.com", "=trip"], developer_id="gone")
    apps = [OrganizationApp(strange), OrganizationApp(replace(strange, name="ours"), "acme")]
    port = house.portal.exports.apps.apps
    monkeypatch.setattr(type(port), "all", lambda _self: iter(apps))
    made(house, ada)
    found = rows(ada.get(FILE))
    assert {(row["email"], row["developer_id"], row["app_group"]) for row in found} == {
        ("", "gone", ""),
        ("", "", "acme"),
    }
    made(house, ada, "?status=active")
    assert rows(ada.get(FILE)) == []


def test_the_page_follows_the_job(house: House, ada: Browser) -> None:
    furnish(house)
    ada.submit(PAGE, {}, action=PAGE)
    page = ada.get(PAGE, with_htmx=True)
    assert "Waiting" in page.text
    part = page.page.by_id("tables")
    assert part is not None
    assert part.get("hx-trigger") == "every 3s"
    assert ada.get(FILE).status == 404
    again = ada.submit(PAGE, {}, action=PAGE)
    assert again.status == 409
    assert "being made for you already" in again.text
    house.work()
    part = ada.get(PAGE, with_htmx=True).page.by_id("tables")
    assert part is not None
    assert part.get("hx-trigger") is None


def broken_off(
    house: House, ada: Browser, monkeypatch: pytest.MonkeyPatch, after: int
) -> list[str]:
    """Make a table whose first try ends after so many apps; return the apps' ids in order."""
    furnish(house)
    for number in range(4):
        house.apigee.add_app("a-zoe@example.com", f"more-{number}")
    monkeypatch.setattr(apps, "BATCH", 1)
    port = house.portal.exports.apps.apps
    whole = type(port).all

    def some(_self: object) -> Iterator[OrganizationApp]:
        yield from islice(whole(port), after)
        raise DOWN

    with monkeypatch.context() as patch:
        patch.setattr(type(port), "all", some)
        ada.submit(PAGE, {}, action=PAGE)
        house.work()
    assert f"{after} apps read so far" in ada.get(PAGE).text
    house.clock.advance(60)
    return [item.app.app_id for item in whole(port)]


def test_a_try_that_broke_off_is_gone_on_with(
    house: House, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = broken_off(house, ada, monkeypatch, after=3)
    port = house.portal.exports.apps.apps
    monkeypatch.delattr(type(port), "all")
    house.work()
    found = [row["app_id"] for row in rows(ada.get(FILE))]
    assert sorted(set(found)) == sorted(ids)
    assert len(found) == len(ids) + 1  # one app has two products


def test_where_its_last_app_is_gone_a_table_is_made_anew(
    house: House, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = broken_off(house, ada, monkeypatch, after=3)
    [gone] = [place for place, app in house.apigee.by_app.items() if app.app_id == ids[2]]
    del house.apigee.by_app[gone]
    house.work()
    found = {row["app_id"] for row in rows(ada.get(FILE))}
    assert found == set(ids) - {ids[2]}
    assert f"Ready, {len(ids) - 1} apps read" in ada.get(PAGE).text


def test_a_long_table_lets_others_go_first(
    house: House, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(house)
    monkeypatch.setattr(apps, "BATCH", 1)
    index = house.portal.exports.apps.index
    read = type(index).by_developer_id
    states: list[str] = []

    def slowly(*asked: Any) -> object:  # noqa: ANN401 - what the index is asked
        job = house.jobs.get(1)
        states.append(f"{job.state} {job.attempts}")
        house.clock.advance(31)
        return read(*asked)

    monkeypatch.setattr(type(index), "by_developer_id", slowly)
    ada.submit(PAGE, {}, action=PAGE)
    house.work()
    assert states == ["running 1", "running 1"]
    assert house.apigee.calls.count("organization_apps.all") == 3
    assert len(rows(ada.get(FILE))) == 3


def test_a_try_that_could_not_begin_is_made_again(house: House, ada: Browser) -> None:
    furnish(house)
    house.apigee.fail("organization_apps.all", DOWN)
    ada.submit(PAGE, {}, action=PAGE)
    house.work()
    assert "The portal tries again by itself." in ada.get(PAGE).text
    house.clock.advance(60)
    house.work()
    assert len(rows(ada.get(FILE))) == 3
    number = house.account_number("ada@example.com")
    with house.context():
        [made_before] = house.portal.exports.apps.of(number)
    facts = {"export": made_before.export.public_id}
    house.jobs.add(NewJob(JobKind.EXPORT_APPS, house.clock.now(), facts))
    house.apigee.calls.clear()
    house.work()
    assert house.apigee.calls == []


def test_a_table_is_there_for_a_day_and_for_whoever_asked(house: House, ada: Browser) -> None:
    furnish(house)
    made(house, ada)
    another = house.signed_in("eve", roles=frozenset({"administrator"}))
    assert another.get(FILE).status == 404
    assert "Ready" not in another.get(PAGE).text
    house.clock.advance(timedelta(hours=23, minutes=59).total_seconds())
    ada = house.administrator()
    assert ada.get(FILE).status == 200
    house.clock.advance(61)
    assert ada.get(FILE).status == 404
    assert "Ready" not in ada.get(PAGE).text
    number = house.account_number("ada@example.com")
    chore = house.portal.work.chores[JobKind.TIDY_EXPORTS]
    with house.context():
        assert house.portal.exports.apps.files.of_account(number)
        chore.run(house.jobs.add(NewJob(JobKind.TIDY_EXPORTS, house.clock.now())))
        assert not house.portal.exports.apps.files.of_account(number)


def test_asking_and_taking_are_on_record(house: House, ada: Browser) -> None:
    furnish(house)
    made(house, ada, "?q=dana")
    assert rows(ada.get(FILE))
    recorded = (row for row in house.trail() if row.action.value == "app.export")
    told = [(row.phase.value, row.target, row.detail) for row in recorded]
    assert told == [
        ("intent", "some words", "asked for"),
        ("done", "some words", "asked for"),
        ("intent", "some words", "2 rows"),
        ("done", "some words", "2 rows"),
    ]


def test_without_the_right_no_table_is_made(house: House) -> None:
    sam = house.signed_in("sam", roles=frozenset({"support"}))
    assert sam.post(PAGE, {}).status == 403
    assert sam.get(FILE).status == 403
    assert not house.jobs.held
