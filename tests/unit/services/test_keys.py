"""Showing a key: one pair, the owner's own, and always on the record."""

import pytest

from app.domain.errors import NotFound, NotRecorded, Upstream
from tests.unit.services.house import ACTOR, DANA, DOWN, House


def test_a_key_is_shown_and_the_trail_says_by_whom(house: House) -> None:
    key = house.apigee.new_key("weather-free", consumer_key="canary-key")
    house.apigee.add_app(DANA, "one", key)
    pair = house.portal.keys.reveal(house.owner(), ACTOR, "one", key.key_id)
    assert pair.consumer_key.reveal() == "canary-key"
    assert house.asked() == ["keys.pair"]
    target = f"one / {key.key_id}"
    assert house.trail() == [("key.reveal", "intent", target), ("key.reveal", "done", target)]
    intent, done = house.audit.entries
    assert (intent.actor, done.on_behalf_of, done.target_kind) == (ACTOR, DANA, "key")
    assert "canary-key" not in str(house.audit.entries)


def test_a_key_of_another_app_or_developer_is_not_found(house: House) -> None:
    house.account_of("ines@example.com")
    mine, other = house.apigee.new_key(), house.apigee.new_key()
    house.apigee.add_app(DANA, "one", mine)
    house.apigee.add_app(DANA, "two", other)
    wrong = [
        (house.owner(), "one", other.key_id),
        (house.owner(), "three", mine.key_id),
        (house.owner("ines@example.com"), "one", mine.key_id),
        (house.owner(), "one", "0" * 16),
    ]
    for owner, app, key_id in wrong:
        with pytest.raises(NotFound):
            house.portal.keys.reveal(owner, ACTOR, app, key_id)
    assert [row[1] for row in house.trail()] == ["intent", "failed"] * 4


def test_when_the_log_refuses_no_key_is_read(house: House) -> None:
    key = house.apigee.new_key()
    house.apigee.add_app(DANA, "one", key)
    house.audit.error = OSError("The disk is full.")
    with pytest.raises(NotRecorded):
        house.portal.keys.reveal(house.owner(), ACTOR, "one", key.key_id)
    assert house.asked() == []


def test_a_key_that_cannot_be_read_is_on_the_record(house: House) -> None:
    house.apigee.fail("keys.pair", DOWN)
    with pytest.raises(Upstream):
        house.portal.keys.reveal(house.owner(), ACTOR, "one", "0" * 16)
    assert [row[1] for row in house.trail()] == ["intent", "failed"]
    assert house.audit.entries[-1].detail == "Upstream unreachable"
