"""Who decides about products is told by mail of every way in which one is asked for."""

import pytest

from app.domain.keys import ApprovalStatus
from app.domain.people import ADMINISTRATOR
from app.domain.products import ApiProduct, Approval
from app.domain.rotation import Asked, Overlap
from app.services.key_addition import AskedKey
from tests.unit.services.house import ACTOR, DANA, NO_ROLES, new_app
from tests.unit.services.key_desk import Desk

TOLD = [("access_requested for Ada Reyes", "ada@example.com")]


@pytest.fixture
def desk() -> Desk:
    """Dana's app ``trip``, an administrator, and a product that somebody has to approve."""
    desk = Desk()
    desk.house.apigee.put_product(ApiProduct("payments", "Payments", approval=Approval.MANUAL))
    desk.house.apigee.add_product("maps")
    desk.house.sign_up("ada@example.com", roles=frozenset({ADMINISTRATOR}))
    return desk


def told(desk: Desk) -> list[tuple[str, str]]:
    """Return what was sent since the last time."""
    desk.house.work()
    sent = desk.house.mail.told()
    desk.house.mail.server.taken.clear()
    return sent


def put(desk: Desk, *products: str) -> None:
    desk.changes.set_products(desk.owner, ACTOR, NO_ROLES, ("trip", desk.key_id), products)


def test_a_new_app_that_asks_is_told_of_once(desk: Desk) -> None:
    new = new_app("Other", products=("weather-free", "payments"))
    for _ in range(2):
        desk.house.create(new)
    desk.house.work()
    [message] = desk.house.mail.server.taken
    assert {"app: Other", "products: Payments"} < set(message.words.text.splitlines())
    assert told(desk) == TOLD


def test_a_new_key_that_asks_is_told_of(desk: Desk) -> None:
    asked = AskedKey(("weather-free", "payments"), "r1", None)
    for _ in range(2):
        desk.addition.add(desk.owner, ACTOR, NO_ROLES, "trip", asked)
    assert told(desk) == TOLD


def test_a_product_that_is_put_on_a_key_is_told_of_once(desk: Desk) -> None:
    put(desk, "weather-free", "payments")
    assert told(desk) == TOLD
    put(desk, "weather-free", "payments", "maps")
    assert told(desk) == []


def test_asking_again_is_told_of_again(desk: Desk) -> None:
    put(desk, "weather-free", "payments")
    assert told(desk) == TOLD
    desk.house.clock.pass_by(60)
    refuse = desk.house.apigee.keys.set_product_status
    refuse(DANA, "trip", desk.key_id, "payments", ApprovalStatus.REVOKED)
    which = ("trip", desk.key_id)
    desk.changes.ask_again(desk.owner, ACTOR, NO_ROLES, which, "payments")
    assert told(desk) == TOLD


def test_a_key_that_replaces_another_asks_again_for_what_needs_it(desk: Desk) -> None:
    put(desk, "weather-free", "payments")
    told(desk)
    desk.house.clock.pass_by(60)
    asked = Asked("trip", desk.key_id, Overlap.DAY, "r1")
    desk.rotation.start(desk.owner, ACTOR, NO_ROLES, asked)
    assert told(desk) == TOLD


def test_what_apigee_approves_by_itself_is_nobodys_work(desk: Desk) -> None:
    desk.house.create(new_app("Other", products=("weather-free", "maps")))
    put(desk, "weather-free", "maps")
    desk.addition.add(desk.owner, ACTOR, NO_ROLES, "trip", AskedKey(("maps",), "r1", None))
    assert told(desk) == []
