"""How an app's keys are summed up for a person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.apps import DISPLAY_NAME, DeveloperApp
from app.domain.attributes import Attribute
from app.domain.keys import ApprovalStatus, Key, KeyProduct, KeyState
from app.domain.overview import (
    AppRow,
    app_row,
    days_left,
    is_last_working,
    key_rows,
    matches,
    working_if_active,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
APPROVED, PENDING, REVOKED = ApprovalStatus.APPROVED, ApprovalStatus.PENDING, ApprovalStatus.REVOKED


def key(
    *products: ApprovalStatus, status: ApprovalStatus = APPROVED, days: float | None = None
) -> Key:
    """Return a key with a product of each status, that ends in so many days."""
    held = tuple(KeyProduct(f"p{place}", item) for place, item in enumerate(products))
    ends = None if days is None else NOW + timedelta(days=days)
    return Key("0" * 16, "abcd", status, held, expires_at=ends)


GOOD = key(APPROVED)
WAITING = key(PENDING)
EXPIRED = key(APPROVED, days=-1)
OFF = key(APPROVED, status=REVOKED)


def row(*keys: Key, active: bool = True, status: ApprovalStatus = APPROVED) -> AppRow:
    app = DeveloperApp("id", "trip-planner", "dev", status, keys=keys)
    return app_row(app, developer_active=active, now=NOW)


@pytest.mark.parametrize(
    ("keys", "summary"),
    [
        ((), "None"),
        ((GOOD,), "1 active"),
        ((EXPIRED, GOOD, OFF, GOOD), "2 active, 1 turned off, 1 expired"),
        ((key(APPROVED, days=9.4), GOOD), "2 active, 1 expires in 9 days"),
        ((key(APPROVED, days=9.5), key(APPROVED, days=1.2)), "2 active, 2 expire in 1 day"),
        ((key(APPROVED, days=0.4),), "1 active, 1 expires today"),
        ((key(APPROVED, PENDING, days=2),), "1 active, 1 expires in 2 days"),
        (
            (WAITING, key(REVOKED), key()),
            "1 waiting for approval, 1 not approved, 1 without products",
        ),
    ],
)
def test_the_keys_are_summed_up_in_words(keys: tuple[Key, ...], summary: str) -> None:
    assert row(*keys).keys_summary == summary


@pytest.mark.parametrize(
    ("keys", "warnings"),
    [
        ((), ("The app has no key, so it cannot call anything.",)),
        ((GOOD, EXPIRED, OFF), ()),
        ((WAITING, EXPIRED), ()),
        ((EXPIRED, EXPIRED), ("No key works: all have expired.",)),
        ((OFF,), ("No key works: all are turned off.",)),
        ((OFF, EXPIRED), ("No key works: 1 turned off, 1 expired.",)),
        ((key(REVOKED),), ("No key works: 1 not approved.",)),
        ((key(),), ("No key works: 1 without products.",)),
        (
            (key(APPROVED, days=9), key(APPROVED, days=3)),
            ("A key expires in 3 days.",),
        ),
        (
            (key(APPROVED, PENDING, days=1),),
            ("A key expires in 1 day.",),
        ),
        ((key(PENDING, days=1),), ()),
    ],
)
def test_an_app_warns_with_the_reason(keys: tuple[Key, ...], warnings: tuple[str, ...]) -> None:
    assert row(*keys).warnings == warnings


def test_a_blocked_app_says_so_without_further_warnings() -> None:
    blocked = row(GOOD, key(APPROVED, days=1), active=False)
    assert blocked.keys_summary == "2 blocked"
    assert blocked.warnings == ()
    assert blocked.status is not None
    assert blocked.status.state is KeyState.BLOCKED_BY_DEVELOPER
    assert row(OFF, status=REVOKED).keys_summary == "1 blocked"


@pytest.mark.parametrize(
    ("keys", "state"),
    [
        ((EXPIRED, GOOD), KeyState.ACTIVE),
        ((OFF, key(APPROVED, days=3)), KeyState.EXPIRING),
        ((WAITING, key(APPROVED, PENDING)), KeyState.PARTLY_ACTIVE),
        ((EXPIRED, WAITING), KeyState.WAITING),
        ((EXPIRED, OFF), KeyState.OFF),
    ],
)
def test_an_app_is_called_after_its_best_key(keys: tuple[Key, ...], state: KeyState) -> None:
    status = row(*keys).status
    assert status is not None
    assert status.state is state


def test_an_app_without_keys_has_no_status() -> None:
    assert row().status is None


def test_keys_are_numbered_from_the_oldest_on() -> None:
    app = DeveloperApp("id", "trip-planner", "dev", APPROVED, keys=(GOOD, OFF, EXPIRED))
    rows = key_rows(app, developer_active=True, now=NOW)
    assert [item.label for item in rows] == ["Key 3", "Key 2", "Key 1"]
    assert [item.key for item in rows] == [GOOD, OFF, EXPIRED]


def test_keys_that_would_work_are_counted_for_an_inactive_developer_too() -> None:
    app = DeveloperApp("id", "a", "dev", APPROVED, keys=(GOOD, OFF, key(APPROVED, PENDING)))
    assert working_if_active(app, NOW) == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("TRIP", True),
        ("planner p0", True),
        ("reise", True),
        ("wetter", True),
        ("trip weather", False),
    ],
)
def test_every_word_of_a_search_is_in_a_name_or_a_title(query: str, found: bool) -> None:
    app = DeveloperApp(
        *("id", "trip-planner", "dev", APPROVED),
        attributes=(Attribute(DISPLAY_NAME, "Reise"),),
        keys=(GOOD,),
    )
    assert matches(app, ["Wetter frei"], query) is found


def test_days_left_are_whole_and_never_negative() -> None:
    assert days_left(NOW + timedelta(days=2, hours=23), NOW) == 3
    assert days_left(NOW + timedelta(days=2, hours=11), NOW) == 2
    assert days_left(NOW - timedelta(days=2), NOW) == 0


def test_products_that_were_deleted_are_told_in_summary_and_warning() -> None:
    app = DeveloperApp("id", "trip", "dev", APPROVED, keys=(key(APPROVED, APPROVED),))
    part, none = (
        app_row(app, developer_active=True, now=NOW, existing=existing)
        for existing in ({"p1"}, {"other"})
    )
    assert (part.keys_summary, none.keys_summary) == ("1 active", "1 with deleted products")
    assert part.warnings == ("A product of a key was deleted on Apigee.",)
    assert none.warnings == ("No key works: 1 with deleted products.",)


def test_a_key_whose_products_were_deleted_is_not_the_one_that_goes_on_working() -> None:
    gone = replace(key(APPROVED), key_id="1" * 16, products=(KeyProduct("gone", APPROVED),))
    app = DeveloperApp("id", "trip", "dev", APPROVED, keys=(GOOD, gone))
    assert not is_last_working(app, GOOD.key_id, NOW)
    assert is_last_working(app, GOOD.key_id, NOW, {"p0"})
    assert working_if_active(app, NOW, {"p0"}) == 1
