"""Changing an app means the same in the fake and on both flavours, and loses nothing."""

import pytest

from app.domain.apps import AppChange, NewApp
from app.domain.errors import NotFound
from tests.contract.organizations import DANA, INES, Organization

NEW = NewApp("trip", "Trip", ("weather-free",))


def test_an_edit_that_changes_nothing_writes_nothing(organization: Organization) -> None:
    organization.apps.create(DANA, NEW)
    before = organization.calls()
    organization.apps.update(DANA, "trip", AppChange(display_name="Trip"))
    assert organization.calls() == before + 1


def test_names_of_apps_come_once(organization: Organization) -> None:
    names = list(organization.apps.names(INES))
    assert names == sorted(set(names))
    assert len(names) == 250
    with pytest.raises(NotFound):
        list(organization.apps.names("nobody@example.com"))
