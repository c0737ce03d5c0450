"""Which apps a list shows, and in which order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.app_list import (
    NO_KEYS,
    ROWS_PER_PAGE,
    STATUSES,
    WARNED,
    AskedList,
    FoundApps,
    Order,
    found_apps,
    status_group,
)
from app.domain.apps import DeveloperApp
from app.domain.attributes import Attribute
from app.domain.keys import ApprovalStatus, Key, KeyProduct, KeyState
from app.domain.overview import AppRow, app_row

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def app(name: str, *products: str, days: int = 0, status: str = "approved") -> DeveloperApp:
    """Return an app that is so many days old, with one key unless it has no products."""
    held = tuple(KeyProduct(product, ApprovalStatus.APPROVED) for product in products)
    key = Key(f"key-of-{name}", "abcd", ApprovalStatus(status), held)
    at = NOON - timedelta(days=days)
    return DeveloperApp(
        app_id=name,
        name=name.lower(),
        developer_id="d",
        status=ApprovalStatus.APPROVED,
        attributes=(Attribute("DisplayName", name),),
        keys=(key,) if products else (),
        created_at=at,
        last_modified_at=at,
    )


def row(item: DeveloperApp) -> AppRow:
    return app_row(item, developer_active=True, now=NOON)


def names(found: FoundApps) -> list[str]:
    return [item.app.display_name for item in found.rows]


def ask(*apps: DeveloperApp, **asked: object) -> FoundApps:
    titles = {"weather": "The weather"}
    return found_apps(apps, AskedList(**asked), titles, row)  # type: ignore[arg-type] # the test names fields of AskedList


@pytest.mark.parametrize("backwards", [False, True])
def test_names_are_sorted_as_people_do(backwards: bool) -> None:
    apps = [app(name, "weather") for name in ("app 10", "Zebra", "App 2", "élan", "app 1")]
    expected = ["app 1", "App 2", "app 10", "Zebra", "élan"]
    found = ask(*apps, order=Order.NAME, backwards=backwards)
    assert names(found) == (expected[::-1] if backwards else expected)


@pytest.mark.parametrize("order", [Order.CREATED, Order.CHANGED])
def test_moments_are_sorted_and_an_unknown_one_comes_last(order: Order) -> None:
    unknown = replace(app("unknown", "weather"), created_at=None, last_modified_at=None)
    apps = [unknown, app("old", "weather", days=9), app("new", "weather", days=1)]
    assert names(ask(*apps, order=order)) == ["old", "new", "unknown"]
    assert names(ask(*apps, order=order, backwards=True)) == ["new", "old", "unknown"]


def test_states_are_sorted_from_the_best_to_no_key_at_all() -> None:
    apps = [app("none"), app("off", "weather", status="revoked"), app("good", "weather")]
    assert names(ask(*apps, order=Order.STATUS)) == ["good", "off", "none"]
    assert names(ask(*apps, order=Order.STATUS, backwards=True)) == ["none", "off", "good"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("active", ["good"]),
        ("off", ["off"]),
        (NO_KEYS, ["none"]),
        (WARNED, ["none", "off"]),
        ("waiting", []),
    ],
)
def test_a_status_leaves_out_every_other(status: str, expected: list[str]) -> None:
    apps = [app("none"), app("off", "weather", status="revoked"), app("good", "weather")]
    assert names(ask(*apps, status=status)) == expected


def test_filters_search_and_order_work_together() -> None:
    apps = [app("Trip b", "weather", "maps"), app("Trip a", "weather"), app("Bill", "weather")]
    apps.append(app("Trip c", "maps"))
    found = ask(*apps, query="trip", product="weather", status="active", order=Order.NAME)
    assert names(found) == ["Trip a", "Trip b"]
    assert names(ask(*apps, query="THE weather b")) == ["Bill", "Trip b"]


def test_only_one_page_is_summed_up_where_states_do_not_matter() -> None:
    apps = [app(f"app {number}", "weather") for number in range(1000)]
    seen: list[str] = []

    def noticed(item: DeveloperApp) -> AppRow:
        seen.append(item.name)
        return row(item)

    found = found_apps(apps, AskedList(order=Order.NAME, page=3), {}, noticed)
    assert names(found) == [f"app {number}" for number in range(50, 75)]
    assert (len(seen), found.total, found.first, found.has_more) == (25, 1000, 51, True)


@pytest.mark.parametrize(("page", "shown"), [(0, 1), (-5, 1), (2, 2), (99, 2)])
def test_a_page_that_is_not_there_is_the_nearest_one(page: int, shown: int) -> None:
    apps = [app(f"app {number}", "weather") for number in range(ROWS_PER_PAGE + 1)]
    for order in (Order.NAME, Order.STATUS):
        found = ask(*apps, order=order, page=page)
        assert (found.page, found.has_more) == (shown, shown == 1)
        assert len(found.rows) == (ROWS_PER_PAGE if shown == 1 else 1)


def test_every_state_of_a_key_can_be_filtered_by() -> None:
    held = row(app("x", "weather"))
    state_of = held.keys[0].status
    kinds = {status_group(replace(held, status=replace(state_of, state=it))) for it in KeyState}
    assert kinds | {NO_KEYS, WARNED} == set(STATUSES)
