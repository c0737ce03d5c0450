"""The documented role is made of permissions that Apigee's calls have."""

from emulator.permissions import TABLE
from tests.contract.role import PAGE, listed_permissions


def test_the_page_lists_permissions_of_calls_only() -> None:
    assert listed_permissions() <= {f"apigee.{name}" for name in TABLE.values()}


def test_the_portal_itself_is_not_asked_to_change_products() -> None:
    role = PAGE.read_text(encoding="utf-8").split("title: Developer portal check")[0]
    assert "- apigee.apiproducts.get\n" in role
    assert "- apigee.apiproducts.create\n" not in role
