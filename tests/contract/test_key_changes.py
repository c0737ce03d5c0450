"""Adding and changing keys means the same in the fake and on both flavours."""

from datetime import timedelta

import pytest

from app.domain.apps import NewApp
from app.domain.attributes import Attribute
from app.domain.errors import InvalidInput, NotFound
from app.domain.keys import ApprovalStatus, Key, KeyProduct, NewKey
from tests.contract.organizations import CONSUMER_KEY, DANA, INES, Organization, fingerprint

TRIP = "trip-planner"
HELD = fingerprint(CONSUMER_KEY)
NEW = NewKey(("payments",))


def key_of(organization: Organization, key_id: str = HELD) -> Key:
    """Read one key of the sample app."""
    held = {key.key_id: key for key in organization.apps.get(DANA, TRIP).keys}
    return held[key_id]


def test_a_further_key_leaves_the_app_and_its_keys_alone(organization: Organization) -> None:
    organization.apps.create(
        DANA, NewApp("trip", "Trip", ("weather-free",), "Notes", "https://a.example/")
    )
    before = organization.apps.get(DANA, "trip")
    pair = organization.keys.create(DANA, "trip", NEW)
    after = organization.apps.get(DANA, "trip")
    assert (after.attributes, after.callback_url) == (before.attributes, before.callback_url)
    assert set(before.keys) < set(after.keys)
    (added,) = set(after.keys) - set(before.keys)
    assert (added.key_id, added.expires_at) == (pair.key_id, None)
    assert added.products == (KeyProduct("payments", ApprovalStatus.PENDING),)
    assert organization.keys.pair(DANA, "trip", pair.key_id) == pair


def test_a_further_key_may_end(organization: Organization) -> None:
    pair = organization.keys.create(DANA, TRIP, NewKey(("weather-free",), 3600))
    key = key_of(organization, pair.key_id)
    assert key.issued_at is not None
    assert key.expires_at == key.issued_at + timedelta(hours=1)
    assert key.products == (KeyProduct("weather-free", ApprovalStatus.APPROVED),)
    assert len(organization.apps.get(DANA, TRIP).keys) == 3


@pytest.mark.parametrize("seconds", [None, 3600])
@pytest.mark.parametrize("products", [(), ("weather-free", "nothing")])
def test_a_key_with_impossible_products_is_not_made(
    organization: Organization, products: tuple[str, ...], seconds: int | None
) -> None:
    with pytest.raises(InvalidInput) as invalid:
        organization.keys.create(DANA, TRIP, NewKey(products, seconds))
    assert set(invalid.value.fields) == {"products"}
    assert len(organization.apps.get(DANA, TRIP).keys) == 2


def test_a_key_of_a_missing_app_is_not_made(organization: Organization) -> None:
    with pytest.raises(NotFound):
        organization.keys.create(DANA, "nothing", NEW)
    with pytest.raises(NotFound):
        organization.keys.create(INES, TRIP, NEW)


def test_a_key_is_turned_off_and_on(organization: Organization) -> None:
    for status in (ApprovalStatus.REVOKED, ApprovalStatus.REVOKED, ApprovalStatus.APPROVED):
        organization.keys.set_status(DANA, TRIP, HELD, status)
        assert key_of(organization).status is status


def test_a_deleted_key_is_gone_and_the_other_stays(organization: Organization) -> None:
    organization.keys.delete(DANA, TRIP, HELD)
    (left,) = organization.apps.get(DANA, TRIP).keys
    assert left.key_id == fingerprint("an-older-key")
    with pytest.raises(NotFound):
        organization.keys.delete(DANA, TRIP, HELD)


def test_products_are_added_and_those_there_stay(organization: Organization) -> None:
    organization.keys.set_product_status(DANA, TRIP, HELD, "payments", ApprovalStatus.APPROVED)
    older = fingerprint("an-older-key")
    organization.keys.add_products(DANA, TRIP, older, ("payments",))
    after = organization.keys.add_products(DANA, TRIP, older, ("weather-free", "Ledger 100%"))
    assert after == key_of(organization, older)
    assert after.products == (
        KeyProduct("payments", ApprovalStatus.PENDING),
        KeyProduct("weather-free", ApprovalStatus.APPROVED),
        KeyProduct("Ledger 100%", ApprovalStatus.APPROVED),
    )
    assert after.status is ApprovalStatus.REVOKED


def test_a_product_that_does_not_exist_is_not_added(organization: Organization) -> None:
    before = key_of(organization)
    with pytest.raises(InvalidInput):
        organization.keys.add_products(DANA, TRIP, HELD, ("nothing",))
    assert key_of(organization) == before


def test_a_product_is_taken_off(organization: Organization) -> None:
    organization.keys.remove_product(DANA, TRIP, HELD, "payments")
    assert [item.name for item in key_of(organization).products] == ["weather-free"]
    calls = organization.calls()
    organization.keys.remove_product(DANA, TRIP, HELD, "payments")
    assert organization.calls() == calls + 1


def test_a_product_on_a_key_is_approved_and_refused(organization: Organization) -> None:
    for status in (ApprovalStatus.APPROVED, ApprovalStatus.REVOKED):
        organization.keys.set_product_status(DANA, TRIP, HELD, "payments", status)
        assert key_of(organization).products == (
            KeyProduct("weather-free", ApprovalStatus.APPROVED),
            KeyProduct("payments", status),
        )
    with pytest.raises(NotFound):
        organization.keys.set_product_status(
            DANA, TRIP, HELD, "Ledger 100%", ApprovalStatus.APPROVED
        )


def test_scopes_and_attributes_are_replaced_and_the_rest_stays(
    organization: Organization,
) -> None:
    before = key_of(organization)
    organization.keys.replace_scopes(DANA, TRIP, HELD, ("read",))
    label = (Attribute("label", "primary"),)
    after = organization.keys.replace_attributes(DANA, TRIP, HELD, label)
    assert after == key_of(organization)
    assert (after.scopes, after.attributes) == (("read",), label)
    assert (after.products, after.status) == (before.products, before.status)


def test_a_change_is_two_calls(organization: Organization) -> None:
    organization.keys.set_status(DANA, TRIP, HELD, ApprovalStatus.REVOKED)
    assert organization.calls() == 2


@pytest.mark.parametrize("app", [TRIP, "50% #1"])
def test_a_missing_key_is_not_changed(organization: Organization, app: str) -> None:
    key_id = "0" * 16 if app == TRIP else HELD
    with pytest.raises(NotFound):
        organization.keys.set_status(DANA, app, key_id, ApprovalStatus.REVOKED)
    with pytest.raises(NotFound):
        organization.keys.delete(DANA, app, key_id)
    with pytest.raises(NotFound):
        organization.keys.add_products(DANA, app, key_id, ("payments",))
    with pytest.raises(NotFound):
        organization.keys.remove_product(DANA, app, key_id, "payments")
