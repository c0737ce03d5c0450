"""Changing an app means the same in the fake and on both flavours, and loses nothing."""

import pytest

from app.domain.apps import DISPLAY_NAME, NOTES, AppChange, NewApp
from app.domain.attributes import Attribute, value_of
from app.domain.errors import Conflict, NotFound
from app.domain.keys import ApprovalStatus
from tests.contract.organizations import DANA, INES, Organization

NEW = NewApp(
    "trip",
    "Trip",
    ("weather-free",),
    description="Shows trips",
    callback_url="https://trip.example/back",
    request_id="request-1",
)


def test_an_edit_changes_what_it_names_and_nothing_else(organization: Organization) -> None:
    before = organization.apps.create(DANA, NEW).app
    after = organization.apps.update(DANA, "trip", AppChange(display_name="Trip é"))
    assert after == organization.apps.get(DANA, "trip")
    assert (after.display_name, after.description) == ("Trip é", "Shows trips")
    assert (after.callback_url, after.request_id) == (NEW.callback_url, "request-1")
    assert (after.keys, after.app_id, after.status) == (before.keys, before.app_id, before.status)


def test_attributes_keep_their_places(organization: Organization) -> None:
    organization.apps.create(DANA, NEW)
    change = AppChange(description="New", attributes={"team": "ops", "portal_request_id": None})
    after = organization.apps.update(DANA, "trip", change)
    assert after.attributes == (
        Attribute(DISPLAY_NAME, "Trip"),
        Attribute(NOTES, "New"),
        Attribute("team", "ops"),
    )


def test_an_empty_description_and_address_are_none(organization: Organization) -> None:
    organization.apps.create(DANA, NEW)
    after = organization.apps.update(DANA, "trip", AppChange(description="", callback_url=""))
    assert (after.description, after.callback_url) == ("", "")
    assert value_of(after.attributes, NOTES) is None


def test_an_edit_that_changes_nothing_writes_nothing(organization: Organization) -> None:
    organization.apps.create(DANA, NEW)
    before = organization.calls()
    organization.apps.update(DANA, "trip", AppChange(display_name="Trip"))
    assert organization.calls() == before + 1


def test_a_decision_about_an_older_state_is_a_conflict(organization: Organization) -> None:
    organization.apps.create(DANA, NEW)
    seen = organization.apps.get(DANA, "trip")
    assert seen.revision
    organization.apps.update(DANA, "trip", AppChange(callback_url="https://other.example/"))
    with pytest.raises(Conflict):
        organization.apps.update(DANA, "trip", AppChange(display_name="Mine"), seen.revision)
    assert organization.apps.get(DANA, "trip").display_name == "Trip"


def test_a_change_of_keys_or_status_is_no_conflict(organization: Organization) -> None:
    (key,) = organization.apps.create(DANA, NEW).app.keys
    seen = organization.apps.get(DANA, "trip")
    organization.keys.set_status(DANA, "trip", key.key_id, ApprovalStatus.REVOKED)
    organization.apps.set_status(DANA, "trip", ApprovalStatus.REVOKED)
    after = organization.apps.update(DANA, "trip", AppChange(display_name="Mine"), seen.revision)
    assert (after.display_name, after.status) == ("Mine", ApprovalStatus.REVOKED)
    assert after.keys[0].status is ApprovalStatus.REVOKED


def test_an_app_is_revoked_and_approved(organization: Organization) -> None:
    for status in (ApprovalStatus.REVOKED, ApprovalStatus.REVOKED, ApprovalStatus.APPROVED):
        organization.apps.set_status(DANA, "trip-planner", status)
        assert organization.apps.get(DANA, "trip-planner").status is status


@pytest.mark.parametrize("developer", [INES, "nobody@example.com"])
def test_only_an_app_of_the_developer_is_changed(
    organization: Organization, developer: str
) -> None:
    with pytest.raises(NotFound):
        organization.apps.update(developer, "trip-planner", AppChange(display_name="Mine"))
    with pytest.raises(NotFound):
        organization.apps.set_status(developer, "trip-planner", ApprovalStatus.REVOKED)


def test_names_of_apps_come_once(organization: Organization) -> None:
    names = list(organization.apps.names(INES))
    assert names == sorted(set(names))
    assert len(names) == 250
    with pytest.raises(NotFound):
        list(organization.apps.names("nobody@example.com"))


def test_one_attribute_is_changed_and_the_others_left_alone(organization: Organization) -> None:
    organization.apps.create(DANA, NEW)
    attributes = organization.apps.attributes(DANA, "trip")
    attributes.set("team", "a b&c=é")
    attributes.set(NOTES, "Other")
    assert attributes.get("team") == "a b&c=é"
    attributes.remove("portal_request_id")
    assert [(item.name, item.value) for item in attributes.all()] == [
        (DISPLAY_NAME, "Trip"),
        (NOTES, "Other"),
        ("team", "a b&c=é"),
    ]
    with pytest.raises(NotFound):
        attributes.get("portal_request_id")
    with pytest.raises(NotFound):
        attributes.remove("portal_request_id")


def test_all_attributes_are_replaced_at_once(organization: Organization) -> None:
    attributes = organization.apps.attributes(DANA, "trip-planner")
    attributes.replace((Attribute("a", "1"), Attribute("b", "2")))
    assert attributes.all() == (Attribute("a", "1"), Attribute("b", "2"))
    with pytest.raises(NotFound):
        organization.apps.attributes(DANA, "nothing").replace(())
