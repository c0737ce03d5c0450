"""No rotation takes away what worked: products that wait on the new key, and the keys' number."""

from datetime import timedelta

import pytest

from app.domain.errors import (
    Conflict,
    InvalidInput,
    LimitReached,
    OutcomeUnknown,
    Upstream,
    UpstreamKind,
)
from app.domain.jobs import JobState
from app.domain.policy import KeyPolicy
from app.domain.products import ApiProduct, Approval
from app.domain.rotation import Asked, Overlap
from app.services.key_addition import AskedKey
from tests.unit.services.house import ACTOR, DANA, NO_ROLES
from tests.unit.services.key_desk import APPROVED, PENDING, REVOKED
from tests.unit.services.test_rotation import RotationDesk


@pytest.fixture
def desk() -> RotationDesk:
    """The first key opens a product that needs approval, too, and was approved for it."""
    desk = RotationDesk()
    payments = ApiProduct("payments", "Payments API", access="public", approval=Approval.MANUAL)
    desk.house.apigee.put_product(payments)
    desk.house.apigee.keys.add_products(DANA, "trip", desk.key_id, ("payments",))
    approve(desk, desk.key_id)
    return desk


def approve(desk: RotationDesk, key_id: str) -> None:
    desk.house.apigee.keys.set_product_status(DANA, "trip", key_id, "payments", APPROVED)


def products(desk: RotationDesk, key_id: str) -> dict[str, object]:
    return {item.name: item.status for item in desk.key(key_id).products}


def test_the_old_key_stays_on_until_the_new_one_opens_as_much(desk: RotationDesk) -> None:
    new_id = desk.start(Overlap.HOUR).pair.key_id
    assert products(desk, new_id) == {"weather-free": APPROVED, "payments": PENDING}
    desk.let_pass(timedelta(hours=2))
    assert desk.old_is() is APPROVED
    assert "Payments API waits for approval" in desk.job().error
    approve(desk, new_id)
    desk.let_pass(timedelta(hours=1))
    assert desk.old_is() is REVOKED
    assert desk.job().state is JobState.DONE


def test_a_leaked_key_stops_once_the_new_one_works_at_all(desk: RotationDesk) -> None:
    desk.start(Overlap.NONE)
    assert desk.old_is() is REVOKED


def test_a_leaked_key_that_was_given_more_time_waits_like_any_other(desk: RotationDesk) -> None:
    desk.house.apigee.fail("keys.set_status", Upstream(UpstreamKind.UNREACHABLE, "away"))
    desk.start(Overlap.NONE)
    asked = Asked("trip", desk.key_id, Overlap.HOUR, "")
    desk.rotation.extend(desk.owner, ACTOR, asked)
    desk.let_pass(timedelta(hours=2))
    assert desk.old_is() is APPROVED


def test_a_product_that_was_taken_off_the_new_key_is_not_waited_for(desk: RotationDesk) -> None:
    new_id = desk.start(Overlap.HOUR).pair.key_id
    desk.changes.set_products(desk.owner, ACTOR, NO_ROLES, ("trip", new_id), ["weather-free"])
    desk.let_pass(timedelta(hours=1))
    assert desk.old_is() is REVOKED


def test_what_would_stop_with_the_old_key_is_named(desk: RotationDesk) -> None:
    old = desk.key()
    assert desk.rotation.stopping(desk.owner, desk.app(), old) == ()
    new_id = desk.start().pair.key_id
    assert desk.rotation.stopping(desk.owner, desk.app(), old) == ("payments",)
    approve(desk, new_id)
    assert desk.rotation.stopping(desk.owner, desk.app(), old) == ()


def test_what_becomes_of_the_products_is_known_before(desk: RotationDesk) -> None:
    desk.house.apigee.keys.add_products(DANA, "trip", desk.key_id, ("ledger",))
    carried = desk.rotation.succession.carried(desk.owner, desk.key(), NO_ROLES)
    assert carried.granted == ("weather-free", "payments")
    assert carried.left_out == ("ledger",)
    assert carried.asked_again == ("payments",)


def test_no_more_time_is_not_more_time(desk: RotationDesk) -> None:
    desk.start(Overlap.HOUR)
    due_at = desk.job().due_at
    with pytest.raises(InvalidInput):
        desk.rotation.extend(desk.owner, ACTOR, Asked("trip", desk.key_id, Overlap.NONE, ""))
    assert desk.job().due_at == due_at


def test_rotations_that_are_canceled_do_not_pile_up_keys() -> None:
    desk = RotationDesk(policy=KeyPolicy(keys_per_app=2))
    for number in range(2):
        desk.start(request_id=f"r{number}")
        desk.rotation.cancel(desk.owner, ACTOR, "trip", desk.key_id)
    with pytest.raises(LimitReached, match="at most 2 keys"):
        desk.start(request_id="r3")
    assert len(desk.statuses()) == 3


def test_the_same_form_shows_the_key_after_the_old_one_has_stopped(desk: RotationDesk) -> None:
    first = desk.start(Overlap.NONE)
    assert desk.old_is() is REVOKED
    assert desk.start(Overlap.NONE).pair == first.pair


def test_who_sends_a_rotation_twice_waits_for_its_key(desk: RotationDesk) -> None:
    app = desk.app()
    first = desk.start()
    made = desk.app()
    desk.house.apigee.put_app(DANA, app)
    desk.house.naps.extend([lambda: None, lambda: desk.house.apigee.put_app(DANA, made)])
    assert desk.start().pair == first.pair
    assert len(desk.statuses()) == 2


def test_who_waits_for_a_rotation_in_vain_is_told(desk: RotationDesk) -> None:
    app, begun = desk.app(), desk.house.clock.now()
    desk.start()
    desk.house.apigee.put_app(DANA, app)
    with pytest.raises(Conflict):
        desk.start()
    assert desk.house.clock.now() - begun == timedelta(seconds=5)


def test_who_sends_a_further_key_twice_waits_for_it(desk: RotationDesk) -> None:
    asked = AskedKey(("weather-free",), "k1")

    def add() -> object:
        return desk.addition.add(desk.owner, ACTOR, NO_ROLES, "trip", asked)

    desk.house.creations.begin(desk.owner.developer_id, "k1", desk.house.clock.now(), "none")
    with pytest.raises(OutcomeUnknown):
        add()
    failed = desk.house.creations.failed
    desk.house.naps.append(lambda: failed(desk.owner.developer_id, "k1"))
    assert add() == add()
    assert len(desk.statuses()) == 2


def test_apigee_away_is_told_without_advice_that_the_portal_follows_itself(
    desk: RotationDesk,
) -> None:
    desk.start(Overlap.HOUR)
    words = "Apigee failed to do this. Try again in a minute."
    desk.house.apigee.fail("organization_apps.get", Upstream(UpstreamKind.FAILED, words))
    desk.let_pass(timedelta(hours=1))
    assert desk.job().error == "Apigee failed to do this."
