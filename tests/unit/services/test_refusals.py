"""Refused writes on the record: each once, without secrets, and no flood."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.audit import Actor, Phase
from app.domain.errors import InvalidInput, NotAllowed, NotFound, PortalError
from app.domain.keys import ApprovalStatus
from app.domain.policy import AppPolicy
from app.domain.products import ApiProduct
from app.domain.rotation import Asked, Overlap
from app.services.app_editing import AskedEdit
from app.services.key_addition import AskedKey
from app.services.operator import NoFurtherRules, Write
from app.services.registration_rules import RegistrationForm
from tests.unit.services.house import ACTOR, DANA, NO_ROLES, House, build, new_app

KEY_ID = "0123456789abcdef"
EDIT = AskedEdit("Trips", "", "")
Refusal = Callable[[House], object]


def rotation(key_id: str = KEY_ID, app: str = "plan") -> Asked:
    return Asked(app, key_id, Overlap.DAY, "req-1")


# Every write about an app that is somebody else's, by its action and what it is about.
WRITES: dict[str, Refusal] = {
    "app.update plan": lambda house: house.portal.editing.update(
        house.owner(), ACTOR, NO_ROLES, "plan", EDIT
    ),
    "app.delete plan": lambda house: house.portal.apps.delete(house.owner(), ACTOR, "plan", "plan"),
    "key.add plan": lambda house: house.portal.key_addition.add(
        house.owner(), ACTOR, NO_ROLES, "plan", AskedKey(("weather-free",), "req-1")
    ),
    f"key.turn_off plan / {KEY_ID}": lambda house: house.portal.key_changes.turn_off(
        house.owner(), ACTOR, "plan", KEY_ID
    ),
    f"key.turn_on plan / {KEY_ID}": lambda house: house.portal.key_changes.turn_on(
        house.owner(), ACTOR, "plan", KEY_ID
    ),
    f"key.delete plan / {KEY_ID}": lambda house: house.portal.key_changes.delete(
        house.owner(), ACTOR, "plan", KEY_ID
    ),
    f"key.products plan / {KEY_ID}": lambda house: house.portal.key_changes.set_products(
        house.owner(), ACTOR, NO_ROLES, ("plan", KEY_ID), ("weather-free",)
    ),
    f"key.label plan / {KEY_ID}": lambda house: house.portal.key_changes.label(
        house.owner(), ACTOR, "plan", KEY_ID, "Mine"
    ),
    f"key.rotate plan / {KEY_ID}": lambda house: house.portal.rotation.start(
        house.owner(), ACTOR, NO_ROLES, rotation()
    ),
    f"key.rotation.move plan / {KEY_ID}": lambda house: house.portal.rotation.extend(
        house.owner(), ACTOR, rotation()
    ),
    f"key.rotation.cancel plan / {KEY_ID}": lambda house: house.portal.rotation.cancel(
        house.owner(), ACTOR, "plan", KEY_ID
    ),
    f"key.retire plan / {KEY_ID}": lambda house: house.portal.rotation.stop_now(
        house.owner(), ACTOR, "plan", KEY_ID
    ),
}


def told(house: House) -> list[str]:
    """Return action, object, outcome and reason of every row."""
    return [
        f"{row.action} {row.target} {row.phase} {row.detail}".strip() for row in house.audit.entries
    ]


def refused(house: House, act: Refusal, error: type[PortalError] = NotFound) -> list[str]:
    """Do what is refused; return what the log says of it."""
    with pytest.raises(error):
        act(house)
    return told(house)


@pytest.mark.parametrize("write", WRITES)
def test_a_write_to_what_is_somebody_elses_is_on_the_record_once(house: House, write: str) -> None:
    house.account_of("bob@example.com")
    house.apigee.add_app("bob@example.com", "plan", house.apigee.new_key("weather-free"))
    assert refused(house, WRITES[write]) == [f"{write} failed NotFound"]
    [row] = house.audit.entries
    assert (row.actor, row.on_behalf_of, row.phase) == (ACTOR, DANA, Phase.FAILED)


def test_a_hidden_product_that_is_asked_for_is_on_the_record(house: House) -> None:
    hidden = new_app(products=("ledger",))
    assert refused(house, lambda house: house.create(hidden), InvalidInput) == [
        "app.create trip-planner failed Refused"
    ]


def test_a_registration_that_is_refused_is_on_the_record(house: House) -> None:
    eve = house.sign_up("eve@example.com", email_verified=False)
    form = RegistrationForm("Eve", "Reyes", "eve")
    register = house.portal.registration.register
    rows = refused(house, lambda _house: register(eve, ACTOR, form), NotAllowed)
    assert rows == ["developer.register eve@example.com failed NotAllowed"]
    assert house.audit.entries[-1].target_account_id == eve.account_id


def test_what_is_typed_wrongly_is_no_refusal(house: House) -> None:
    wrong = new_app(display_name="", products=())
    assert refused(house, lambda house: house.create(wrong), InvalidInput) == []


def test_a_limit_that_is_reached_is_on_the_record() -> None:
    house = build(apps=AppPolicy(apps_per_developer=1))
    house.account_of()
    house.create(new_app("One"))
    rows = refused(house, lambda house: house.create(new_app("Two")), InvalidInput)
    assert rows[2:] == ["app.create two intent", "app.create two failed Refused"]


class Strict(NoFurtherRules):
    """An operator who refuses a product."""

    def may_request(self, _person: object, product: ApiProduct) -> str | None:
        return f"{product.name} is not for you."


class Frozen(NoFurtherRules):
    """An operator who refuses every change."""

    def before_write(self, _write: Write) -> str | None:
        return "Nothing changes today."


def test_what_the_operators_rules_refuse_is_on_the_record() -> None:
    strict, frozen = build(operator=Strict()), build(operator=Frozen())
    for house in (strict, frozen):
        house.account_of()
    assert refused(strict, lambda house: house.create(new_app()), InvalidInput) == [
        "app.create trip-planner failed Refused"
    ]
    assert refused(frozen, lambda house: house.create(new_app()), InvalidInput) == [
        "app.create trip-planner intent",
        "app.create trip-planner failed Refused",
    ]


def test_a_key_that_an_administrator_turned_off_is_not_turned_on_and_that_is_recorded(
    house: House,
) -> None:
    key = replace(house.apigee.new_key("weather-free"), status=ApprovalStatus.REVOKED)
    house.apigee.add_app(DANA, "trip", key)
    on = house.portal.key_changes.turn_on
    rows = refused(house, lambda house: on(house.owner(), ACTOR, "trip", key.key_id), NotAllowed)
    assert rows == [f"key.turn_on trip / {key.key_id} failed NotAllowed"]


def test_looking_at_what_is_not_there_leaves_no_row(house: House) -> None:
    for look in (house.portal.apps.get, house.portal.apps.show, house.portal.editing.read):
        with pytest.raises(NotFound):
            look(house.owner(), "plan")
    assert told(house) == []


def delete(house: House, name: str, actor: Actor = ACTOR) -> None:
    with pytest.raises(NotFound):
        house.portal.apps.delete(house.owner(), actor, name, name)


def test_repeats_of_one_person_are_one_row_with_a_count(house: House) -> None:
    for number in range(50):
        delete(house, f"plan-{number}")
    assert len(told(house)) == 1
    [repeats] = house.audit.repeats.values()
    assert (repeats.count, len(repeats.about)) == (49, 50)
    delete(house, "plan", replace(ACTOR, account_id=2))
    assert len(told(house)) == 2


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ("q" * 48, "[masked]"),
        ("plan-" + "Ab1" * 11, "plan-[masked]"),
        ("x-" * 90, "x-" * 50),
        ("a\nb\u202ec", "abc"),
    ],
    ids=["a key", "a key in a name", "a long name", "signs that cannot be seen"],
)
def test_what_was_pasted_into_an_address_is_not_spelled_out(
    house: House, asked: str, row: str
) -> None:
    delete(house, asked)
    assert told(house) == [f"app.delete {row} failed NotFound"]
