"""Discovery and keys: how long they are believed, and what happens when they change."""

import logging
import threading
import time

import pytest

from app.domain.errors import SignInFailed, Upstream, UpstreamKind
from app.identity.provider import OidcProvider
from tests.identity.conftest import REDIRECT, SignIn
from tests.identity.evil import DISCOVERY, KEYS, SOON, Answer, Evil, HandClock, rsa_key, signed


def code_of(provider: OidcProvider) -> str:
    with pytest.raises(Upstream) as raised:
        provider.challenge(REDIRECT)
    assert raised.value.kind is UpstreamKind.BROKEN_ANSWER
    return raised.value.code


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"issuer": "https://other.example"}, "discovery_issuer"),
        ({"issuer": None}, "discovery_issuer"),
        ({"issuer": ["x"]}, "discovery_issuer"),
        ({"token_endpoint": None}, "discovery_malformed"),
        ({"jwks_uri": ""}, "discovery_address"),
        ({"jwks_uri": 7}, "discovery_address"),
        ({"token_endpoint": "http://evil.example/token"}, "discovery_address"),
        ({"token_endpoint": "https://user@evil.example/token"}, "discovery_address"),
        ({"token_endpoint": "https://evil.example:port/"}, "discovery_address"),
        ({"token_endpoint": "https://[evil/"}, "discovery_address"),
        ({"token_endpoint": "https:///token"}, "discovery_address"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "discovery_address"),
        ({"authorization_endpoint": "https://evil.example/\n"}, "discovery_address"),
        ({"end_session_endpoint": "//evil.example"}, "discovery_address"),
        ({"userinfo_endpoint": "file:///etc/passwd"}, "discovery_address"),
        ({"id_token_signing_alg_values_supported": ["none", "HS256"]}, "discovery_algorithms"),
        ({"id_token_signing_alg_values_supported": "RS256"}, "discovery_malformed"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "client_authentication"),
    ],
    ids=str,
)
def test_a_document_that_cannot_be_trusted_is_not_used(
    changed: dict[str, object], code: str, evil: Evil, provider: OidcProvider
) -> None:
    evil.discovery.update(changed)
    assert code_of(provider) == code


def test_the_issuer_is_compared_to_the_last_byte(evil: Evil, provider: OidcProvider) -> None:
    evil.discovery["issuer"] = f"{evil.issuer}/"
    assert code_of(provider) == "discovery_issuer"


def test_a_list_of_algorithms_that_is_missing_means_rs256(evil: Evil, sign_in: SignIn) -> None:
    evil.discovery["id_token_signing_alg_values_supported"] = None
    assert sign_in().identity.subject == "mallory"


def test_nothing_is_fetched_before_it_is_needed(evil: Evil, provider: OidcProvider) -> None:
    assert evil.calls == []
    provider.challenge(REDIRECT)
    assert [call.path for call in evil.calls] == [DISCOVERY]


def test_documents_are_kept_for_an_hour(evil: Evil, clock: HandClock, sign_in: SignIn) -> None:
    sign_in()
    clock.move(minutes=59)
    sign_in()
    assert (evil.count(DISCOVERY), evil.count(KEYS)) == (1, 1)
    clock.move(minutes=1)
    sign_in()
    assert (evil.count(DISCOVERY), evil.count(KEYS)) == (2, 2)


def test_a_clock_that_was_put_back_makes_documents_old(
    evil: Evil, clock: HandClock, sign_in: SignIn
) -> None:
    sign_in()
    clock.move(days=-1)
    sign_in()
    assert evil.count(DISCOVERY) == 2


