"""The organization, its apps and its products mean the same in the fake and on both flavours."""

import pytest

from app.domain.apps import AppFilter
from app.domain.keys import ApprovalStatus
from app.domain.secret import Secret
from tests.contract.organizations import DANA, Organization


def test_every_app_of_the_organization_comes_once(organization: Organization) -> None:
    found = list(organization.organization_apps.all())
    assert len(found) == len({item.app.app_id for item in found}) == 252
    trip = organization.apps.get(DANA, "trip-planner")
    assert trip in [item.app for item in found]


@pytest.mark.parametrize(
    ("only", "names"),
    [
        (AppFilter(status=ApprovalStatus.REVOKED), ["50% #1"]),
        (AppFilter(consumer_key=Secret("unknown")), []),
        (AppFilter(key_status=ApprovalStatus.REVOKED), ["trip-planner"]),
    ],
)
def test_apps_are_filtered(organization: Organization, only: AppFilter, names: list[str]) -> None:
    assert [item.app.name for item in organization.organization_apps.all(only)] == names
