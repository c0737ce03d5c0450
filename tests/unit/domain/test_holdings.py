"""Which keys have a product, and which could get it."""

from datetime import UTC, datetime, timedelta

from app.domain.apps import DeveloperApp
from app.domain.attributes import Attribute
from app.domain.holdings import Holding, holdings
from app.domain.keys import ApprovalStatus, Key, KeyProduct
from app.domain.overview import app_row

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
APPROVED, PENDING, REVOKED = (
    ApprovalStatus.APPROVED,
    ApprovalStatus.PENDING,
    ApprovalStatus.REVOKED,
)


def key(key_id: str, *, on: bool = True, expired: bool = False, **products: ApprovalStatus) -> Key:
    """Return a key with these products."""
    return Key(
        *(key_id, "abcd", APPROVED if on else REVOKED),
        products=tuple(KeyProduct(name, status) for name, status in products.items()),
        expires_at=NOW - timedelta(days=1) if expired else None,
    )


def found(*keys: Key, active: bool = True) -> tuple[Holding, ...]:
    """Return the holdings of one app with these keys."""
    title = (Attribute("DisplayName", "Trip planner"),)
    app = DeveloperApp("1", "trip", "d", APPROVED, attributes=title, keys=keys)
    return holdings([app_row(app, developer_active=active, now=NOW)], "maps")


def test_keys_that_have_the_product_come_first_with_its_status() -> None:
    holds = found(key("a", news=APPROVED), key("b", maps=PENDING), key("c", maps=APPROVED))
    assert [(item.key_id, item.status) for item in holds] == [
        ("b", PENDING),
        ("c", APPROVED),
        ("a", None),
    ]
    assert holds[2] == Holding("trip", "Trip planner", "a", "Key 3", None, is_blocked=False)


def test_a_key_without_a_future_is_not_offered_but_told_of_where_it_has_the_product() -> None:
    ended = key("off", on=False), key("old", expired=True)
    assert found(*ended) == found(*ended, active=False) == ()
    holding = key("off", on=False, maps=APPROVED), key("old", expired=True, maps=REVOKED)
    assert [item.status for item in found(*holding)] == [APPROVED, REVOKED]


def test_a_key_of_an_inactive_developer_is_blocked() -> None:
    (holding,) = found(key("a", maps=APPROVED), active=False)
    assert holding.is_blocked
