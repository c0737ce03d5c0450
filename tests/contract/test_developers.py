"""The developers port means the same in the fake and on both flavours."""

import pytest

from app.domain.developers import DeveloperStatus, NewDeveloper
from app.domain.errors import InvalidInput, NotFound
from tests.contract.organizations import DANA, INES, Organization


def test_a_developer_is_read_by_the_address(organization: Organization) -> None:
    dana = organization.developers.get(DANA)
    assert (dana.email, dana.name, dana.user_name) == (DANA, "Dana Reyes", DANA)
    assert dana.is_active
    assert dana.developer_id
    assert dana.created_at is not None
    assert organization.developers.get(INES).status is DeveloperStatus.INACTIVE


@pytest.mark.parametrize("email", ["nobody@example.com", "DANA@example.com", "dana"])
def test_an_unknown_address_is_not_found(organization: Organization, email: str) -> None:
    with pytest.raises(NotFound):
        organization.developers.get(email)


def test_all_developers_come_once_in_one_call(organization: Organization) -> None:
    found = list(organization.developers.all())
    assert [item.email for item in found] == [DANA, INES]
    assert found[0] == organization.developers.get(DANA)
    assert organization.calls() == 2


def test_the_number_of_apps_is_told_and_a_hundred_at_most(organization: Organization) -> None:
    listed = {item.email: item.apps_count for item in organization.developers.all()}
    assert listed == {DANA: 2, INES: 100}
    assert organization.developers.get(DANA).apps_count == 2
    for name in organization.apps.names(DANA):
        organization.apps.delete(DANA, name)
    assert organization.developers.get(DANA).apps_count == 0
    assert next(organization.developers.all()).apps_count == 0


@pytest.mark.parametrize("email", ["../dana@example.com", "dana@example.com/..", "dana", ""])
def test_nobody_is_made_whose_address_is_no_part_of_a_path(
    organization: Organization, email: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        organization.developers.create(NewDeveloper(email, "Dana", "Reyes", "dana"))
    assert "email" in refused.value.fields
