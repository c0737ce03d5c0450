"""The developers port means the same in the fake and on both flavours."""

from dataclasses import replace

import pytest

from app.domain.attributes import Attribute
from app.domain.developers import DeveloperStatus, NewDeveloper
from app.domain.errors import AlreadyExists, InvalidInput, NotFound
from tests.contract.organizations import DANA, INES, Organization

NEW = NewDeveloper(
    email="o'neil+a@example.com",
    first_name="Séan",
    last_name="O'Neil",
    user_name="sean",
    attributes=(Attribute("team", "ops"),),
)


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


def test_a_new_developer_is_active_and_found_again(organization: Organization) -> None:
    made = organization.developers.create(NEW)
    assert (made.email, made.first_name, made.last_name) == (NEW.email, "Séan", "O'Neil")
    assert (made.user_name, made.attributes, made.is_active) == ("sean", NEW.attributes, True)
    assert organization.developers.get(NEW.email) == made


def test_x_knows_small_letters_only_and_edge_keeps_what_was_typed(
    organization: Organization,
) -> None:
    mixed = "Sean@Example.com"
    made = organization.developers.create(replace(NEW, email=mixed))
    assert made.email == (mixed if organization.kind == "edge" else mixed.lower())
    assert organization.developers.get(made.email) == made


def test_an_address_is_registered_once(organization: Organization) -> None:
    with pytest.raises(AlreadyExists):
        organization.developers.create(replace(NEW, email=DANA))


def test_an_address_without_a_domain_is_invalid(organization: Organization) -> None:
    with pytest.raises(InvalidInput) as invalid:
        organization.developers.create(replace(NEW, email="sean"))
    assert set(invalid.value.fields) == {"email"}


def test_a_missing_name_is_invalid(organization: Organization) -> None:
    with pytest.raises(InvalidInput) as invalid:
        organization.developers.create(replace(NEW, last_name=""))
    assert "last_name" in invalid.value.fields


def test_a_developer_is_deactivated_and_activated(organization: Organization) -> None:
    developers = organization.developers
    for status in (DeveloperStatus.INACTIVE, DeveloperStatus.INACTIVE, DeveloperStatus.ACTIVE):
        developers.set_status(DANA, status)
        assert developers.get(DANA).status is status


def test_the_status_of_an_unknown_developer_is_not_found(organization: Organization) -> None:
    with pytest.raises(NotFound):
        organization.developers.set_status("nobody@example.com", DeveloperStatus.ACTIVE)


def test_all_developers_come_once_in_one_call(organization: Organization) -> None:
    found = list(organization.developers.all())
    assert [item.email for item in found] == [DANA, INES]
    assert found[0] == organization.developers.get(DANA)
    assert organization.calls() == 2
