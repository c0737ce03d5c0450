"""The one rule that says who may see and request a product."""

from dataclasses import replace

import pytest

from app.domain.products import AccessRule, ApiProduct, Approval

RULE = AccessRule(
    {
        "public": frozenset({"*"}),
        "private": frozenset({"developer", "administrator"}),
        "internal": frozenset({"administrator"}),
    }
)


@pytest.mark.parametrize(
    ("access", "roles", "allowed"),
    [
        ("public", (), True),
        ("public", ("anything",), True),
        ("private", (), False),
        ("private", ("developer",), True),
        ("internal", ("developer", "support"), False),
        ("internal", ("support", "administrator"), True),
        ("Public", ("administrator",), False),
        ("", ("administrator",), False),
        ("pubic", ("administrator", "developer", "*"), False),
    ],
)
def test_a_product_is_seen_by_the_roles_of_its_access(
    access: str, roles: tuple[str, ...], allowed: bool
) -> None:
    assert RULE.allows(ApiProduct("p", "P", access=access), roles) is allowed


def test_a_product_says_how_it_is_approved_and_whether_it_is_public() -> None:
    product = ApiProduct("p", "P")
    assert (product.is_instant, product.is_public) == (True, True)
    guarded = replace(product, approval=Approval.MANUAL, access="private")
    assert (guarded.is_instant, guarded.is_public) == (False, False)