@pytest.mark.parametrize("answer", [Answer(503), Answer(200, {"issuer": "https://x.example"})])
def test_the_last_good_metadata_outlives_an_outage(
    answer: Answer,
    evil: Evil,
    clock: HandClock,
    sign_in: SignIn,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sign_in()
    clock.move(hours=2)
    evil.answers[DISCOVERY] = answer
    with caplog.at_level(logging.WARNING):
        assert sign_in().identity.subject == "mallory"
    assert "an older copy is used" in caplog.text


def test_a_provider_that_is_down_is_asked_again_after_five_seconds(
    evil: Evil, clock: HandClock, provider: OidcProvider
) -> None:
    evil.answers[DISCOVERY] = Answer(429, {}, headers={"Retry-After": "9"})
    for _ in range(3):
        with pytest.raises(Upstream) as raised:
            provider.challenge(REDIRECT)
        assert (raised.value.kind, raised.value.retry_after) == (UpstreamKind.BUSY, 9)
    assert evil.count(DISCOVERY) == 1
    del evil.answers[DISCOVERY]
    clock.move(seconds=5)
    provider.challenge(REDIRECT)
    assert evil.count(DISCOVERY) == 2


def test_many_who_come_at_once_cause_one_fetch(evil: Evil, provider: OidcProvider) -> None:
    evil.answers[DISCOVERY] = Answer(body=evil._document(), after=0.2)
    urls: list[str] = []
    people = [
        threading.Thread(target=lambda: urls.append(provider.challenge(REDIRECT).url))
        for _ in range(8)
    ]
    for one in people:
        one.start()
    for one in people:
        one.join(10)
    assert len(urls) == 8
    assert evil.count(DISCOVERY) == 1


def test_while_one_looks_for_newer_metadata_the_others_use_the_older(
    evil: Evil, clock: HandClock, provider: OidcProvider
) -> None:
    provider.challenge(REDIRECT)
    clock.move(hours=1)
    evil.answers[DISCOVERY] = Answer(hang=True)
    first = threading.Thread(target=provider.challenge, args=(REDIRECT,))
    first.start()
    while evil.count(DISCOVERY) < 2:
        time.sleep(0.01)
    began = time.monotonic()
    provider.challenge(REDIRECT)
    assert time.monotonic() - began < SOON
    evil.released.set()
    first.join(10)


def test_whoever_waits_too_long_for_another_is_told_that_it_is_busy(
    evil: Evil, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil.answers[DISCOVERY] = Answer(hang=True)
    first = threading.Thread(target=_challenge_in_vain, args=(provider,))
    first.start()
    while not evil.calls:
        time.sleep(0.01)
    monkeypatch.setattr("app.identity.provider.BEGIN_SECONDS", 0.1)
    with pytest.raises(Upstream) as raised:
        provider.challenge(REDIRECT)
    assert raised.value.kind is UpstreamKind.BUSY
    evil.released.set()
    first.join(10)


def _challenge_in_vain(provider: OidcProvider) -> None:
    with pytest.raises(Upstream):
        provider.challenge(REDIRECT)


def test_a_new_key_is_found_at_once_and_the_old_one_is_dropped(evil: Evil, sign_in: SignIn) -> None:
    sign_in()
    evil.key = rsa_key(2)
    evil.publishes(rsa_key(2))
    assert sign_in().identity.subject == "mallory"
    assert evil.count(KEYS) == 2
    evil.key = rsa_key()
    with pytest.raises(SignInFailed) as refused:
        sign_in()
    assert refused.value.reason == "unknown_key"


def test_a_key_that_changed_under_its_id_is_found_at_once(evil: Evil, sign_in: SignIn) -> None:
    sign_in()
    evil.key = rsa_key(2)
    evil.header["kid"] = "rsa-1"
    evil.published = [{**rsa_key(2).as_dict(private=False), "kid": "rsa-1"}]
    assert sign_in().identity.subject == "mallory"
    assert evil.count(KEYS) == 2


def test_keys_may_change_as_often_as_the_provider_likes(evil: Evil, sign_in: SignIn) -> None:
    sign_in()
    for number in (2, 1, 2, 1):
        evil.key = rsa_key(number)
        evil.publishes(rsa_key(number))
        assert sign_in().identity.subject == "mallory"
    assert evil.count(KEYS) == 5


@pytest.mark.parametrize("forged", ["kid", "signature"])
def test_forged_tokens_cause_one_more_look_at_the_keys_a_minute(
    forged: str, evil: Evil, clock: HandClock, sign_in: SignIn
) -> None:
    sign_in()
    if forged == "kid":
        evil.header["kid"] = "unheard-of"
    else:
        evil.key, evil.header["kid"] = rsa_key(2), "rsa-1"
    for _ in range(5):
        with pytest.raises(SignInFailed):
            sign_in()
    assert evil.count(KEYS) == 2
    clock.move(seconds=60)
    with pytest.raises(SignInFailed):
        sign_in()
    assert evil.count(KEYS) == 3


def test_a_key_that_was_taken_back_is_refused_after_an_hour_at_most(
    evil: Evil, clock: HandClock, sign_in: SignIn
) -> None:
    sign_in()
    evil.publishes(rsa_key(2))
    clock.move(minutes=60)
    with pytest.raises(SignInFailed) as refused:
        sign_in()
    assert refused.value.reason == "unknown_key"


def test_old_keys_are_not_used_when_new_ones_cannot_be_had(
    evil: Evil, clock: HandClock, sign_in: SignIn
) -> None:
    sign_in()
    clock.move(hours=1)
    evil.answers[KEYS] = Answer(503)
    with pytest.raises(Upstream):
        sign_in()


def test_keys_are_read_afresh_when_their_address_changes(
    evil: Evil, clock: HandClock, sign_in: SignIn
) -> None:
    sign_in()
    clock.move(minutes=30)
    evil.header["kid"] = "unheard-of"
    with pytest.raises(SignInFailed):
        sign_in()
    evil.header.clear()
    clock.move(minutes=30)
    evil.discovery["jwks_uri"] = f"{evil.issuer}{KEYS}?new"
    assert sign_in().identity.subject == "mallory"
    assert evil.count(KEYS) == 3


@pytest.mark.parametrize("keys", [{}, {"keys": "none"}, {"keys": {"a": 1}}], ids=str)
def test_what_is_no_key_set_is_an_outage(
    keys: dict[str, object], evil: Evil, sign_in: SignIn
) -> None:
    evil.answers[KEYS] = Answer(200, keys)
    with pytest.raises(Upstream) as raised:
        sign_in()
    assert raised.value.code == "keys_malformed"


def test_what_strangers_send_costs_one_look_a_minute_and_none_of_the_sign_ins(
    evil: Evil, provider: OidcProvider, sign_in: SignIn
) -> None:
    sign_in()
    forged = signed({"alg": "RS256", "kid": "unheard-of"}, {}, rsa_key(2))
    for _ in range(5):
        with pytest.raises(SignInFailed):
            provider.logout_notice(forged)
    assert evil.count(KEYS) == 2
    evil.key = rsa_key(2)
    evil.publishes(rsa_key(2))
    assert sign_in().identity.subject == "mallory"
