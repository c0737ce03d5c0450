"""Forged id_tokens: each is refused, and for the reason that it was forged for."""

from typing import Any

import pytest
from joserfc.errors import UnsupportedAlgorithmError
from joserfc.jwk import Key

from app.domain.errors import SignInFailed
from app.identity.signed_token import OneAlgorithm
from tests.identity.conftest import SignIn
from tests.identity.evil import CLIENT_ID, KEYS, Evil, ec_key, ed_key, rsa_key
from tests.identity.forge import Forge, answers, headed, later, omits, says, signing
from tests.identity.forgeries import ANSWERS, FORGED


@pytest.mark.parametrize("name", [*FORGED, *ANSWERS])
def test_a_forged_token_signs_nobody_in(name: str, evil: Evil, sign_in: SignIn) -> None:
    """Abuse case 3."""
    forge, reason = {**FORGED, **ANSWERS}[name]
    forge(evil)
    with pytest.raises(SignInFailed) as refused:
        sign_in()
    assert refused.value.reason == reason
    assert str(refused.value) == "Sign-in did not work. Start again from the sign-in page."


def test_the_same_token_without_the_forgery_is_accepted(sign_in: SignIn) -> None:
    assert sign_in().identity.subject == "mallory"


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (rsa_key(), "RS256"),
        (rsa_key(), "PS256"),
        (ec_key(), "ES256"),
    ],
    ids=["RS256", "PS256", "ES256"],
)
def test_every_algorithm_of_ours_is_understood(
    key: Key, algorithm: str, evil: Evil, sign_in: SignIn
) -> None:
    signing(key, alg=algorithm)(evil)
    evil.publishes(ec_key(), ed_key(), rsa_key())
    assert sign_in().identity.subject == "mallory"


def test_eddsa_is_understood_without_a_warning(evil: Evil, sign_in: SignIn) -> None:
    signing(ed_key(), alg="EdDSA")(evil)
    evil.omits("at_hash")
    evil.publishes(ed_key())
    assert sign_in().identity.subject == "mallory"


def test_a_registry_knows_the_one_algorithm_that_was_checked() -> None:
    with pytest.raises(UnsupportedAlgorithmError):
        OneAlgorithm("RS256").get_alg("none")


HONEST: dict[str, Forge] = {
    "the audience in a list": says(aud=[CLIENT_ID]),
    "authorized for us": says(azp=CLIENT_ID),
    "expired within the leeway": later("exp", -59),
    "not valid yet within the leeway": later("nbf", 59),
    "issued in the future within the leeway": later("iat", 59),
    "issued nearly ten minutes ago": later("iat", -590),
    "issued at a fraction": later("iat", -0.5),
    "no hash of the access token": omits("at_hash"),
    "a subject of 255 letters": says(sub="a" * 255),
    "a header that nobody knows": headed(typ="JWT", signer="somebody"),
    "bearer in small letters": answers(token_type="bearer"),
    "no key id and one key": headed(kid=None),
}


@pytest.mark.parametrize("name", HONEST)
def test_what_is_odd_but_allowed_is_accepted(name: str, evil: Evil, sign_in: SignIn) -> None:
    HONEST[name](evil)
    assert sign_in().identity.issuer == evil.issuer


def test_a_token_without_a_key_id_is_tried_with_every_key_of_its_type(
    evil: Evil, sign_in: SignIn
) -> None:
    evil.publishes(ec_key(), rsa_key(2), rsa_key())
    evil.header["kid"] = None
    assert sign_in().identity.subject == "mallory"


def test_one_odd_key_in_the_set_spoils_no_other(evil: Evil, sign_in: SignIn) -> None:
    odd: list[Any] = [
        {"kty": "AKP", "kid": "new"},
        {"kty": "RSA", "n": "!" * 400, "e": "AQAB"},
        {"kty": "EC", "crv": "P-256"},
        {"kid": 7, "kty": []},
        "text",
    ]
    evil.published = [*odd, *evil.published]
    assert sign_in().identity.subject == "mallory"
    assert evil.count(KEYS) == 1
