"""The apps port means the same in the fake and on both flavours."""

from app.domain.keys import ApprovalStatus, KeyProduct
from tests.contract.organizations import (
    APPS_OF_INES,
    CONSUMER_KEY,
    DANA,
    INES,
    Organization,
    fingerprint,
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
