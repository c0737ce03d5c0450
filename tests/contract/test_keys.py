"""The keys port means the same in the fake and on both flavours."""

import pytest

from app.domain.errors import NotFound
from app.domain.keys import ApprovalStatus
from tests.contract.organizations import CONSUMER_KEY, DANA, INES, Organization, fingerprint


def test_a_pair_is_found_by_its_fingerprint(organization: Organization) -> None:
    pair = organization.keys.pair(DANA, "trip-planner", fingerprint(CONSUMER_KEY))
    assert pair.consumer_key.reveal() == CONSUMER_KEY
    older = organization.keys.pair(DANA, "trip-planner", fingerprint("an-older-key"))
    assert older.consumer_key.reveal() == "an-older-key"
    assert older.consumer_secret != pair.consumer_secret


@pytest.mark.parametrize("key_id", ["0" * 16, "", CONSUMER_KEY])
def test_an_unknown_key_is_not_found(organization: Organization, key_id: str) -> None:
    with pytest.raises(NotFound):
        organization.keys.pair(DANA, "trip-planner", key_id)


def test_a_key_is_found_through_its_own_app_only(organization: Organization) -> None:
    with pytest.raises(NotFound):
        organization.keys.pair(DANA, "50% #1", fingerprint(CONSUMER_KEY))
    with pytest.raises(NotFound):
        organization.keys.pair(INES, "app-000", fingerprint(CONSUMER_KEY))


def test_a_pair_is_one_call(organization: Organization) -> None:
    organization.keys.pair(DANA, "trip-planner", fingerprint(CONSUMER_KEY))
    assert organization.calls() == 1


def test_a_change_is_two_calls(organization: Organization) -> None:
    held = fingerprint(CONSUMER_KEY)
    organization.keys.set_status(DANA, "trip-planner", held, ApprovalStatus.REVOKED)
    assert organization.calls() == 2
