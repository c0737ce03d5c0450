"""Deleting an app: by its typed name, the owner's own, and on the record."""

import pytest

from app.domain.audit import Action
from app.domain.errors import InvalidInput, NotFound, OutcomeUnknown, Upstream
from tests.unit.services.house import ACTOR, DOWN, LOST, House, new_app


def names(house: House) -> list[str]:
    return [row.app.name for row in house.portal.apps.listing(house.owner()).rows]


def delete(house: House, typed: str = "Trip planner", name: str = "trip-planner") -> str:
    return house.portal.apps.delete(house.owner(), ACTOR, name, typed).name


def test_an_app_is_deleted_by_its_typed_name(house: House) -> None:
    house.create(new_app())
    house.portal.apps.listing(house.owner())
    house.asked()
    assert delete(house, " Trip planner\t") == "trip-planner"
    assert house.asked() == ["apps.get", "apps.delete"]
    assert (house.apigee.by_app, house.apigee.by_key_id) == ({}, {})
    assert names(house) == []
    assert house.trail()[-2:] == [
        ("app.delete", "intent", "trip-planner"),
        ("app.delete", "done", "trip-planner"),
    ]


@pytest.mark.parametrize("typed", ["", "trip planner", "Trip", "trip-planner"])
def test_another_name_deletes_nothing(house: House, typed: str) -> None:
    house.create(new_app())
    with pytest.raises(InvalidInput) as wrong:
        delete(house, typed)
    assert wrong.value.fields == {"confirm_name": "The name does not match. Type: Trip planner"}
    assert "apps.delete" not in house.asked()
    assert house.rows(Action.APP_DELETE) == []


def test_what_is_not_the_owners_is_not_deleted(house: House) -> None:
    house.account_of("ines@example.com")
    house.create(new_app(), house.owner("ines@example.com"))
    with pytest.raises(NotFound):
        delete(house)
    assert len(house.apigee.by_app) == 1


def test_when_the_log_refuses_nothing_is_deleted(house: House) -> None:
    house.create(new_app())
    house.audit.error = OSError("The disk is full.")
    with pytest.raises(OSError, match="disk"):
        delete(house)
    assert len(house.apigee.by_app) == 1


def test_a_deletion_that_fails_is_told_and_changes_no_lists(house: House) -> None:
    house.create(new_app())
    house.portal.apps.listing(house.owner())
    house.apigee.fail("apps.delete", DOWN)
    with pytest.raises(Upstream):
        delete(house)
    assert house.phases(Action.APP_DELETE) == ["intent", "failed"]
    house.asked()
    assert names(house) == ["trip-planner"]
    assert house.asked() == []


def test_a_lost_answer_to_a_deletion_is_told_and_the_list_read_afresh(house: House) -> None:
    house.create(new_app())
    house.portal.apps.listing(house.owner())
    house.asked()
    house.apigee.fail("apps.delete", LOST)
    with pytest.raises(OutcomeUnknown):
        delete(house)
    assert house.phases(Action.APP_DELETE) == ["intent", "unknown"]
    house.portal.apps.listing(house.owner())
    assert "apps.page" in house.asked()
