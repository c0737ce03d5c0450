"""Changing a developer means the same in the fake and on both flavours, and loses nothing."""

import pytest

from app.domain.attributes import Attribute
from app.domain.developers import DeveloperChange, DeveloperStatus, NewDeveloper
from app.domain.errors import Conflict, NotFound
from tests.contract.organizations import DANA, INES, Organization

SEAN = NewDeveloper(
    "sean@example.com", "Sean", "O'Neil", "sean", (Attribute("team", "ops"), Attribute("tier", "1"))
)


def test_an_edit_changes_what_it_names_and_nothing_else(organization: Organization) -> None:
    before = organization.developers.create(SEAN)
    organization.developers.set_status(SEAN.email, DeveloperStatus.INACTIVE)
    change = DeveloperChange(first_name="Séan", attributes={"tier": None, "desk": "4"})
    after = organization.developers.update(SEAN.email, change)
    assert after == organization.developers.get(SEAN.email)
    assert (after.first_name, after.last_name, after.user_name) == ("Séan", "O'Neil", "sean")
    assert after.attributes == (Attribute("team", "ops"), Attribute("desk", "4"))
    assert (after.developer_id, after.email) == (before.developer_id, before.email)
    assert after.status is DeveloperStatus.INACTIVE


def test_a_decision_about_an_older_state_is_a_conflict(organization: Organization) -> None:
    seen = organization.developers.get(DANA)
    assert seen.revision
    organization.developers.update(DANA, DeveloperChange(last_name="Reyes-Sol"))
    with pytest.raises(Conflict):
        organization.developers.update(DANA, DeveloperChange(last_name="Other"), seen.revision)
    assert organization.developers.get(DANA).last_name == "Reyes-Sol"


def test_new_apps_and_a_new_status_are_no_conflict(organization: Organization) -> None:
    seen = organization.developers.get(DANA)
    organization.apps.delete(DANA, "50% #1")
    organization.developers.set_status(DANA, DeveloperStatus.INACTIVE)
    after = organization.developers.update(DANA, DeveloperChange(last_name="Sol"), seen.revision)
    assert (after.last_name, after.is_active) == ("Sol", False)


def test_an_edit_that_changes_nothing_writes_nothing(organization: Organization) -> None:
    organization.developers.update(DANA, DeveloperChange(last_name="Reyes"))
    assert organization.calls() == 1


def test_a_missing_developer_is_not_changed(organization: Organization) -> None:
    with pytest.raises(NotFound):
        organization.developers.update("nobody@example.com", DeveloperChange(first_name="N"))
    with pytest.raises(NotFound):
        organization.developers.delete("nobody@example.com")


def test_a_deleted_developer_is_gone_with_all_apps(organization: Organization) -> None:
    organization.developers.delete(DANA)
    with pytest.raises(NotFound):
        organization.developers.get(DANA)
    with pytest.raises(NotFound):
        organization.apps.get(DANA, "trip-planner")
    assert list(organization.developers.emails()) == [INES]


def test_a_developer_is_also_found_by_the_id(organization: Organization) -> None:
    dana = organization.developers.get(DANA)
    assert organization.developers.get(dana.developer_id) == dana


def test_lists_begin_where_they_are_told(organization: Organization) -> None:
    assert list(organization.developers.emails()) == [DANA, INES]
    assert list(organization.developers.emails(INES)) == [INES]
    assert [item.email for item in organization.developers.all(INES)] == [INES]
    with pytest.raises(NotFound):
        list(organization.developers.all("missing@example.com"))


def test_developers_are_found_by_the_name_of_an_app(organization: Organization) -> None:
    assert organization.developers.with_app("trip-planner") == (DANA,)
    assert organization.developers.with_app("nothing") == ()


def test_one_attribute_is_changed_and_the_others_left_alone(organization: Organization) -> None:
    organization.developers.create(SEAN)
    attributes = organization.developers.attributes(SEAN.email)
    attributes.set("tier", "2")
    attributes.set("desk", "")
    attributes.remove("team")
    assert organization.developers.get(SEAN.email).attributes == tuple(attributes.all())
    assert {item.name: item.value for item in attributes.all()} == {"tier": "2", "desk": ""}
    with pytest.raises(NotFound):
        organization.developers.attributes("nobody@example.com").all()
