"""Deleting an app: by its typed name, the owner's own, and on the record."""

import pytest

from app.domain.audit import Action
from app.domain.errors import InvalidInput, NotFound, NotRecorded, OutcomeUnknown, Upstream
from app.domain.jobs import JobKind, NewJob
from app.domain.notes import Author, Note, NoteKind, Subject
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
    with pytest.raises(NotRecorded):
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


def test_what_is_remembered_of_a_deleted_app_is_gone_and_nothing_waits_for_it(
    house: House,
) -> None:
    for name in ("Trip planner", "Other"):
        house.create(new_app(name))
        (app,) = (app for app in house.apigee.by_app.values() if app.display_name == name)
        subject = Subject(app.app_id, app.keys[0].key_id)
        developer_id = house.owner().developer_id
        house.notes.put(
            Note(NoteKind.LABEL, subject, developer_id, Author.OWNER, 1, house.clock.now())
        )
        facts = {"app_id": app.app_id, "key_id": subject.key_id}
        house.jobs.add(NewJob(JobKind.RETIRE_KEY, house.clock.now(), facts, about=developer_id))
    delete(house)
    kept = [note.subject.app_id for note in house.notes.of_developer(house.owner().developer_id)]
    assert kept == [app.app_id]
    assert [job.facts["app_id"] for job in house.jobs.about(developer_id)] == [app.app_id]


def test_an_app_that_may_be_there_still_is_remembered(house: House) -> None:
    house.create(new_app())
    (app,) = house.apigee.by_app.values()
    facts = {"app_id": app.app_id, "key_id": app.keys[0].key_id}
    owner = house.owner()
    house.jobs.add(NewJob(JobKind.RETIRE_KEY, house.clock.now(), facts, about=owner.developer_id))
    house.apigee.fail("apps.delete", LOST)
    with pytest.raises(OutcomeUnknown):
        delete(house)
    assert len(house.jobs.about(owner.developer_id)) == 1
