"""Listing, reading and deleting a developer's apps."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import pytest

from app.domain.app_list import AskedList
from app.domain.developers import DeveloperStatus, Owner
from app.domain.errors import NotFound, Upstream
from app.domain.keys import ApprovalStatus, KeyProduct, KeyState
from app.domain.overview import KeyRow
from app.services.apps import Listing
from tests.unit.services.house import (
    DANA,
    DOWN,
    NOON,
    OFF,
    House,
    build,
    new_app,
)

REVOKED, PENDING = ApprovalStatus.REVOKED, ApprovalStatus.PENDING
A = TypeVar("A")
B = TypeVar("B")


def names(listing: Listing) -> list[str]:
    return [row.app.name for row in listing.rows]


def add(house: House, *apps: str) -> None:
    for name in apps:
        house.apigee.add_app(DANA, name, house.apigee.new_key("weather-free"))


# --- Listing ----------------------------------------------------------------------------------


def test_a_list_costs_one_call_and_one_for_the_status_then_none(house: House) -> None:
    add(house, "one", "two")
    listing = house.portal.apps.listing(house.owner())
    assert names(listing) == ["one", "two"]
    assert (listing.as_of, listing.stale, listing.next_start) == (NOON, False, None)
    assert house.asked() == ["apps.page", "developers.get"]
    assert house.portal.apps.listing(house.owner()) == listing
    assert house.asked() == []


def test_a_status_that_is_known_takes_no_thread_else_one_and_one_for_switches(house: House) -> None:
    statuses, owner = house.portal.statuses, house.owner()
    together: list[str] = []

    def parallel(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
        together.append("once")
        return first(), second()

    first = statuses.beside(owner, lambda: "read", parallel)
    assert statuses.beside(owner, lambda: "read", parallel) == first
    assert (together, house.asked()) == (["once"] * 2, ["developers.get"])
    statuses.beside(owner, lambda: "read", parallel, refresh=True)
    house.clock.pass_by(30)
    statuses.beside(owner, lambda: "read", parallel)
    assert (len(together), house.asked()) == (6, ["developers.get"] * 2)


def test_a_list_is_read_again_when_it_is_old(house: House) -> None:
    house.portal.apps.listing(house.owner())
    house.asked()
    house.clock.pass_by(30)
    house.portal.apps.listing(house.owner())
    assert house.asked() == ["developers.get"]
    house.clock.pass_by(30)
    house.portal.apps.listing(house.owner())
    assert house.asked() == ["apps.page", "developers.get"]


def test_with_the_cache_off_every_list_is_read() -> None:
    house = build(ages=OFF)
    house.account_of()
    for _ in range(2):
        house.portal.apps.listing(house.owner())
    assert house.asked() == ["apps.page", "developers.get", "products.all"] * 2


def test_nobody_sees_anothers_apps(house: House) -> None:
    """Abuse case 1."""
    house.account_of("ines@example.com")
    add(house, "one")
    house.portal.apps.listing(house.owner())
    assert names(house.portal.apps.listing(house.owner("ines@example.com"))) == []
    with pytest.raises(NotFound):
        house.portal.apps.get(house.owner("ines@example.com"), "one")


def test_a_hundred_apps_are_read_at_once_and_the_others_list_by_list(house: House) -> None:
    add(house, *(f"app-{number:03}" for number in range(250)))
    first = house.portal.apps.listing(house.owner(), AskedList(size=100))
    assert len(first.rows) == 100
    assert house.asked() == ["apps.page", "developers.get"]
    second = house.portal.apps.listing(house.owner(), AskedList(start=first.next_start, size=100))
    third = house.portal.apps.listing(house.owner(), AskedList(start=second.next_start, size=100))
    assert [len(second.rows), len(third.rows), third.next_start] == [100, 50, None]
    shown = names(first) + names(second) + names(third)
    assert shown == [f"app-{number:03}" for number in range(250)]
    assert house.asked() == ["apps.page", "apps.page"]


def test_a_search_looks_at_every_page(house: House) -> None:
    add(house, *(f"app-{number:03}" for number in range(250)))
    found = house.portal.apps.listing(house.owner(), AskedList(query="9 app", size=100))
    assert names(found) == [f"app-{number:03}" for number in range(250) if "9" in str(number)]
    assert found.next_start is None
    assert house.asked().count("apps.page") == 3


def test_a_search_finds_products_by_their_titles_too(house: House) -> None:
    add(house, "one")
    house.apigee.add_app(DANA, "two")
    assert names(house.portal.apps.listing(house.owner(), AskedList(query="the weather-FREE"))) == [
        "one"
    ]
    assert names(house.portal.apps.listing(house.owner(), AskedList(query="nothing"))) == []


def test_a_search_without_a_catalogue_asks_for_it_once_and_finds_names(house: House) -> None:
    add(house, "one", "two", "three")
    house.apigee.fail("products.all", DOWN)
    assert names(house.portal.apps.listing(house.owner(), AskedList(query="tw"))) == ["two"]
    assert house.asked().count("products.all") == 1


def test_the_known_list_is_shown_with_its_age_while_apigee_is_down(house: House) -> None:
    add(house, "one")
    house.portal.apps.listing(house.owner())
    house.clock.pass_by(600)
    house.apigee.fail("*", DOWN)
    house.apigee.fail("*", DOWN)
    listing = house.portal.apps.listing(house.owner())
    assert (names(listing), listing.as_of, listing.stale) == (["one"], NOON, True)


def test_a_search_over_pages_is_as_old_as_its_oldest_page(house: House) -> None:
    add(house, *(f"app-{number:03}" for number in range(150)))
    house.portal.apps.listing(house.owner(), AskedList(query="app"))
    house.clock.pass_by(90)
    house.apigee.fail("apps.page", DOWN)
    listing = house.portal.apps.listing(house.owner(), AskedList(query="app"))
    assert (listing.found.total, listing.as_of, listing.stale) == (150, NOON, True)


def test_one_stale_page_makes_a_search_stale(house: House) -> None:
    add(house, *(f"app-{number:03}" for number in range(150)))
    house.portal.apps.listing(house.owner(), AskedList(start="app-099"))
    house.clock.pass_by(90)
    house.portal.apps.listing(house.owner())
    house.apigee.fail("apps.page", DOWN)
    listing = house.portal.apps.listing(house.owner(), AskedList(query="app"))
    assert (listing.found.total, listing.as_of, listing.stale) == (150, NOON, True)


def test_a_status_that_could_not_be_read_makes_list_and_page_stale(house: House) -> None:
    add(house, "one")
    house.portal.apps.get(house.owner(), "one")
    house.clock.pass_by(30)
    house.apigee.fail("developers.get", DOWN)
    listing = house.portal.apps.listing(house.owner())
    assert (names(listing), listing.as_of, listing.stale) == (["one"], NOON, True)
    house.apigee.fail("developers.get", DOWN)
    view = house.portal.apps.get(house.owner(), "one")
    assert (view.app.name, view.as_of, view.stale) == ("one", NOON, True)


def test_without_anything_known_the_list_fails(house: House) -> None:
    house.apigee.fail("apps.page", DOWN)
    with pytest.raises(Upstream):
        house.portal.apps.listing(house.owner())


def test_a_refresh_reads_apps_and_status_at_once(house: House) -> None:
    house.portal.apps.listing(house.owner())
    add(house, "one")
    inactive = replace(house.apigee.by_email[DANA], status=DeveloperStatus.INACTIVE)
    house.apigee.put_developer(inactive)
    assert names(house.portal.apps.listing(house.owner())) == []
    listing = house.portal.apps.listing(house.owner(), AskedList(refresh=True))
    assert (names(listing), listing.developer_active) == (["one"], False)
    house.asked()
    assert house.portal.apps.listing(house.owner()) == listing
    assert house.asked() == []


def test_a_refresh_while_apigee_is_down_shows_what_is_known(house: House) -> None:
    add(house, "one")
    house.portal.apps.listing(house.owner())
    house.clock.pass_by(1)
    house.apigee.fail("*", DOWN)
    house.apigee.fail("*", DOWN)
    listing = house.portal.apps.listing(house.owner(), AskedList(refresh=True))
    assert (names(listing), listing.as_of, listing.stale) == (["one"], NOON, True)


def test_a_change_of_generation_is_seen_at_once(house: House) -> None:
    house.portal.apps.listing(house.owner())
    add(house, "one")
    house.accounts.developer_changed(DANA)
    assert names(house.portal.apps.listing(house.owner())) == ["one"]


def test_keys_of_an_inactive_developer_are_blocked_in_the_list(house: House) -> None:
    add(house, "one")
    inactive = replace(house.apigee.by_email[DANA], status=DeveloperStatus.INACTIVE)
    house.apigee.put_developer(inactive)
    listing = house.portal.apps.listing(house.owner())
    assert not listing.developer_active
    assert listing.rows[0].status is not None
    assert listing.rows[0].status.state is KeyState.BLOCKED_BY_DEVELOPER


def test_no_key_and_no_secret_is_ever_in_the_cache(house: House) -> None:
    key = house.create(new_app())
    house.portal.apps.listing(house.owner())
    house.portal.apps.get(house.owner(), "trip-planner")
    pair = next(iter(house.apigee.by_key_id.values()))
    assert pair.consumer_key.reveal() == key
    for secret in (key, pair.consumer_secret.reveal()):
        assert secret not in repr(house.cache.kept)


# --- One app ----------------------------------------------------------------------------------


def test_one_app_is_read_afresh_with_its_keys_states(house: House) -> None:
    add(house, "one")
    house.portal.statuses.is_active(house.owner())
    house.asked()
    view = house.portal.apps.get(house.owner(), "one")
    assert (view.app.name, view.as_of, view.developer_active) == ("one", NOON, True)
    assert [row.status.state for row in view.keys] == [KeyState.ACTIVE]
    assert house.asked() == ["apps.get", "products.all"]
    house.portal.apps.get(house.owner(), "one")
    assert house.asked() == ["apps.get"]


def test_an_app_never_costs_more_than_one_further_call(house: House) -> None:
    add(house, "one")
    further = []
    for _ in range(6):
        house.portal.apps.get(house.owner(), "one")
        first, *others = house.asked()
        assert first == "apps.get"
        further.append(others)
        house.clock.pass_by(13)
    status, products = ["developers.get"], ["products.all"]
    assert further == [status, products, [], status, products, []]


def test_a_product_that_was_deleted_is_missing_from_app_and_list(house: House) -> None:
    add(house, "one")
    house.portal.apps.get(house.owner(), "one")
    states = [state_of(house)]
    del house.apigee.by_product["weather-free"]
    for _ in range(2):
        house.clock.pass_by(29)
        states.append(state_of(house))
    [row] = house.portal.apps.listing(house.owner()).rows
    assert states == [KeyState.ACTIVE, KeyState.NO_PRODUCTS, KeyState.NO_PRODUCTS]
    assert row.status is not None
    assert (row.status.state, row.status.missing) == (KeyState.NO_PRODUCTS, ("weather-free",))


def test_a_list_that_is_read_again_looks_at_products_that_were_known_beside_it(
    house: House,
) -> None:
    add(house, "one")
    asked, states = [], []
    house.portal.products.titles()
    del house.apigee.by_product["weather-free"]
    house.asked()
    for seconds in (0, 29, 31):
        house.clock.pass_by(seconds)
        [row] = house.portal.apps.listing(house.owner()).rows
        assert row.status is not None
        states.append(row.status.state)
        asked.append(house.asked())
    assert asked == [
        ["apps.page", "developers.get"],
        [],
        ["apps.page", "products.all", "developers.get"],
    ]
    assert states == [KeyState.ACTIVE, KeyState.ACTIVE, KeyState.NO_PRODUCTS]


def test_a_product_that_is_newer_than_the_known_list_is_not_called_deleted(house: House) -> None:
    house.portal.products.titles()
    house.clock.pass_by(10)
    product = replace(house.apigee.by_product["weather-free"], name="brand-new")
    house.apigee.by_product[product.name] = product
    app = house.apigee.add_app(DANA, "one", house.apigee.new_key("brand-new"))
    house.apigee.put_app(DANA, replace(app, last_modified_at=house.clock.now()))
    [row] = house.portal.apps.listing(house.owner()).rows
    assert row.status is not None
    assert row.status.missing == ()
    house.asked()
    assert state_of(house) is KeyState.ACTIVE
    assert house.asked() == ["apps.get", "products.all"]


def test_a_product_that_was_found_deleted_stays_so_when_its_app_is_changed(house: House) -> None:
    add(house, "one")
    states = []
    del house.apigee.by_product["weather-free"]
    house.portal.products.titles()
    for _ in range(2):
        house.clock.pass_by(5)
        app = house.apigee.by_app[DANA, "one"]
        house.apigee.put_app(DANA, replace(app, last_modified_at=house.clock.now()))
        house.clock.pass_by(1)
        states.append(state_of(house))
    assert states == [KeyState.NO_PRODUCTS] * 2


def test_nothing_is_called_deleted_while_the_products_cannot_be_read(house: House) -> None:
    add(house, "one")
    del house.apigee.by_product["weather-free"]
    house.apigee.fail("products.all", DOWN)
    for _ in range(2):
        state = state_of(house)
    assert state is KeyState.ACTIVE
    assert house.asked().count("products.all") == 1
    assert state_of(house) is KeyState.NO_PRODUCTS


@pytest.mark.parametrize("status", [REVOKED, PENDING])
def test_a_change_that_others_made_is_updating_for_three_minutes(
    house: House, status: ApprovalStatus
) -> None:
    app = house.apigee.add_app(DANA, "one", house.apigee.new_key("weather-free"))
    house.clock.pass_by(1000)
    seen = [view_of(house).status.updating]
    house.clock.pass_by(10)
    changed_at = house.clock.now()
    key = replace(app.keys[0], products=(KeyProduct("weather-free", status),))
    changed = replace(app, keys=(key,), last_modified_at=changed_at)
    house.apigee.put_app(DANA, changed)
    house.clock.pass_by(20)
    for seconds in (0, 159, 1):
        house.clock.pass_by(seconds)
        seen.append(view_of(house).status.updating)
    assert seen == [False, True, True, False]


def test_a_developer_who_was_let_in_or_stopped_by_others_has_keys_that_are_updating(
    house: House,
) -> None:
    add(house, "one")
    house.clock.pass_by(1000)
    seen = []
    for status in DeveloperStatus:
        developer = replace(house.apigee.by_email[DANA], status=status)
        house.apigee.put_developer(developer)
        house.clock.pass_by(30)
        seen += [view_of(house).status.updating]
        house.clock.pass_by(1000)
        seen += [view_of(house).status.updating]
    assert seen == [False, False, True, False]


def view_of(house: House) -> KeyRow:
    [row] = house.portal.apps.get(house.owner(), "one").keys
    return row


def state_of(house: House) -> KeyState:
    return view_of(house).status.state


def test_an_app_costs_one_more_call_when_the_status_is_old(house: House) -> None:
    add(house, "one")
    house.portal.apps.get(house.owner(), "one")
    assert house.asked() == ["apps.get", "developers.get"]


def test_a_developer_who_is_gone_counts_as_inactive(house: House) -> None:
    assert not house.portal.statuses.is_active(Owner("nobody@example.com", "id"))
