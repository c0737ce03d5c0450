"""Long lists over the adapter: every object once, however pages are cut, and none kept."""

from dataclasses import replace
from typing import Any

import pytest

import emulator
from app.domain.apps import AppFilter
from app.domain.keys import ApprovalStatus
from emulator import Switches
from emulator.model import Flavor
from tests.contract.organizations import connected

APPS = 2050


def seed() -> dict[str, Any]:
    """Return one developer with more apps than two pages hold, every fifth one revoked."""
    apps = [
        {
            "name": f"app-{number:04}",
            "apiProducts": ["weather-free"],
            "status": "approved" if number % 5 else "revoked",
        }
        for number in range(APPS)
    ]
    developer = {"email": "d@example.com", "firstName": "D", "lastName": "R", "apps": apps}
    return {"apiProducts": [{"name": "weather-free"}], "developers": [developer]}


@pytest.mark.parametrize("inclusive", [False, True])
@pytest.mark.parametrize("flavor", ["x", "edge"])
def test_apps_of_the_organization_come_once_whatever_a_token_means(
    flavor: Flavor, *, inclusive: bool
) -> None:
    switches = replace(Switches(), page_token_inclusive=inclusive)
    with (
        emulator.run(flavor=flavor, seed=seed(), switches=switches) as local,
        connected(local) as organization,
    ):
        every = [item.app.name for item in organization.organization_apps.all()]
        assert sorted(every) == [f"app-{number:04}" for number in range(APPS)]
        assert organization.calls() == 3
        only = AppFilter(product="weather-free")
        found = [item.app.name for item in organization.organization_apps.all(only)]
        assert sorted(found) == sorted(every)
        revoked = AppFilter(product="weather-free", status=ApprovalStatus.REVOKED)
        assert len(list(organization.organization_apps.all(revoked))) == APPS // 5
        assert len(list(organization.apps.names("d@example.com"))) == APPS


def test_a_list_is_asked_for_page_by_page() -> None:
    with (
        emulator.run(seed=emulator.generated(developers=20_000)) as local,
        connected(local) as organization,
    ):
        developers = organization.developers.all()
        first = [next(developers) for _ in range(1000)]
        assert organization.calls() == 1
        rest = sum(1 for _ in developers)
        assert len(first) + rest == 20_000
        assert organization.calls() <= 22
