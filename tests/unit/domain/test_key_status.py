"""A key's state over every combination of developer, app, key, expiry and products."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from app.domain.keys import (
    FORGOTTEN,
    ApprovalStatus,
    Key,
    KeyMemory,
    KeyProduct,
    KeyState,
    KeyStatus,
    NewKey,
    key_status,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
APPROVED, PENDING, REVOKED = ApprovalStatus.APPROVED, ApprovalStatus.PENDING, ApprovalStatus.REVOKED

WORKING = {"active", "expiring", "partly_active"}
REPLACED = KeyMemory(retires_at=NOW + SECOND)
LATE = KeyMemory(retires_at=NOW - SECOND, retiring_problem="Apigee cannot be reached.")

# The column of the table below that an expiry belongs to.
EXPIRIES = {
    None: "later",
    NOW + timedelta(days=14) + SECOND: "later",
    NOW + timedelta(days=14): "soon",
    NOW + SECOND: "soon",
    NOW: "past",
    NOW - timedelta(days=400): "past",
}
# Which statuses the key's products have, and what follows while nothing above them is broken:
# for an approved key that ends later, soon, in the past; for a pending one that does not end.
TABLE = """
-                          no_products    no_products    expired  no_products
approved                   active         expiring       expired  waiting
pending                    waiting        waiting        expired  waiting
revoked                    refused        refused        expired  waiting
approved+pending           partly_active  partly_active  expired  waiting
approved+revoked           partly_active  partly_active  expired  waiting
pending+revoked            waiting        waiting        expired  waiting
approved+pending+revoked   partly_active  partly_active  expired  waiting
"""
ROWS = {row.split()[0]: row.split()[1:] for row in TABLE.strip().splitlines()}
HELD = [held for count in range(4) for held in product(ApprovalStatus, repeat=count)]


# Which of the key's products exist on Apigee: nobody knows, all of them, all but one, none.
EXISTING: tuple[frozenset[str] | None, ...] = (
    None,
    frozenset({"p0", "p1", "p2", "p3", "other"}),
    frozenset({"p0", "p2", "other"}),
    frozenset(),
)
BROKEN = {"waiting", "refused", "no_products", "expired", "off"}


def by_products(key: Key, existing: frozenset[str] | None) -> str:
    """Look up what the key's products make of it."""
    there = [item for item in key.products if existing is None or item.name in existing]
    row = ROWS["+".join(sorted({item.status.value for item in there})) or "-"]
    when = EXPIRIES[key.expires_at]
    if key.status == PENDING:
        return row[3]
    found = row[("later", "soon", "past").index(when if when != "past" else "later")]
    if len(there) < len(key.products) and found in {"active", "expiring"}:
        return "partly_active"
    return found


def expected(
    key: Key,
    existing: frozenset[str] | None,
    *,
    developer_active: bool,
    app_status: ApprovalStatus,
) -> list[str]:
    """Look the links up that are broken, and at last what the products make of it."""
    links = {
        "blocked_by_developer": not developer_active,
        "blocked_by_app": app_status != APPROVED,
        "off": key.status == REVOKED,
        "expired": EXPIRIES[key.expires_at] == "past",
    }
    return [name for name, broken in links.items() if broken] + [by_products(key, existing)]


def key_with(
    held: tuple[ApprovalStatus, ...], status: ApprovalStatus, expires_at: datetime | None
) -> Key:
    products = tuple(KeyProduct(f"p{place}", item) for place, item in enumerate(held))
    return Key("0" * 16, "abcd", status, products, expires_at=expires_at)


