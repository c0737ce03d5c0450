"""A house for each test."""

import pytest

from app.domain.people import Account
from tests.unit.services.house import House, build
from tests.unit.services.registering import RAVI


@pytest.fixture
def house() -> House:
    """The services with Dana, who is a developer with an account."""
    house = build()
    house.account_of()
    return house


@pytest.fixture
def ravi(house: House) -> Account:
    """Somebody who signed in for the first time."""
    return house.sign_up(RAVI)
