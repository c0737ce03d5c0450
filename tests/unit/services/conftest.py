"""A house for each test."""

import pytest

from tests.unit.services.house import House, build


@pytest.fixture
def house() -> House:
    """The services with Dana, who is a developer with an account."""
    house = build()
    house.account_of()
    return house
