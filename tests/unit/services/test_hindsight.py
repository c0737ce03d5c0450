"""A key that its owner turned off stays the owner's to turn on until others have changed it."""

from dataclasses import replace

import pytest

from app.domain.errors import NotAllowed
from app.domain.notes import Author, NoteKind
from tests.unit.services.house import ACTOR, DANA, NO_ROLES
from tests.unit.services.key_desk import APPROVED, REVOKED, Desk


@pytest.fixture
def desk() -> Desk:
    """Dana's app with one key, which she has just turned off."""
    desk = Desk()
    desk.changes.turn_off(desk.owner, ACTOR, "trip", desk.key_id, sure=True)
    stamp(desk)
    return desk


def stamp(desk: Desk) -> None:
    """Let Apigee stamp the app, as it does for a change of a key."""
    changed = replace(desk.app(), last_modified_at=desk.house.clock.now())
    desk.house.apigee.put_app(DANA, changed)


def by_others(desk: Desk, *statuses: object, stamps: bool = True) -> None:
    """Change the key behind the portal's back, half a minute later."""
    desk.house.clock.pass_by(30)
    for status in statuses:
        desk.house.apigee.keys.set_status(DANA, "trip", desk.key_id, status)  # type: ignore[arg-type] # a status
    if stamps:
        stamp(desk)


def turn_on(desk: Desk) -> bool:
    return desk.changes.turn_on(desk.owner, ACTOR, "trip", desk.key_id)


def test_a_key_that_others_approved_and_revoked_stays_off(desk: Desk) -> None:
    by_others(desk, APPROVED, REVOKED)
    with pytest.raises(NotAllowed, match="Only an administrator"):
        turn_on(desk)
    assert desk.key().status is REVOKED


def test_a_key_that_was_seen_approved_is_not_the_owners_to_turn_on_again(desk: Desk) -> None:
    by_others(desk, APPROVED)
    assert turn_on(desk) is False
    desk.house.apigee.keys.set_status(DANA, "trip", desk.key_id, REVOKED)
    with pytest.raises(NotAllowed):
        turn_on(desk)


def test_the_same_is_told_where_apigee_does_not_stamp_the_app(desk: Desk) -> None:
    by_others(desk, APPROVED, stamps=False)
    desk.house.apigee.put_app(DANA, replace(desk.app(), last_modified_at=None))
    assert turn_on(desk) is False
    by_others(desk, REVOKED, stamps=False)
    with pytest.raises(NotAllowed):
        turn_on(desk)


def test_what_was_overtaken_is_written_down_as_released(desk: Desk) -> None:
    by_others(desk, APPROVED, REVOKED)
    with pytest.raises(NotAllowed):
        turn_on(desk)
    notes = desk.notes.of_app(desk.app().app_id)
    (released,) = (note for note in notes if note.kind is NoteKind.RELEASED)
    assert (released.author, released.account_id) == (Author.SYSTEM, None)
    desk.house.apigee.put_app(DANA, replace(desk.app(), last_modified_at=None))
    with pytest.raises(NotAllowed):
        turn_on(desk)


def test_our_own_changes_of_the_app_leave_the_key_to_its_owner(desk: Desk) -> None:
    desk.house.clock.pass_by(300)
    other = desk.house.apigee.new_key("weather-free")
    desk.house.apigee.put_app(DANA, replace(desk.app(), keys=(other, *desk.app().keys)))
    desk.house.apigee.add_product("maps")
    which = ("trip", other.key_id)
    desk.changes.set_products(desk.owner, ACTOR, NO_ROLES, which, ["weather-free", "maps"])
    stamp(desk)
    desk.house.clock.pass_by(300)
    assert turn_on(desk) is True
    assert desk.key().status is APPROVED


def test_our_own_changes_do_not_hide_those_of_others(desk: Desk) -> None:
    by_others(desk, APPROVED, REVOKED)
    desk.changes.label(desk.owner, ACTOR, "trip", desk.key_id, "Dock 4")
    with pytest.raises(NotAllowed):
        turn_on(desk)


def test_an_old_copy_that_has_the_key_on_takes_nothing_back(desk: Desk) -> None:
    off, before = desk.app(), desk.house.clock.now()
    desk.house.clock.pass_by(5)
    (key,) = off.keys
    old = replace(off, keys=(replace(key, status=APPROVED),))
    long_ago = before.replace(year=2025)
    desk.house.apigee.put_app(DANA, replace(old, last_modified_at=long_ago))
    assert turn_on(desk) is False
    desk.house.apigee.put_app(DANA, off)
    assert turn_on(desk) is True


def test_clocks_that_differ_by_seconds_take_nothing_back(desk: Desk) -> None:
    desk.house.clock.pass_by(5)
    stamp(desk)
    assert turn_on(desk) is True
