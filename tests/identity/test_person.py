"""From claims to a person: what is malformed gives no role, no address and no name."""

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.people import Identity
from app.domain.secret import Secret
from app.identity.config import ProviderConfig
from app.identity.person import Sources, identity_of, needs_userinfo
from tests.identity.conftest import ROLES, SignIn
from tests.identity.evil import USERINFO, Evil

CONFIG = ProviderConfig("corp", "Corp", "https://idp.example", "portal", Secret("s"), roles=ROLES)
EMAIL = {"email": "Dana@Example.com", "email_verified": True}


def person(
    claims: dict[str, Any],
    userinfo: dict[str, Any] | None = None,
    **settings: Any,  # noqa: ANN401 - each field of the settings has its type
) -> Identity:
    config = replace(CONFIG, **settings)
    return identity_of(config, Sources({"sub": "dana", **claims}, userinfo or {}))


def roles(claims: dict[str, Any], userinfo: dict[str, Any] | None = None, **more: Any) -> set[str]:  # noqa: ANN401 - each field of the settings has its type
    return set(person(claims, userinfo, **more).roles)


def test_the_claims_of_the_id_token_say_who_it_is() -> None:
    claims = {
        **EMAIL,
        "given_name": " Dana ",
        "family_name": "Novak",
        "preferred_username": "dana",
        "sid": "a-session",
        "auth_time": 1_700_000_000.5,
        "groups": ["portal-admins", "others"],
    }
    assert person(claims) == Identity(
        provider="corp",
        issuer="https://idp.example",
        subject="dana",
        email="Dana@Example.com",
        email_verified=True,
        first_name="Dana",
        last_name="Novak",
        user_name="dana",
        roles=frozenset({"administrator"}),
        sid="a-session",
        authenticated_at=datetime(2023, 11, 14, 22, 13, 20, 500_000, UTC),
    )


@pytest.mark.parametrize("verified", ["true", 1, None, [True], {}, False], ids=repr)
def test_only_json_true_verifies_an_address(verified: object) -> None:
    assert not person({"email": "a@b.c", "email_verified": verified}).email_verified
    assert not person(
        {"email": "a@b.c", "email_verified": verified}, trusts_email=True
    ).email_verified


def test_an_address_without_a_word_on_it_is_verified_by_trust_only() -> None:
    assert not person({"email": "a@b.c"}).email_verified
    assert person({"email": "a@b.c"}, trusts_email=True).email_verified
    assert not person({}, trusts_email=True).email_verified


def test_the_address_and_the_word_on_it_come_from_the_same_place() -> None:
    mixed = person({"email": "eve@example.com"}, {"email": "e@x.com", "email_verified": True})
    assert (mixed.email, mixed.email_verified) == ("eve@example.com", False)
    other = person({"email_verified": True}, {"email": "eve@example.com"})
    assert (other.email, other.email_verified) == ("eve@example.com", False)


@pytest.mark.parametrize(
    "email",
    [
        None,
        7,
        "",
        "a",
        "@b.c",
        "a@",
        "a b@c.d",
        "a@b.c\n",
        "a@b\u202e.c",
        ["a@b.c"],
        "a@" + "b" * 260,
    ],
    ids=repr,
)
def test_what_is_no_address_is_left_out(email: object) -> None:
    found = person({"email": email, "email_verified": True})
    assert (found.email, found.email_verified, found.user_name) == ("", False, "")


@pytest.mark.parametrize(
    ("claims", "names"),
    [
        ({"name": "Ravi Iyer"}, ("Ravi", "Iyer")),
        ({"name": "Anna Maria  Silva"}, ("Anna Maria", "Silva")),
        ({"name": "Plato"}, ("Plato", "")),
        ({"name": "A B", "family_name": "Cher"}, ("", "Cher")),
        ({"given_name": 1, "family_name": ["x"], "name": {}}, ("", "")),
        ({"given_name": "a\nb", "name": "c\u202ed"}, ("", "")),
        ({"given_name": "x" * 300}, ("x" * 100, "")),
        ({}, ("", "")),
    ],
    ids=str,
)
def test_names_are_taken_as_given_or_split(claims: dict[str, Any], names: tuple[str, str]) -> None:
    found = person(claims)
    assert (found.first_name, found.last_name) == names


