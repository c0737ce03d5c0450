"""The one rule that says who may see and request a product."""

from dataclasses import replace

import pytest

from app.configuration.roles import ROLE_NAME
from app.domain.products import OVERRIDE, AccessOverride, AccessRule, ApiProduct, Approval

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


@pytest.mark.parametrize("access", ["internal", "a typing mistake", ""])
def test_an_administrators_override_goes_beyond_every_rule(access: str) -> None:
    refused = AccessOverride(("p",), frozenset({"developer"}), allows=False)
    rule = AccessRule(RULE.roles_by_access, (refused,))
    product = ApiProduct("p", "P", access=access)
    assert not rule.allows(product, {"developer"})
    assert rule.allows(product, {"developer", OVERRIDE})


def test_no_role_can_be_called_like_the_override() -> None:
    assert not ROLE_NAME.fullmatch(OVERRIDE)


OVERRIDES = (
    AccessOverride(("maps-*",), frozenset({"support"})),
    AccessOverride(("open-?",), frozenset({"*"})),
    AccessOverride(("maps-old", "news"), frozenset({"developer"}), allows=False),
    AccessOverride(("gone",), frozenset({"*"}), allows=False),
)


@pytest.mark.parametrize(
    ("name", "access", "roles", "allowed"),
    [
        ("maps-new", "private", ("support",), True),
        ("maps-new", "internal", ("support",), True),
        ("maps-new", "a typing mistake", ("support",), True),
        ("maps-new", "internal", ("developer",), False),
        ("Maps-new", "internal", ("support",), False),
        ("maps", "internal", ("support",), False),
        ("open-1", "internal", (), True),
        ("open-12", "internal", (), False),
        ("maps-old", "private", ("support", "developer"), False),
        ("maps-old", "private", ("support",), True),
        ("news", "public", ("developer",), False),
        ("news", "public", (), True),
        ("gone", "public", ("administrator",), False),
        ("other", "public", ("support",), True),
    ],
)
def test_what_the_operator_says_of_a_product_wins_and_a_refusal_over_all(
    name: str, access: str, roles: tuple[str, ...], allowed: bool
) -> None:
    rule = AccessRule(RULE.roles_by_access, OVERRIDES)
    assert rule.allows(ApiProduct(name, name, access=access), roles) is allowed


def test_a_product_says_how_it_is_approved_and_whether_it_is_public() -> None:
    product = ApiProduct("p", "P")
    assert (product.is_instant, product.is_public) == (True, True)
    guarded = replace(product, approval=Approval.MANUAL, access="private")
    assert (guarded.is_instant, guarded.is_public) == (False, False)
