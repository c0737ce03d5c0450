"""Back-channel logout tokens: the provider's own word ends sessions, and nobody else's does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.domain.errors import SignInFailed, Upstream
from app.identity.logout_token import EVENT
from app.identity.provider import OidcProvider
from app.services.provider_port import LogoutNotice
from tests.identity.conftest import SignIn
from tests.identity.evil import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEYS,
    Answer,
    Evil,
    ec_key,
    encoded,
    rsa_key,
    signed,
    signed_with_the_public_key,
    unsigned,
)
from tests.identity.forge import change_payload, cut_signature, hs256, named_ps256

Claims = dict[str, Any]
Make = Callable[[Claims, Claims], str]


def claims_of(evil: Evil, **changes: object) -> Claims:
    """Return what an honest logout token says, but for the changes; None leaves a claim out."""
    now = int(evil.clock.now().timestamp())
    claims = {
        "iss": evil.issuer,
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 120,
        "jti": "the-only-one",
        "sub": "mallory",
        "sid": "s1",
        "events": {EVENT: {}},
        **changes,
    }
    return {name: value for name, value in claims.items() if value is not None}


def honest(header: Claims, claims: Claims) -> str:
    return signed(header, claims, rsa_key())


def token(evil: Evil, make: Make = honest, typ: object = "logout+jwt", **changes: object) -> str:
    header = {"alg": "RS256", "kid": "rsa-1", "typ": typ}
    known = {name: value for name, value in header.items() if value is not None}
    return make(known, claims_of(evil, **changes))


def test_an_honest_token_names_the_person_and_the_session(
    evil: Evil, provider: OidcProvider
) -> None:
    until = evil.clock.now() + timedelta(minutes=6)
    wanted = LogoutNotice(evil.issuer, "mallory", "s1", "the-only-one", until)
    assert provider.logout_notice(token(evil)) == wanted


@pytest.mark.parametrize(
    "changes",
    [
        {"sid": None},
        {"sub": None},
        {"aud": [CLIENT_ID]},
        {"typ": None},
        {"typ": "LOGOUT+JWT"},
        {"events": {EVENT: {}, "https://other.example/event": {}}},
        {"toe": 7, "trace": {"a": 1}},
    ],
)
def test_what_the_specification_allows_is_accepted(
    changes: Claims, evil: Evil, provider: OidcProvider
) -> None:
    assert provider.logout_notice(token(evil, **changes)).issuer == evil.issuer


def later(claim: str, seconds: float) -> Callable[[Evil], Claims]:
    return lambda evil: {claim: int(evil.clock.now().timestamp()) + seconds}


@pytest.mark.parametrize(
    "change",
    [later("iat", 59), later("iat", -299), later("exp", -59), later("iat", -0.5)],
    ids=["iat +59", "iat -299", "exp -59", "iat -0.5"],
)
def test_two_clocks_may_differ_a_little(
    change: Callable[[Evil], Claims], evil: Evil, provider: OidcProvider
) -> None:
    assert provider.logout_notice(token(evil, **change(evil))).subject == "mallory"


CLAIMS: dict[str, tuple[Claims, str]] = {
    "another issuer": ({"iss": "https://other.example"}, "issuer"),
    "no issuer": ({"iss": None}, "issuer"),
    "another audience": ({"aud": "other"}, "audience"),
    "us and another": ({"aud": [CLIENT_ID, "other"]}, "audience"),
    "another, authorized for us": ({"aud": "other", "azp": CLIENT_ID}, "audience"),
    "no audience": ({"aud": None}, "audience"),
    "no time": ({"iat": None}, "issued_at"),
    "a time that is text": ({"iat": "1772366400"}, "issued_at"),
    "a time that is true": ({"iat": True}, "issued_at"),
    "a time that is no number": ({"iat": float("nan")}, "issued_at"),
    "a time without end": ({"iat": float("inf")}, "issued_at"),
    "no expiry": ({"exp": None}, "expiry_malformed"),
    "an expiry that is text": ({"exp": "1"}, "expiry_malformed"),
    "an expiry that is no number": ({"exp": float("nan")}, "expired"),
    "no events": ({"events": None}, "logout_event"),
    "events in a list": ({"events": [EVENT]}, "logout_event"),
    "events as a text": ({"events": EVENT}, "logout_event"),
    "another event": ({"events": {"https://other.example": {}}}, "logout_event"),
    "an event that is no object": ({"events": {EVENT: True}}, "logout_event"),
    "a nonce": ({"nonce": "n"}, "logout_nonce"),
    "an empty nonce": ({"nonce": ""}, "logout_nonce"),
    "neither person nor session": ({"sub": None, "sid": None}, "logout_of_nobody"),
    "an empty person": ({"sub": ""}, "subject"),
    "a person that is a number": ({"sub": 7}, "subject"),
    "a person of 256 letters": ({"sub": "a" * 256}, "subject"),
    "an empty session": ({"sid": ""}, "logout_session"),
    "a session that is a list": ({"sid": ["s1"]}, "logout_session"),
    "no id of its own": ({"jti": None}, "logout_token_id"),
    "an empty id": ({"jti": " "}, "logout_token_id"),
    "an id of many lines": ({"jti": "a\nb"}, "logout_token_id"),
    "an id that is a number": ({"jti": 1}, "logout_token_id"),
    "the type of an id_token": ({"typ": "JWT"}, "logout_type"),
    "the type of an access token": ({"typ": "at+jwt"}, "logout_type"),
    "a type that is no text": ({"typ": 7}, "id_token_malformed"),
}
TIMES: dict[str, tuple[Callable[[Evil], Claims], str]] = {
    "issued in the future": (later("iat", 61), "issued_at"),
    "issued an hour ago": (later("iat", -3600), "issued_too_long_ago"),
    "issued five minutes ago": (later("iat", -301), "issued_too_long_ago"),
    "expired": (later("exp", -61), "expired"),
}
SIGNATURES: dict[str, tuple[Make, str]] = {
    "unsigned": (unsigned, "algorithm"),
    "HS256 with the public key": (signed_with_the_public_key, "algorithm"),
    "HS256 with the client's secret": (hs256(CLIENT_SECRET), "algorithm"),
    "named PS256": (named_ps256, "bad_signature"),
    "signature cut off": (cut_signature, "bad_signature"),
    "payload changed": (change_payload, "bad_signature"),
    "another key under a known id": (
        lambda header, claims: signed(header, claims, rsa_key(2)),
        "bad_signature",
    ),
    "a key that nobody published": (
        lambda header, claims: signed({**header, "kid": "rsa-2"}, claims, rsa_key(2)),
        "unknown_key",
    ),
    "a key that it brings along": (
        lambda header, claims: signed(
            {**header, "jwk": rsa_key(2).as_dict(private=False)}, claims, rsa_key(2)
        ),
        "bad_signature",
    ),
    "a key of another type": (
        lambda header, claims: signed({**header, "alg": "ES256"}, claims, ec_key()),
        "unknown_key",
    ),
    "a critical header": (
        lambda header, claims: signed({**header, "crit": ["exp"]}, claims, rsa_key()),
        "critical_header",
    ),
    "two parts": (lambda _header, _claims: "a.b", "id_token_malformed"),
    "nothing": (lambda _header, _claims: "", "id_token_malformed"),
    "a payload that is a list": (
        lambda header, _claims: signed(header, [], rsa_key()),
        "id_token_malformed",
    ),
    "a million letters": (
        lambda header, claims: signed(header, {**claims, "x": "x" * 1_000_000}, rsa_key()),
        "id_token_too_large",
    ),
}


def reason(provider: OidcProvider, given: str) -> str:
    with pytest.raises(SignInFailed) as refused:
        provider.logout_notice(given)
    return refused.value.reason


@pytest.mark.parametrize("name", CLAIMS)
def test_a_token_that_says_something_else_is_refused(
    name: str, evil: Evil, provider: OidcProvider
) -> None:
    """Abuse case 6."""
    changes, why = CLAIMS[name]
    assert reason(provider, token(evil, **changes)) == why


@pytest.mark.parametrize("name", TIMES)
def test_a_token_of_another_time_is_refused(name: str, evil: Evil, provider: OidcProvider) -> None:
    change, why = TIMES[name]
    assert reason(provider, token(evil, **change(evil))) == why


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    name: str, evil: Evil, provider: OidcProvider
) -> None:
    """Abuse case 6."""
    make, why = SIGNATURES[name]
    evil.discovery["id_token_signing_alg_values_supported"] = ["none", "HS256", "RS256", "PS256"]
    if name == "a key of another type":
        evil.discovery["id_token_signing_alg_values_supported"] = ["RS256", "ES256"]
    assert reason(provider, token(evil, make)) == why


def test_an_id_token_is_no_logout_token(provider: OidcProvider, sign_in: SignIn) -> None:
    """Abuse case 6."""
    assert reason(provider, sign_in().id_token) == "logout_event"


def test_forged_tokens_do_not_make_the_portal_ask_for_keys_again_and_again(
    evil: Evil, provider: OidcProvider
) -> None:
    """Abuse case 6."""
    for number in range(20):
        header = {"alg": "RS256", "kid": f"made-up-{number}", "typ": "logout+jwt"}
        forged = signed(header, claims_of(evil), rsa_key(2))
        assert reason(provider, forged) == "unknown_key"
    assert evil.count(KEYS) == 2
    evil.clock.move(seconds=61)
    assert reason(provider, token(evil, SIGNATURES["a key that nobody published"][0]))
    assert evil.count(KEYS) == 3


def test_after_a_change_of_keys_the_new_one_counts_and_the_old_one_does_not(
    evil: Evil, provider: OidcProvider
) -> None:
    old = token(evil)
    assert provider.logout_notice(old).subject == "mallory"
    evil.publishes(rsa_key(2))
    new = signed({"alg": "RS256", "kid": "rsa-2"}, claims_of(evil), rsa_key(2))
    assert provider.logout_notice(new).subject == "mallory"
    assert reason(provider, old) == "unknown_key"


def test_no_text_of_a_token_is_logged(
    evil: Evil, provider: OidcProvider, caplog: pytest.LogCaptureFixture
) -> None:
    given = token(evil, nonce="n")
    reason(provider, given)
    assert "back-channel logout through evil refused: logout_nonce" in caplog.text
    assert given not in caplog.text
    assert encoded(claims_of(evil, nonce="n")) not in caplog.text


def test_without_the_provider_nothing_is_believed(evil: Evil, provider: OidcProvider) -> None:
    evil.answers[KEYS] = Answer(status=503)
    with pytest.raises(Upstream):
        provider.logout_notice(token(evil))
