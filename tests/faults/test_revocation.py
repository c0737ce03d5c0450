"""A key that its owner turned off, and that somebody then revokes through the management API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.audit import SYSTEM
from app.domain.errors import NotAllowed
from app.domain.notes import Author
from app.services import hindsight
from emulator.model import Flavor
from tests.faults.workshop import DANA, Workshop, workshop


@pytest.fixture(params=["x", "edge"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workshop]:
    flavor: Flavor = request.param
    with workshop(flavor, tmp_path) as running:
        yield running


def by_administrator(shop: Workshop, action: str) -> None:
    """Approve or revoke the key as an administrator does, without the portal."""
    key = shop.app()["credentials"][0]["consumerKey"]
    path = f"developers/{DANA}/apps/app-0/keys/{key}"
    shop.administer("POST", path, params={"action": action})


def turned_off(shop: Workshop) -> str:
    """Turn the key off as its owner; return which it is."""
    with shop.flask.app_context():
        key_id = shop.portal.apps.get(shop.owner, "app-0").keys[0].key.key_id
        shop.portal.key_changes.turn_off(shop.owner, SYSTEM, "app-0", key_id, sure=True)
    return key_id


def turned_off_by(shop: Workshop) -> Author | None:
    with shop.flask.app_context():
        [row] = shop.portal.apps.get(shop.owner, "app-0").keys
        return row.status.memory.turned_off_by


def turn_on(shop: Workshop, key_id: str) -> bool:
    with shop.flask.app_context():
        return shop.portal.key_changes.turn_on(shop.owner, SYSTEM, "app-0", key_id)


def test_an_owner_turns_on_what_nobody_else_has_touched(shop: Workshop) -> None:
    assert turn_on(shop, turned_off(shop)) is True
    assert shop.app()["credentials"][0]["status"] == "approved"


def test_a_revocation_after_an_approval_that_was_seen_is_not_undone(shop: Workshop) -> None:
    key_id = turned_off(shop)
    assert turned_off_by(shop) is Author.OWNER
    by_administrator(shop, "approve")
    assert turned_off_by(shop) is None
    by_administrator(shop, "revoke")
    with pytest.raises(NotAllowed):
        turn_on(shop, key_id)
    assert shop.app()["credentials"][0]["status"] == "revoked"


def test_a_revocation_that_nobody_saw_coming_is_not_undone(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hindsight, "SKEW", hindsight.SKEW * 0)
    key_id = turned_off(shop)
    by_administrator(shop, "approve")
    by_administrator(shop, "revoke")
    with pytest.raises(NotAllowed):
        turn_on(shop, key_id)
    assert shop.app()["credentials"][0]["status"] == "revoked"
