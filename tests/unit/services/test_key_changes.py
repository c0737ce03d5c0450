"""Keys in their owner's hand: off, on, away, products, labels; and one more, once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.audit import Action, Phase
from app.domain.errors import (
    Conflict,
    InvalidInput,
    LimitReached,
    NotAllowed,
    NotFound,
    OutcomeUnknown,
    Upstream,
)
from app.domain.jobs import JobState
from app.domain.keys import KeyPair
from app.domain.notes import Author
from app.domain.policy import KeyPolicy
from app.domain.products import ApiProduct, Approval
from app.domain.rotation import Asked, Overlap
from app.services.key_addition import AskedKey
from tests.unit.services.house import ACTOR, DANA, DOWN, LOST, NO_ROLES
from tests.unit.services.key_desk import APPROVED, PENDING, REVOKED, Desk

INES = "ines@example.com"


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.house.apigee.put_product(ApiProduct("payments", "Payments", approval=Approval.MANUAL))
    desk.house.apigee.add_product("maps")
    return desk


def add(desk: Desk, *products: str, request_id: str = "r1", days: int | None = None) -> KeyPair:
    asked = AskedKey(products or ("weather-free",), request_id, days)
    return desk.addition.add(desk.owner, ACTOR, NO_ROLES, "trip", asked)


def put(desk: Desk, *products: str) -> dict[str, str]:
    which = ("trip", desk.key_id)
    desk.changes.set_products(desk.owner, ACTOR, NO_ROLES, which, products)
    return {item.name: item.status.value for item in desk.key().products}


# --- One more key -----------------------------------------------------------------------------


def test_a_key_is_added_with_its_own_products(desk: Desk) -> None:
    pair = add(desk, "maps", "payments")
    statuses = {item.name: item.status for item in desk.key(pair.key_id).products}
    assert statuses == {"maps": APPROVED, "payments": PENDING}
    assert desk.key(pair.key_id).expires_at is None
    assert desk.house.phases(Action.KEY_ADD) == ["intent", "done"]
    assert desk.owner.generation == 1


def test_the_same_form_twice_is_one_key(desk: Desk) -> None:
    assert add(desk) == add(desk)
    assert len(desk.statuses()) == 2
    add(desk, request_id="r2")
    assert len(desk.statuses()) == 3


def test_a_lost_answer_is_made_good_by_the_same_form(desk: Desk) -> None:
    desk.house.apigee.fail("keys.add_products", LOST, after=True)
    with pytest.raises(OutcomeUnknown):
        add(desk)
    pair = add(desk)
    assert set(desk.statuses()) == {desk.key_id, pair.key_id}


def test_a_key_that_was_never_made_is_made_a_minute_later(desk: Desk) -> None:
    desk.house.apigee.fail("keys.create", LOST)
    with pytest.raises(OutcomeUnknown):
        add(desk)
    with pytest.raises(OutcomeUnknown):
        add(desk)
    assert len(desk.statuses()) == 1
    desk.house.clock.pass_by(61)
    pair = add(desk)
    assert set(desk.statuses()) == {desk.key_id, pair.key_id}


def test_a_refused_form_can_be_sent_again(desk: Desk) -> None:
    desk.house.apigee.fail("keys.create", DOWN)
    with pytest.raises(Upstream):
        add(desk)
    with pytest.raises(InvalidInput):
        add(desk, "ledger")
    assert add(desk).key_id in desk.statuses()


def test_lifetimes_keep_to_the_policy() -> None:
    desk = Desk(policy=KeyPolicy(default_days=30, longest_days=90))
    for asked, days in ((None, 30), (10, 10), (400, 90)):
        pair = add(desk, request_id=f"r{asked}", days=asked)
        key = desk.key(pair.key_id)
        assert key.issued_at is not None
        assert key.expires_at == key.issued_at + timedelta(days=days)


def test_an_app_has_only_so_many_keys_and_the_refusal_is_on_the_record() -> None:
    desk = Desk(policy=KeyPolicy(keys_per_app=2))
    add(desk)
    with pytest.raises(LimitReached):
        add(desk, request_id="r2")
    assert len(desk.statuses()) == 2
    row = desk.house.audit.entries[-1]
    assert (row.action, row.phase, row.detail) == (Action.KEY_ADD, Phase.FAILED, "LimitReached")


def test_a_product_that_was_refused_does_not_come_back_on_another_key(desk: Desk) -> None:
    desk.house.apigee.keys.set_product_status(DANA, "trip", desk.key_id, "weather-free", REVOKED)
    with pytest.raises(InvalidInput):
        add(desk, "weather-free")
    desk.changes.turn_off(desk.owner, ACTOR, "trip", desk.key_id, sure=True)
    desk.changes.delete(desk.owner, ACTOR, "trip", desk.key_id, sure=True)
    with pytest.raises(InvalidInput):
        add(desk, "weather-free", request_id="r2")


# --- Off, on, away ----------------------------------------------------------------------------


def test_a_key_is_turned_off_and_on_by_its_owner(desk: Desk) -> None:
    desk.changes.turn_off(desk.owner, ACTOR, "trip", desk.key_id, sure=True)
    memory = desk.memories.of_app(desk.owner.developer_id, desk.app().app_id)[desk.key_id]
    assert (desk.key().status, memory.turned_off_by) == (REVOKED, Author.OWNER)
    desk.house.clock.pass_by(1)
    desk.changes.turn_on(desk.owner, ACTOR, "trip", desk.key_id)
    memory = desk.memories.of_app(desk.owner.developer_id, desk.app().app_id)[desk.key_id]
    assert (desk.key().status, memory.turned_off_by) == (APPROVED, None)
    assert memory.changed_at == desk.house.clock.now()


def test_a_key_that_somebody_else_turned_off_stays_off(desk: Desk) -> None:
    desk.house.apigee.keys.set_status(DANA, "trip", desk.key_id, REVOKED)
    with pytest.raises(NotAllowed):
        desk.changes.turn_on(desk.owner, ACTOR, "trip", desk.key_id)
    assert desk.key().status is REVOKED


def test_a_key_that_is_on_stays_on(desk: Desk) -> None:
    desk.changes.turn_on(desk.owner, ACTOR, "trip", desk.key_id)
    assert desk.house.rows(Action.KEY_TURN_ON) == []


def test_a_working_key_is_not_deleted(desk: Desk) -> None:
    with pytest.raises(Conflict):
        desk.changes.delete(desk.owner, ACTOR, "trip", desk.key_id, sure=True)
    desk.changes.turn_off(desk.owner, ACTOR, "trip", desk.key_id, sure=True)
    desk.changes.delete(desk.owner, ACTOR, "trip", desk.key_id, sure=True)
    assert desk.statuses() == {}
    left = desk.notes.of_app(desk.app().app_id)
    assert [note for note in left if note.subject.key_id] == []


def test_an_expired_key_is_deleted_as_it_is(desk: Desk) -> None:
    app = desk.app()
    over = replace(app.keys[0], expires_at=desk.house.clock.now())
    desk.house.apigee.put_app(DANA, replace(app, keys=(over,)))
    desk.changes.delete(desk.owner, ACTOR, "trip", desk.key_id, sure=True)
    assert desk.statuses() == {}


@pytest.mark.parametrize("how", ["turn_off", "delete"])
def test_a_key_that_is_off_or_gone_is_not_retired_later(desk: Desk, how: str) -> None:
    asked = Asked("trip", desk.key_id, Overlap.WEEK, "r1")
    desk.rotation.start(desk.owner, ACTOR, NO_ROLES, asked)
    if how == "delete":
        desk.house.apigee.keys.set_status(DANA, "trip", desk.key_id, REVOKED)
        desk.changes.delete(desk.owner, ACTOR, "trip", desk.key_id, sure=True)
    else:
        desk.changes.turn_off(desk.owner, ACTOR, "trip", desk.key_id, sure=True)
    (job,) = desk.jobs.held.values()
    assert job.state is JobState.CANCELED


# --- Products ---------------------------------------------------------------------------------


def test_products_are_put_on_and_taken_off_and_the_others_keep_their_status(desk: Desk) -> None:
    assert put(desk, "weather-free", "payments") == {
        "weather-free": "approved",
        "payments": "pending",
    }
    desk.house.apigee.keys.set_product_status(DANA, "trip", desk.key_id, "payments", APPROVED)
    assert put(desk, "payments", "maps") == {"payments": "approved", "maps": "approved"}
    asked = desk.memories.of_app(desk.owner.developer_id, desk.app().app_id)[desk.key_id].asked_at
    assert set(asked) == {"payments"}  # what is given at once was not asked for


def test_a_key_keeps_a_product_that_may_not_be_requested_any_more(desk: Desk) -> None:
    desk.house.apigee.keys.add_products(DANA, "trip", desk.key_id, ("ledger",))
    assert put(desk, "ledger", "maps") == {"ledger": "approved", "maps": "approved"}
    with pytest.raises(InvalidInput):
        put(desk)
    assert put(desk, "maps") == {"maps": "approved"}
    with pytest.raises(InvalidInput):
        put(desk, "maps", "ledger")


def test_a_refused_product_is_not_raised_by_taking_it_off_and_on(desk: Desk) -> None:
    put(desk, "weather-free", "maps", "payments")
    for product in ("maps", "payments"):
        desk.house.apigee.keys.set_product_status(DANA, "trip", desk.key_id, product, REVOKED)
    assert put(desk, "weather-free") == {"weather-free": "approved"}
    with pytest.raises(InvalidInput):
        put(desk, "weather-free", "maps")
    assert put(desk, "weather-free", "payments")["payments"] == "pending"


def test_a_product_in_its_place_is_left_alone(desk: Desk) -> None:
    put(desk, "weather-free", "payments")
    assert put(desk, "payments", "weather-free", "weather-free")["payments"] == "pending"


# --- Labels, and whose it is ------------------------------------------------------------------


def test_a_key_has_a_label(desk: Desk) -> None:
    desk.changes.label(desk.owner, ACTOR, "trip", desk.key_id, "  the\u00e9 one  ")
    app_id, developer_id = desk.app().app_id, desk.owner.developer_id
    assert desk.memories.of_app(developer_id, app_id)[desk.key_id].label == "the\u00e9 one"
    desk.changes.label(desk.owner, ACTOR, "trip", desk.key_id, " ")
    assert desk.memories.of_app(developer_id, app_id) == {}


def test_two_keys_of_an_app_are_not_called_the_same(desk: Desk) -> None:
    other = desk.house.apigee.new_key("weather-free")
    desk.house.apigee.put_app(DANA, replace(desk.app(), keys=(other, *desk.app().keys)))
    desk.changes.label(desk.owner, ACTOR, "trip", desk.key_id, "Blue box")
    desk.changes.label(desk.owner, ACTOR, "trip", desk.key_id, "blue box")
    with pytest.raises(InvalidInput, match="Another key of this app is called that"):
        desk.changes.label(desk.owner, ACTOR, "trip", other.key_id, "BLUE box")
    with pytest.raises(InvalidInput, match="numbered like that"):
        desk.changes.label(desk.owner, ACTOR, "trip", other.key_id, "Key 2")
    desk.house.apigee.put_app(DANA, replace(desk.app(), keys=(other,)))
    desk.changes.label(desk.owner, ACTOR, "trip", other.key_id, "Blue box")


@pytest.mark.parametrize("text", ["x" * 61, "a\u202eb", "a\x00b"])
def test_a_label_that_cannot_be_read_is_invalid(desk: Desk, text: str) -> None:
    with pytest.raises(InvalidInput):
        desk.changes.label(desk.owner, ACTOR, "trip", desk.key_id, text)


@pytest.mark.parametrize("what", ["turn_off", "turn_on", "delete"])
def test_somebody_elses_key_is_not_found(desk: Desk, what: str) -> None:
    desk.house.account_of(INES)
    desk.house.apigee.add_app(INES, "other")
    change = getattr(desk.changes, what)
    for name in ("trip", "other"):
        with pytest.raises(NotFound):
            change(desk.house.owner(INES), ACTOR, name, desk.key_id)
    assert desk.statuses() == {desk.key_id: APPROVED}
