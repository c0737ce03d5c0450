"""Pages of the organization's apps, and some of them by id: the same in fake and adapter."""

import pytest

from app.domain.apps import AppFilter
from app.domain.errors import NotFound
from app.domain.keys import ApprovalStatus
from tests.contract.organizations import APPS_OF_INES, DANA, Organization


def every_page(organization: Organization, only: AppFilter) -> list[str]:
    """Return the ids of the apps on all pages, as they come."""
    ids: list[str] = []
    start = ""
    while True:
        page = organization.organization_apps.page(only, start)
        ids += [item.app.app_id for item in page.apps]
        start = page.next_start
        if not start:
            return ids


def test_pages_hold_every_app_once(organization: Organization) -> None:
    found = every_page(organization, AppFilter())
    assert len(found) == len(set(found)) > APPS_OF_INES
    everything = {item.app.app_id for item in organization.organization_apps.all()}
    assert set(found) == everything


def test_the_list_is_gone_on_with_after_an_app(organization: Organization) -> None:
    ids = [item.app.app_id for item in organization.organization_apps.all()]
    after = organization.organization_apps.after(ids[1])
    assert [item.app.app_id for item in after] == ids[2:]
    assert list(organization.organization_apps.after(ids[-1])) == []
    with pytest.raises(NotFound):
        list(organization.organization_apps.after("no-such-app"))


def test_a_filter_holds_on_every_page(organization: Organization) -> None:
    revoked = AppFilter(status=ApprovalStatus.REVOKED)
    narrowed = AppFilter(product="payments", status=ApprovalStatus.APPROVED)
    for only in (revoked, narrowed, AppFilter(name="trip-planner")):
        found = every_page(organization, only)
        everything = {item.app.app_id for item in organization.organization_apps.all(only)}
        assert set(found) == everything
        assert len(found) == len(everything)


def test_some_apps_are_read_with_one_call(organization: Organization) -> None:
    app = organization.apps.get(DANA, "trip-planner")
    before = organization.calls()
    [found] = organization.organization_apps.some([app.app_id, "no-such-app"])
    assert organization.calls() - before == 1
    assert (found.app.name, found.app.keys) == (app.name, app.keys)
    assert organization.organization_apps.some([]) == ()
    assert organization.calls() - before == 1
