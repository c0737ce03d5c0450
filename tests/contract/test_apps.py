"""The apps port means the same in the fake and on both flavours."""

from datetime import timedelta

import pytest

from app.domain.apps import NewApp
from app.domain.errors import AlreadyExists, InvalidInput, NotFound
from app.domain.keys import ApprovalStatus, KeyProduct
from tests.contract.organizations import (
    APPS_OF_INES,
    CONSUMER_KEY,
    DANA,
    INES,
    Organization,
    fingerprint,
)

NEW = NewApp(
    name="weather-widget",
    display_name="Weather widget é",
    products=("weather-free", "payments"),
    description="Shows the weather",
    callback_url="https://widget.example/back?a=b",
    request_id="request-1",
    key_lifetime_seconds=3600,
)


def test_an_app_is_read_with_the_facts_of_its_keys(organization: Organization) -> None:
    app = organization.apps.get(DANA, "trip-planner")
    dana = organization.developers.get(DANA)
    assert (app.name, app.developer_id) == ("trip-planner", dana.developer_id)
    assert (app.status, app.products) == (
        ApprovalStatus.APPROVED,
        ("weather-free", "payments"),
    )
    newer, older = app.keys
    assert (newer.key_id, newer.ending) == (fingerprint(CONSUMER_KEY), CONSUMER_KEY[-4:])
    assert newer.products == (
        KeyProduct("weather-free", ApprovalStatus.APPROVED),
        KeyProduct("payments", ApprovalStatus.PENDING),
    )
    assert (newer.status, newer.expires_at) == (ApprovalStatus.APPROVED, None)
    assert (older.status, older.products) == (ApprovalStatus.REVOKED, ())
    assert older.expires_at is not None


def test_a_name_with_signs_is_one_app(organization: Organization) -> None:
    app = organization.apps.get(DANA, "50% #1")
    assert (app.name, app.status, app.keys) == ("50% #1", ApprovalStatus.REVOKED, ())


@pytest.mark.parametrize("name", ["nothing", "..", "", "trip-planner/", "TRIP-PLANNER", "a\nb"])
def test_an_unknown_app_is_not_found(organization: Organization, name: str) -> None:
    with pytest.raises(NotFound):
        organization.apps.get(DANA, name)


def test_an_app_is_found_through_its_own_developer_only(organization: Organization) -> None:
    with pytest.raises(NotFound):
        organization.apps.get(INES, "trip-planner")
    with pytest.raises(NotFound):
        organization.apps.delete(INES, "trip-planner")
    assert organization.apps.get(DANA, "trip-planner").name == "trip-planner"


def test_fewer_than_a_hundred_apps_are_one_call(organization: Organization) -> None:
    page = organization.apps.page(DANA)
    assert [app.name for app in page.apps] == ["50% #1", "trip-planner"]
    assert page.apps[1] == organization.apps.get(DANA, "trip-planner")
    assert (page.next_start, organization.calls()) == (None, 2)


def test_many_apps_come_in_pages_each_app_once(organization: Organization) -> None:
    names: list[str] = []
    page = organization.apps.page(INES)
    assert len(page.apps) == 100
    while True:
        names.extend(app.name for app in page.apps)
        if page.next_start is None:
            break
        page = organization.apps.page(INES, start=page.next_start)
    assert names == [f"app-{number:03}" for number in range(APPS_OF_INES)]
    assert organization.calls() == 3


def test_the_apps_of_an_unknown_developer_are_not_found(organization: Organization) -> None:
    with pytest.raises(NotFound):
        organization.apps.page("nobody@example.com")


def test_a_new_app_has_one_key_with_its_products(organization: Organization) -> None:
    created = organization.apps.create(DANA, NEW)
    app, pair = created.app, created.pair
    assert (app.name, app.display_name) == ("weather-widget", "Weather widget é")
    assert (app.description, app.request_id) == ("Shows the weather", "request-1")
    assert app.callback_url == "https://widget.example/back?a=b"
    (key,) = app.keys
    assert key.products == (
        KeyProduct("weather-free", ApprovalStatus.APPROVED),
        KeyProduct("payments", ApprovalStatus.PENDING),
    )
    assert pair is not None
    assert (pair.key_id, key.key_id) == (key.key_id, fingerprint(pair.consumer_key.reveal()))
    assert pair.consumer_key.reveal().endswith(key.ending)
    assert pair.consumer_secret.reveal()
    assert organization.apps.get(DANA, "weather-widget") == app


def test_a_lifetime_ends_that_much_later(organization: Organization) -> None:
    (key,) = organization.apps.create(DANA, NEW).app.keys
    assert key.issued_at is not None
    assert key.expires_at == key.issued_at + timedelta(hours=1)


def test_a_new_app_needs_little(organization: Organization) -> None:
    created = organization.apps.create(DANA, NewApp("plain", "Plain", ()))
    app = created.app
    assert (app.display_name, app.description, app.callback_url) == ("Plain", "", "")
    assert (app.request_id, app.products) == (None, ())
    (key,) = app.keys
    assert key.expires_at is None
    assert created.pair is not None


def test_a_name_is_taken_once_per_developer(organization: Organization) -> None:
    with pytest.raises(AlreadyExists):
        organization.apps.create(DANA, NewApp("trip-planner", "Trip", ("weather-free",)))
    assert organization.apps.create(INES, NewApp("trip-planner", "Trip", ())).app.keys


def test_an_app_of_an_unknown_developer_is_not_found(organization: Organization) -> None:
    with pytest.raises(NotFound):
        organization.apps.create("nobody@example.com", NEW)


def test_an_unknown_product_is_invalid_and_makes_no_app(organization: Organization) -> None:
    with pytest.raises(InvalidInput) as invalid:
        organization.apps.create(DANA, NewApp("odd", "Odd", ("weather-free", "nothing")))
    assert set(invalid.value.fields) == {"products"}
    with pytest.raises(NotFound):
        organization.apps.get(DANA, "odd")


def test_a_name_that_apigee_does_not_take_is_invalid(organization: Organization) -> None:
    with pytest.raises(InvalidInput) as invalid:
        organization.apps.create(DANA, NewApp(" odd", "Odd", ()))
    assert set(invalid.value.fields) == {"display_name"}


def test_a_deleted_app_is_gone_with_its_keys(organization: Organization) -> None:
    organization.apps.delete(DANA, "trip-planner")
    with pytest.raises(NotFound):
        organization.apps.get(DANA, "trip-planner")
    with pytest.raises(NotFound):
        organization.keys.pair(DANA, "trip-planner", fingerprint(CONSUMER_KEY))
    with pytest.raises(NotFound):
        organization.apps.delete(DANA, "trip-planner")
