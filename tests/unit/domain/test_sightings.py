"""A change of a key's rights is noticed by comparing two looks at its app."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.apps import DeveloperApp
from app.domain.keys import FORGOTTEN, ApprovalStatus, Key, KeyMemory, KeyProduct
from app.domain.sightings import Look, Sighting, reminded

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
APPROVED, PENDING, REVOKED = ApprovalStatus.APPROVED, ApprovalStatus.PENDING, ApprovalStatus.REVOKED
KEY = Key("0" * 16, "abcd", APPROVED, (KeyProduct("maps", APPROVED), KeyProduct("pay", PENDING)))
LONG_AGO = NOW - timedelta(days=9)
BEFORE = Sighting(NOW - 60 * SECOND, frozenset({"maps"}), frozenset(), LONG_AGO)


def look(
    key: Key = KEY,
    app_status: ApprovalStatus = APPROVED,
    *,
    active: bool = True,
    existing: frozenset[str] | None = frozenset({"maps", "pay"}),
    modified: datetime | None = None,
) -> Sighting:
    app = DeveloperApp("id", "trip", "dev", app_status, keys=(key,), last_modified_at=modified)
    return Look(app, active, NOW, existing).at_key(key, FORGOTTEN, BEFORE)


def with_products(*statuses: ApprovalStatus) -> Key:
    names = zip(("maps", "pay"), statuses, strict=False)
    return replace(KEY, products=tuple(KeyProduct(name, status) for name, status in names))


def test_what_is_as_it_was_keeps_its_moment() -> None:
    assert look() == replace(BEFORE, at=NOW)
    assert look(modified=NOW - SECOND).changed_at == LONG_AGO
    assert look(with_products(APPROVED, REVOKED)).changed_at == LONG_AGO


def test_an_expiry_is_no_change() -> None:
    assert look(replace(KEY, expires_at=NOW)).changed_at == LONG_AGO


@pytest.mark.parametrize(
    "found",
    [
        look(active=False),
        look(app_status=REVOKED),
        look(replace(KEY, status=REVOKED)),
        look(with_products(REVOKED, PENDING)),
        look(with_products(APPROVED, APPROVED)),
        look(with_products()),
        look(existing=frozenset({"pay"})),
    ],
)
def test_each_link_that_changes_what_the_key_opens_is_a_change(found: Sighting) -> None:
    assert found.changed_at == NOW


@pytest.mark.parametrize(
    ("modified", "changed"),
    [
        (None, NOW),
        (NOW + SECOND, NOW),
        (NOW - SECOND, NOW - SECOND),
        (NOW - 59 * SECOND, NOW - 59 * SECOND),
        (NOW - 60 * SECOND, NOW),
        (LONG_AGO, NOW),
    ],
)
def test_a_change_is_as_old_as_apigee_says_where_that_can_be(
    modified: datetime | None, changed: datetime
) -> None:
    assert look(replace(KEY, status=REVOKED), modified=modified).changed_at == changed


def test_products_that_cannot_be_read_for_a_while_are_no_change() -> None:
    unread = look(existing=None)
    assert (unread.missing, unread.changed_at) == (frozenset(), LONG_AGO)
    unknown = replace(BEFORE, missing=None)
    app = DeveloperApp("id", "trip", "dev", APPROVED, keys=(KEY,))
    assert Look(app, True, NOW, frozenset()).at_key(KEY, FORGOTTEN, unknown).changed_at == LONG_AGO


@pytest.mark.parametrize(
    ("status", "noted", "changed"),
    [
        (REVOKED, None, NOW - SECOND),
        (REVOKED, LONG_AGO, None),
        (APPROVED, None, None),
        (PENDING, None, None),
    ],
)
def test_a_key_that_is_first_seen_off_went_off_when_its_app_was_modified(
    status: ApprovalStatus, noted: datetime | None, changed: datetime | None
) -> None:
    memory = KeyMemory(changed_at=noted)
    for key_status, app_status in ((status, APPROVED), (APPROVED, status)):
        key = replace(KEY, status=key_status)
        app = DeveloperApp("id", "trip", "dev", app_status, last_modified_at=NOW - SECOND)
        found = Look(app, True, NOW).at_key(key, memory)
        assert (found.missing, found.changed_at) == (None, changed)


def test_the_later_of_a_note_and_a_sighting_counts() -> None:
    sighting = Sighting(NOW, frozenset(), changed_at=NOW)
    assert reminded(FORGOTTEN, sighting).changed_at == NOW
    assert reminded(KeyMemory(changed_at=LONG_AGO), sighting).changed_at == NOW
    later = KeyMemory(label="x", changed_at=NOW + SECOND)
    assert reminded(later, sighting) == later
    assert reminded(later, replace(sighting, changed_at=None)) == later
    assert reminded(FORGOTTEN, replace(sighting, changed_at=None)) == FORGOTTEN
