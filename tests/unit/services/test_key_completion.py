"""A portal that dies between making a key and giving it its products: the same form goes on."""

from dataclasses import replace

import pytest

from app.domain.errors import Conflict
from app.domain.rotation import Asked, Overlap, Rotated
from app.services.key_addition import AskedKey
from tests.unit.services.house import ACTOR, DANA, NO_ROLES
from tests.unit.services.key_desk import Desk

ASKED = AskedKey(("weather-free",), "k1")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def cut_off(desk: Desk, key_id: str) -> None:
    """Leave a key as it is after the first of its two calls."""
    app = desk.app()
    keys = tuple(replace(key, products=()) if key.key_id == key_id else key for key in app.keys)
    desk.house.apigee.put_app(DANA, replace(app, keys=keys))


def rotated(desk: Desk) -> Rotated:
    asked = Asked("trip", desk.key_id, Overlap.DAY, "r1")
    return desk.rotation.start(desk.owner, ACTOR, NO_ROLES, asked)


def names(desk: Desk, key_id: str) -> list[str]:
    return [item.name for item in desk.key(key_id).products]


def test_a_replacement_gets_the_products_of_the_old_key(desk: Desk) -> None:
    made = rotated(desk).pair
    cut_off(desk, made.key_id)
    again = rotated(desk)
    assert (again.pair, again.left_out) == (made, ())
    assert names(desk, made.key_id) == ["weather-free"]
    assert len(desk.statuses()) == 2


def test_a_further_key_gets_the_products_that_were_chosen(desk: Desk) -> None:
    made = desk.addition.add(desk.owner, ACTOR, NO_ROLES, "trip", ASKED)
    cut_off(desk, made.key_id)
    desk.house.creations.begun[desk.owner.developer_id, ASKED.request_id] = None
    assert desk.addition.add(desk.owner, ACTOR, NO_ROLES, "trip", ASKED) == made
    assert names(desk, made.key_id) == ["weather-free"]
    assert len(desk.statuses()) == 2


def test_a_form_that_was_done_does_not_bring_products_back(desk: Desk) -> None:
    made = desk.addition.add(desk.owner, ACTOR, NO_ROLES, "trip", ASKED)
    cut_off(desk, made.key_id)
    assert desk.addition.add(desk.owner, ACTOR, NO_ROLES, "trip", ASKED) == made
    assert names(desk, made.key_id) == []


def test_who_comes_while_the_key_is_made_waits_for_its_products(desk: Desk) -> None:
    made = rotated(desk).pair
    whole = desk.app()
    cut_off(desk, made.key_id)
    with desk.rotation.room.held(desk.owner, "trip"):
        desk.house.naps = [lambda: desk.house.apigee.put_app(DANA, whole)]
        assert rotated(desk).pair == made
        cut_off(desk, made.key_id)
        desk.house.naps = []
        with pytest.raises(Conflict):
            rotated(desk)
    assert names(desk, made.key_id) == []
