"""Roles, rights, and what an account says about its person."""

from dataclasses import replace

import pytest

from app.domain.approvals import ProductOwners
from app.domain.developers import Developer, DeveloperStatus, Owner
from app.domain.people import BUILT_IN, MEANING, Account, Permission, Roles

ACCOUNT = Account(
    7, "https://id.example", "dana", "dana@example.com", True, "Dana", "Reyes", "dana"
)


@pytest.mark.parametrize(
    ("roles", "rights"),
    [
        ((), {"use_apps"}),
        (("nonsense", ""), {"use_apps"}),
        (("product_owner",), {"use_apps", "read_approvals", "decide_approvals"}),
        (
            ("support",),
            {
                "use_apps",
                "read_developers",
                "read_apps",
                "read_accounts",
                "read_approvals",
                "all_products",
                "read_audit",
                "read_jobs",
                "read_status",
            },
        ),
        (("administrator", "support"), set(Permission)),
    ],
)
def test_roles_give_these_rights_and_no_others(roles: tuple[str, ...], rights: set[str]) -> None:
    assert Roles().permissions_of(roles) == rights
    account = replace(ACCOUNT, roles=frozenset(roles))
    assert {right for right in Permission if Roles().permit(account, right)} == rights


def test_only_administrators_change_a_developers_status_or_a_job() -> None:
    for role in ("developer", "support", "product_owner"):
        assert Permission.CHANGE_JOBS not in Roles().permissions_of([role])
        assert Permission.CHANGE_DEVELOPER_STATUS not in Roles().permissions_of([role])


def test_a_role_of_the_operator_adds_its_rights_and_changes_no_built_in_one() -> None:
    roles = Roles({"auditor": frozenset({Permission.READ_AUDIT}), "support": frozenset(Permission)})
    assert roles.permissions_of(["auditor"]) == {Permission.USE_APPS, Permission.READ_AUDIT}
    assert roles.permissions_of(["support"]) == BUILT_IN["support"] | {Permission.USE_APPS}
    assert Roles().permissions_of(["auditor"]) == {Permission.USE_APPS}


def test_a_right_whose_pages_a_role_does_not_open_is_found() -> None:
    rights = Permission
    own = {
        "linker": frozenset({rights.CHANGE_ACCOUNTS}),
        "ender": frozenset({rights.END_SESSIONS, rights.READ_DEVELOPERS}),
        "reader": frozenset({rights.READ_AUDIT, rights.SYNCHRONIZE, rights.EXPORT_DEVELOPERS}),
    }
    assert list(Roles(own).without_pages()) == [("linker", rights.CHANGE_ACCOUNTS)]


def test_every_right_is_explained() -> None:
    assert set(MEANING) == set(Permission)


@pytest.mark.parametrize(
    ("first_name", "last_name", "email", "name"),
    [
        ("Dana", "Reyes", "dana@example.com", "Dana Reyes"),
        ("", "Reyes", "dana@example.com", "Reyes"),
        ("", "", "dana@example.com", "dana@example.com"),
        ("", "", "", "dana"),
    ],
)
def test_a_person_is_called_by_what_is_known(
    first_name: str, last_name: str, email: str, name: str
) -> None:
    account = replace(ACCOUNT, first_name=first_name, last_name=last_name, email=email)
    assert account.name == name


def test_a_linked_account_owns_its_developers_apps() -> None:
    assert not ACCOUNT.is_developer
    linked = replace(ACCOUNT, developer_email="Dana@Example.com", developer_id="d", generation=3)
    assert linked.is_developer
    assert linked.owner == Owner("Dana@Example.com", "d", 3)


def test_a_developer_is_called_by_names_or_address() -> None:
    dana = Developer("d@example.com", "id", "Dana", "Reyes", "dana", DeveloperStatus.ACTIVE)
    assert (dana.name, dana.is_active) == ("Dana Reyes", True)
    nameless = replace(dana, first_name="", last_name="", status=DeveloperStatus.INACTIVE)
    assert (nameless.name, nameless.is_active) == ("d@example.com", False)


def test_a_look_alike_letter_makes_the_address_another_than_apigee_has() -> None:
    kim = replace(ACCOUNT, email="\u212aim@example.com", developer_email="kim@example.com")
    assert kim.differs_from_apigee
    assert not replace(kim, email="KIM@example.com").differs_from_apigee


def test_a_look_alike_letter_makes_nobody_an_owner_of_products() -> None:
    owners = ProductOwners({"weather": ("Kim@example.com",)})
    assert owners.of(replace(ACCOUNT, email="KIM@example.com")) == {"weather"}
    assert not owners.of(replace(ACCOUNT, email="\u212aim@example.com"))
