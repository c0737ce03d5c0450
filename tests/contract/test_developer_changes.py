"""Changing a developer means the same in the fake and on both flavours, and loses nothing."""

import pytest

from app.domain.developers import DeveloperChange
from app.domain.errors import NotFound
from tests.contract.organizations import DANA, INES, Organization


def test_an_edit_that_changes_nothing_writes_nothing(organization: Organization) -> None:
    organization.developers.update(DANA, DeveloperChange(last_name="Reyes"))
    assert organization.calls() == 1


def test_lists_begin_where_they_are_told(organization: Organization) -> None:
    assert list(organization.developers.emails()) == [DANA, INES]
    assert list(organization.developers.emails(INES)) == [INES]
    assert [item.email for item in organization.developers.all(INES)] == [INES]
    with pytest.raises(NotFound):
        list(organization.developers.all("missing@example.com"))
