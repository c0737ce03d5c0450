"""The documented role is made of permissions that Apigee's calls have."""

from emulator.permissions import TABLE
from tests.contract.role import listed_permissions


def test_the_page_lists_permissions_of_calls_only() -> None:
    assert listed_permissions() <= {f"apigee.{name}" for name in TABLE.values()}
