"""The operator's own rules: asked before every write, able to refuse, never to widen."""

from dataclasses import dataclass, field, replace

import pytest

from app.domain.audit import Action
from app.domain.errors import InvalidInput, NotAllowed
from app.domain.products import OVERRIDE, ApiProduct, Approval
from app.domain.rotation import Asked, Overlap
from app.services.app_editing import AskedEdit
from app.services.key_addition import AskedKey
from app.services.operator import Operator, Person, Write
from tests.unit.services.house import ACTOR, DANA, NO_ROLES, House, build, new_app


@dataclass
class Rules:
    """An operator's class that a test steers."""

    refused_products: dict[str, str] = field(default_factory=dict)
    refused_writes: dict[Action, str] = field(default_factory=dict)
    broken: str = ""
    before: list[Write] = field(default_factory=list)
    after: list[Write] = field(default_factory=list)

    def may_request(self, person: Person, product: ApiProduct) -> str | None:
        assert person.email == DANA
        self._break("may_request")
        return self.refused_products.get(product.name)

    def before_write(self, write: Write) -> str | None:
        self._break("before_write")
        self.before.append(write)
        return self.refused_writes.get(write.action)

    def after_write(self, write: Write) -> None:
        self._break("after_write")
        self.after.append(write)

    def _break(self, method: str) -> None:
        if self.broken == method:
            raise RuntimeError("The operator's own mistake.")


@pytest.fixture
def rules() -> Rules:
    return Rules()


@pytest.fixture
def house(rules: Rules) -> House:
    """Dana has an app ``trip`` with one key of ``weather-free``; there is ``payments``, too."""
    made = build(operator=rules)
    made.account_of()
    made.apigee.put_product(ApiProduct("payments", "Payments", approval=Approval.MANUAL))
    made.apigee.add_app(DANA, "trip", made.apigee.new_key("weather-free", "payments"))
    made.apigee.calls.clear()
    return made


def key_id(house: House) -> str:
    return house.apigee.by_app[DANA, "trip"].keys[0].key_id


def create(house: House) -> None:
    house.create(new_app("Bill"))


def edit(house: House) -> None:
    held = house.portal.editing.read(house.owner(), "trip")
    revision = house.portal.editing.revision(held)
    asked = AskedEdit("Trips", held.description, held.callback_url, revision=revision)
    house.portal.editing.update(house.owner(), ACTOR, NO_ROLES, "trip", asked)


def add_key(house: House) -> None:
    asked = AskedKey(("weather-free",), "request-of-a-key")
    house.portal.key_addition.add(house.owner(), ACTOR, NO_ROLES, "trip", asked)


def change_products(house: House) -> None:
    which = "trip", key_id(house)
    house.apigee.put_product(ApiProduct("maps", "Maps"))
    house.portal.key_changes.set_products(
        house.owner(), ACTOR, NO_ROLES, which, ["weather-free", "payments", "maps"]
    )


def rotate(house: House) -> None:
    asked = Asked("trip", key_id(house), Overlap.DAY, "request-of-a-rotation")
    house.portal.rotation.start(house.owner(), ACTOR, NO_ROLES, asked)


WRITES = {
    Action.APP_CREATE: create,
    Action.APP_UPDATE: edit,
    Action.KEY_ADD: add_key,
    Action.KEY_PRODUCTS: change_products,
    Action.KEY_ROTATE: rotate,
}


@pytest.mark.parametrize("action", WRITES)
def test_every_write_is_asked_about_before_and_told_after(
    house: House, rules: Rules, action: Action
) -> None:
    WRITES[action](house)
    assert [write.action for write in rules.before] == [action]
    assert rules.after == rules.before
    assert rules.before[0].person == Person(DANA, house.owner().developer_id, NO_ROLES)


@pytest.mark.parametrize("action", WRITES)
def test_a_refused_write_changes_nothing_on_apigee_and_is_in_the_audit_log(
    house: House, rules: Rules, action: Action
) -> None:
    rules.refused_writes[action] = "Not on Sundays."
    before = dict(house.apigee.by_app)
    with pytest.raises(InvalidInput) as refused:
        WRITES[action](house)
    assert (refused.value.fields, refused.value.message) == (
        {"": "Not on Sundays."},
        "Not on Sundays.",
    )
    assert house.apigee.by_app == before
    assert rules.after == []
    assert house.phases(action) == ["intent", "failed"]


@pytest.mark.parametrize("method", ["may_request", "before_write"])
def test_rules_that_cannot_be_asked_are_not_taken_for_a_yes(
    house: House, rules: Rules, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    rules.broken = method
    with pytest.raises(NotAllowed, match="could not be checked"):
        create(house)
    assert (DANA, "bill") not in house.apigee.by_app
    assert "The operator's rules failed" in caplog.messages


@pytest.mark.parametrize("action", WRITES)
def test_what_fails_afterwards_is_logged_and_undoes_nothing(
    house: House, rules: Rules, action: Action, caplog: pytest.LogCaptureFixture
) -> None:
    rules.broken = "after_write"
    WRITES[action](house)
    assert house.phases(action) == ["intent", "done"]
    assert f"The operator's after_write failed after {action.value}" in caplog.messages


@pytest.mark.parametrize("write", [create, add_key])
def test_a_product_that_is_refused_is_told_with_the_reason(
    house: House, rules: Rules, write: object
) -> None:
    rules.refused_products["weather-free"] = "Not for you."
    with pytest.raises(InvalidInput) as refused:
        write(house)  # type: ignore[operator] # one of the functions above
    assert refused.value.fields == {"products": "The weather-free: Not for you."}


def test_a_rotation_leaves_out_what_is_refused(house: House, rules: Rules) -> None:
    rules.refused_products["payments"] = "Not for you."
    asked = Asked("trip", key_id(house), Overlap.DAY, "request-of-a-rotation")
    rotated = house.portal.rotation.start(house.owner(), ACTOR, NO_ROLES, asked)
    assert rotated.left_out == ("payments",)


def test_the_operator_can_not_give_what_the_portal_refuses(house: House) -> None:
    with pytest.raises(InvalidInput) as refused:
        house.create(replace(new_app("Bill"), products=("ledger",)))
    assert "is not available" in refused.value.fields["products"]


def test_an_override_of_access_is_no_role_and_the_operators_rules_are_asked_all_the_same(
    house: House, rules: Rules
) -> None:
    roles = frozenset({"developer", OVERRIDE})
    house.portal.creation.create(
        house.owner(), ACTOR, roles, replace(new_app("Bill"), products=("ledger",))
    )
    assert rules.before[0].person.roles == {"developer"}
    rules.refused_products["ledger"] = "Not for you."
    with pytest.raises(InvalidInput, match="Not for you"):
        house.portal.creation.create(
            house.owner(), ACTOR, roles, replace(new_app("Bell"), products=("ledger",))
        )


def test_a_write_holds_what_was_typed(house: House, rules: Rules) -> None:
    house.create(new_app("Bill", description="Sends bills."))
    assert rules.before[0].app == "bill"
    assert rules.before[0].products == ("weather-free",)
    assert rules.before[0].values["description"] == "Sends bills."


def test_without_a_class_nothing_is_refused() -> None:
    made = build()
    made.account_of()
    products = made.portal.products.visible(NO_ROLES)
    assert Operator().refusals(made.owner(), NO_ROLES, products) == {}
