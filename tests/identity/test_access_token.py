"""Groups in the access token: only where the operator says so, and only when it is proven."""

from typing import Any

import pytest

from tests.identity.conftest import ROLES, SignIn
from tests.identity.evil import CLIENT_ID, KEYS, Evil, encoded, rsa_key, signed
from tests.identity.forge import Forge, together

PATH = "realm_access.roles"
WITH = {"roles": ROLES, "groups_claim": PATH, "groups_in_access_token": True}


def access_token(evil: Evil, header: dict[str, Any] | None = None, **claims: object) -> str:
    """A JWT as Keycloak's is; ``None`` leaves a claim out."""
    said = {
        "iss": evil.issuer,
        "sub": "mallory",
        "aud": "account",
        "azp": CLIENT_ID,
        "exp": int(evil.clock.now().timestamp()) + 60,
        "realm_access": {"roles": ["portal-admins"]},
        **claims,
    }
    said = {name: value for name, value in said.items() if value is not None}
    return signed({"alg": "RS256", "kid": "rsa-1", **(header or {})}, said, rsa_key())


def giving(token: str) -> Forge:
    def forge(evil: Evil) -> None:
        evil.tokens["access_token"] = token
        evil.omits("at_hash")
        evil.told = {"sub": "mallory"}

    return forge


def test_groups_of_a_proven_access_token_become_roles(evil: Evil, sign_in: SignIn) -> None:
    giving(access_token(evil))(evil)
    assert sign_in(**WITH).identity.roles == {"administrator"}


def test_the_client_may_be_named_as_rfc_9068_does(evil: Evil, sign_in: SignIn) -> None:
    giving(access_token(evil, azp=None, client_id=CLIENT_ID))(evil)
    assert sign_in(**WITH).identity.roles == {"administrator"}


def test_it_is_not_looked_at_unless_the_operator_says_so(evil: Evil, sign_in: SignIn) -> None:
    giving(access_token(evil))(evil)
    assert sign_in(**{**WITH, "groups_in_access_token": False}).identity.roles == frozenset()


def test_what_the_id_token_or_the_userinfo_says_goes_before(evil: Evil, sign_in: SignIn) -> None:
    giving(access_token(evil))(evil)
    evil.told["realm_access"] = {"roles": ["portal-support"]}
    assert sign_in(**WITH).identity.roles == {"support"}
    evil.says(realm_access={"roles": []})
    assert sign_in(**WITH).identity.roles == frozenset()


def test_groups_that_were_left_out_are_not_looked_for_here(evil: Evil, sign_in: SignIn) -> None:
    giving(access_token(evil))(evil)
    evil.says(_claim_names={"realm_access": "src1"})
    assert sign_in(**WITH).identity.roles == frozenset()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://other.example"}, "issuer"),
        ({"sub": "dana"}, "subject"),
        ({"sub": None}, "subject"),
        ({"azp": "another"}, "authorized_party"),
        ({"azp": None}, "authorized_party"),
        ({"azp": [CLIENT_ID]}, "authorized_party"),
        ({"exp": None}, "expired"),
        ({"exp": 1}, "expired"),
        ({"exp": "never"}, "expired"),
        ({"exp": float("nan")}, "expired"),
        ({"header": {"alg": "none"}}, "algorithm"),
        ({"header": {"kid": "unheard-of"}}, "unknown_key"),
    ],
    ids=str,
)
def test_what_is_not_proven_gives_no_role_and_a_line_in_the_log(
    changed: dict[str, Any],
    reason: str,
    evil: Evil,
    sign_in: SignIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    giving(access_token(evil, **changed))(evil)
    done = sign_in(**WITH)
    assert (done.identity.subject, done.identity.roles) == ("mallory", frozenset())
    assert f"the access token is not looked into: {reason}" in caplog.text


@pytest.mark.parametrize("token", ["opaque", "a.b.c", f"{encoded({})}.{encoded({})}."], ids=repr)
def test_an_access_token_that_is_no_jwt_gives_no_role(
    token: str, evil: Evil, sign_in: SignIn
) -> None:
    together(giving(token))(evil)
    assert sign_in(**WITH).identity.roles == frozenset()
    assert evil.count(KEYS) == 1