@pytest.mark.parametrize("developer_active", [True, False])
@pytest.mark.parametrize("app_status", ApprovalStatus)
@pytest.mark.parametrize("status", ApprovalStatus)
@pytest.mark.parametrize("existing", EXISTING)
def test_the_first_broken_link_names_the_state_and_the_others_follow(
    developer_active: bool,
    app_status: ApprovalStatus,
    status: ApprovalStatus,
    existing: frozenset[str] | None,
) -> None:
    for held, expires_at, memory in product(HELD, EXPIRIES, (FORGOTTEN, REPLACED, LATE)):
        key = key_with(held, status, expires_at)
        found = key_status(
            key,
            developer_active=developer_active,
            app_status=app_status,
            now=NOW,
            memory=memory,
            existing=existing,
        )
        *above, last = expected(
            key, existing, developer_active=developer_active, app_status=app_status
        )
        if memory is not FORGOTTEN and last in WORKING:
            last = "retiring"
        wanted = [*above, last]
        assert [found.state.value, *found.then] == wanted, (key, developer_active, app_status)
        assert found.works == (wanted[0] in {*WORKING, "retiring"})
        assert found.is_blocked == wanted[0].startswith("blocked")
        assert found.own.value == next(each for each in wanted if not each.startswith("blocked"))
        assert set(found.still) == set(wanted[1:]) - {*WORKING, "retiring"}
        assert found.expires_at == expires_at


@pytest.mark.parametrize("existing", EXISTING)
def test_what_a_blocked_key_is_of_its_own_is_what_it_would_be_without_the_block(
    existing: frozenset[str] | None,
) -> None:
    for held, status, expires_at in product(HELD, ApprovalStatus, EXPIRIES):
        key = key_with(held, status, expires_at)
        blocked, free = (
            key_status(
                key, developer_active=active, app_status=APPROVED, now=NOW, existing=existing
            )
            for active in (False, True)
        )
        assert (blocked.own, blocked.then) == (free.state, (free.state, *free.then))
        assert blocked.still == ((free.state,) if free.state.value in BROKEN else ()) + free.still


def test_a_product_that_is_gone_from_apigee_opens_nothing_whatever_the_key_says_of_it() -> None:
    key = key_with((APPROVED, APPROVED, PENDING), APPROVED, None)
    found = key_status(
        key, developer_active=True, app_status=APPROVED, now=NOW, existing={"p1", "p2"}
    )
    assert found == KeyStatus(KeyState.PARTLY_ACTIVE, ("p1",), ("p2",), (), ("p0",))
    gone = key_status(key, developer_active=True, app_status=APPROVED, now=NOW, existing=set())
    assert gone == KeyStatus(KeyState.NO_PRODUCTS, missing=("p0", "p1", "p2"))


def test_the_table_reaches_every_state() -> None:
    reached = {word for row in ROWS.values() for word in row}
    assert reached | {"retiring", "off", "blocked_by_developer", "blocked_by_app"} == set(KeyState)


def test_the_products_are_told_apart_by_their_status() -> None:
    key = key_with((APPROVED, PENDING, REVOKED, APPROVED), APPROVED, None)
    found = key_status(key, developer_active=True, app_status=APPROVED, now=NOW)
    assert found == KeyStatus(KeyState.PARTLY_ACTIVE, ("p0", "p3"), ("p1",), ("p2",))


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_key_without_a_life_is_not_one_that_lives_for_ever(seconds: int) -> None:
    with pytest.raises(ValueError, match="at least a second"):
        NewKey(("weather-free",), seconds)


@pytest.mark.parametrize(
    ("changed", "issued", "updating"),
    [
        (None, 9999, False),
        (0, 9999, True),
        (179, 9999, True),
        (180, 9999, False),
        (-1, 9999, False),
        (10, 11, True),
        (10, 10, False),
        (10, 9, False),
        (10, None, True),
    ],
)
def test_a_change_takes_three_minutes_but_the_making_of_the_key_is_none(
    changed: int | None, issued: int | None, *, updating: bool
) -> None:
    key = replace(
        key_with((APPROVED,), APPROVED, None),
        issued_at=None if issued is None else NOW - issued * SECOND,
    )
    memory = KeyMemory(changed_at=None if changed is None else NOW - changed * SECOND)
    found = key_status(key, developer_active=True, app_status=APPROVED, now=NOW, memory=memory)
    assert (found.updating, found.state) == (updating, KeyState.ACTIVE)