def test_the_user_name_is_the_address_where_none_is_preferred() -> None:
    assert person(EMAIL).user_name == "Dana@Example.com"
    assert person(EMAIL, {"preferred_username": "dana"}).user_name == "dana"


@pytest.mark.parametrize(
    ("path", "claims"),
    [
        ("groups", {"groups": ["portal-admins"]}),
        ("groups", {"groups": "portal-admins"}),
        ("realm_access.roles", {"realm_access": {"roles": ["x", "portal-admins"]}}),
        (
            r"resource_access.my\.client.roles",
            {"resource_access": {"my.client": {"roles": ["portal-admins"]}}},
        ),
        (r"https://example\.com/roles", {"https://example.com/roles": ["portal-admins"]}),
        (r"a\\b", {"a\\b": ["portal-admins"]}),
    ],
    ids=str,
)
def test_roles_are_found_by_path(path: str, claims: dict[str, Any]) -> None:
    assert roles(claims, groups_claim=path) == {"administrator"}


@pytest.mark.parametrize(
    "groups",
    [
        ["portal-admin"],
        ["Portal-Admins"],
        [" portal-admins"],
        ["/portal-admins"],
        "portal-admins portal-support",
        "portal-admins,x",
        ["portal-admins", 7],
        ["portal-admins", ["portal-support"]],
        [["portal-admins"]],
        {"portal-admins": True},
        {"0": "portal-admins"},
        True,
        7,
        None,
        [],
        "",
    ],
    ids=repr,
)
def test_groups_that_do_not_match_exactly_or_are_malformed_give_no_role(groups: object) -> None:
    assert roles({"groups": groups}) == set()


def test_malformed_groups_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        roles({"groups": {"portal-admins": True}})
    assert "no roles from corp: groups_malformed" in caplog.text


@pytest.mark.parametrize("way", ["a.b.c", "a.x.c", "sub.c"])
def test_a_path_that_leads_nowhere_gives_no_role(way: str) -> None:
    assert roles({"a": {"b": ["portal-admins"]}}, groups_claim=way) == set()


@pytest.mark.parametrize(
    "claims",
    [{"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {}}}, {"hasgroups": True}],
    ids=str,
)
def test_groups_that_entra_left_out_give_no_role_and_no_further_question(
    claims: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert roles(claims, {"groups": ["portal-admins"]}) == set()
    assert "no roles from corp: groups_overage" in caplog.text
    assert not needs_userinfo(CONFIG, {**EMAIL, **claims})


def test_a_sign_in_says_that_groups_were_left_out(evil: Evil, sign_in: SignIn) -> None:
    evil.says(_claim_names={"groups": "src1"})
    assert sign_in(roles=ROLES).has_too_many_groups
    assert not sign_in().has_too_many_groups
    evil.claims.clear()
    evil.told = {"sub": "mallory"}
    assert not sign_in(roles=ROLES).has_too_many_groups


def test_without_configured_roles_groups_are_not_looked_at() -> None:
    assert roles({"groups": ["portal-admins"]}, roles={}) == set()
    assert not needs_userinfo(replace(CONFIG, roles={}), EMAIL)


def test_userinfo_is_asked_for_what_is_missing_only(evil: Evil, sign_in: SignIn) -> None:
    evil.says(groups=[])
    sign_in(roles=ROLES)
    assert evil.count(USERINFO) == 0
    evil.omits("groups")
    evil.told = {"sub": "mallory", "groups": ["portal-support"], "email": "other@example.com"}
    identity = sign_in(roles=ROLES).identity
    assert (identity.roles, identity.email) == (frozenset({"support"}), "mallory@example.com")
    assert evil.calls[-1].authorization.startswith("Bearer ")
    evil.omits("email")
    assert sign_in().identity.email == "other@example.com"
    evil.discovery["userinfo_endpoint"] = None
    assert sign_in(roles=ROLES).identity.email == ""


@pytest.mark.parametrize("moment", [True, "now", 0, -1, 1e300, 10**30, None], ids=repr)
def test_a_time_of_sign_in_that_is_none_is_left_out(moment: object) -> None:
    assert person({"auth_time": moment}).authenticated_at is None


@pytest.mark.parametrize("sid", [7, "x" * 256, "a\nb", None], ids=repr)
def test_a_session_id_that_cannot_be_kept_is_left_out(sid: object) -> None:
    assert person({"sid": sid}).sid == ""
