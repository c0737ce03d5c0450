"""Signing in again: what is asked for, and what a provider that ignores it gets away with."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.domain.errors import SignInFailed
from app.identity.config import ProviderConfig, StepUp
from app.identity.provider import OidcProvider
from app.services.ports import SignedIn
from app.services.provider_port import Wish
from tests.identity.conftest import REDIRECT, SignIn
from tests.identity.evil import Evil, HandClock

MFA = StepUp(acr=("mfa", "hardware"))
SILENT = StepUp(without_auth_time=True)


def again(evil: Evil, config: ProviderConfig, step_up: StepUp = StepUp()) -> SignedIn:  # noqa: B008 - it is frozen
    provider = OidcProvider(replace(config, step_up=step_up), evil.clock)
    challenge = provider.challenge(REDIRECT, Wish.FRESH)
    return provider.finish(REDIRECT, evil.visit(challenge.url), challenge.state)


def seconds(clock: HandClock, ago: float = 0) -> float:
    return clock.now().timestamp() - ago


def test_a_fresh_sign_in_is_asked_for_in_every_way_that_there_is(
    evil: Evil, config: ProviderConfig
) -> None:
    provider = OidcProvider(replace(config, step_up=MFA), evil.clock)
    challenge = provider.challenge(REDIRECT, Wish.FRESH)
    asked = dict(parse_qsl(urlsplit(challenge.url).query))
    assert (asked["prompt"], asked["max_age"], asked["acr_values"]) == (
        "login",
        "0",
        "mfa hardware",
    )
    assert challenge.state["wish"] == "fresh"
    plain = dict(parse_qsl(urlsplit(provider.challenge(REDIRECT).url).query))
    assert not {"prompt", "max_age", "acr_values"} & set(plain)


@pytest.mark.parametrize("ago", [0, 0.5, 59, -59])
def test_who_has_just_signed_in_is_fresh(ago: float, evil: Evil, config: ProviderConfig) -> None:
    evil.says(auth_time=seconds(evil.clock, ago))
    assert again(evil, config).identity.subject == "mallory"


def test_who_took_nine_minutes_to_sign_in_is_fresh(
    evil: Evil, config: ProviderConfig, clock: HandClock
) -> None:
    provider = OidcProvider(config, clock)
    challenge = provider.challenge(REDIRECT, Wish.FRESH)
    clock.move(minutes=9)
    evil.says(auth_time=seconds(clock, 1))
    answer = evil.visit(challenge.url)
    assert provider.finish(REDIRECT, answer, challenge.state).identity.subject == "mallory"


STALE: dict[str, tuple[dict[str, Any], StepUp, str]] = {
    "signed in yesterday, although max_age is 0": ({"ago": 86_400}, StepUp(), "auth_time_old"),
    "signed in a little before it was asked": ({"ago": 61}, StepUp(), "auth_time_old"),
    "will have signed in": ({"ago": -61}, StepUp(), "auth_time_future"),
    "no word on when": ({}, StepUp(), "auth_time_missing"),
    "signed in at 0": ({"auth_time": 0}, StepUp(), "auth_time_missing"),
    "signed in at -1": ({"auth_time": -1}, StepUp(), "auth_time_missing"),
    "signed in at true": ({"auth_time": True}, StepUp(), "auth_time_missing"),
    "signed in at a text": ({"auth_time": "now"}, StepUp(), "claims_malformed"),
    "signed in at null": ({"auth_time": None}, StepUp(), "auth_time_missing"),
    "signed in at infinity": ({"auth_time": float("inf")}, StepUp(), "auth_time_missing"),
    "a word on when that is none, where none is needed": (
        {"auth_time": 0},
        SILENT,
        "auth_time_missing",
    ),
    "an old word on when, where none is needed": ({"ago": 61}, SILENT, "auth_time_old"),
    "no acr": ({"ago": 0}, MFA, "acr"),
    "a weaker acr": ({"ago": 0, "acr": "pwd"}, MFA, "acr"),
    "an acr in other letters": ({"ago": 0, "acr": "MFA"}, MFA, "acr"),
    "a list of acr": ({"ago": 0, "acr": ["mfa"]}, MFA, "acr"),
    "all acr at once": ({"ago": 0, "acr": "mfa hardware"}, MFA, "acr"),
    "a good acr of yesterday": ({"ago": 86_400, "acr": "mfa"}, MFA, "auth_time_old"),
    "a good acr and no word on when": ({"acr": "mfa"}, MFA, "auth_time_missing"),
}


@pytest.mark.parametrize("name", STALE)
def test_a_sign_in_that_is_not_fresh_is_refused(
    name: str, evil: Evil, config: ProviderConfig
) -> None:
    said, step_up, reason = STALE[name]
    claims = {key: value for key, value in said.items() if key != "ago"}
    if "ago" in said:
        claims["auth_time"] = seconds(evil.clock, said["ago"])
    evil.says(**claims)
    with pytest.raises(SignInFailed) as refused:
        again(evil, config, step_up)
    assert refused.value.reason == reason


@pytest.mark.parametrize("acr", ["mfa", "hardware"])
def test_an_acr_of_those_that_were_asked_for_will_do(
    acr: str, evil: Evil, config: ProviderConfig
) -> None:
    evil.says(acr=acr, auth_time=seconds(evil.clock))
    assert again(evil, config, MFA).identity.subject == "mallory"


def test_a_provider_that_never_says_when_is_believed_only_by_setting(
    evil: Evil, config: ProviderConfig
) -> None:
    assert again(evil, config, SILENT).identity.subject == "mallory"


def test_a_usual_sign_in_asks_for_no_freshness(evil: Evil, sign_in: SignIn) -> None:
    evil.says(auth_time=seconds(evil.clock, 86_400))
    assert sign_in(step_up=MFA).identity.subject == "mallory"


@pytest.mark.parametrize(("minutes", "reason"), [(11, "state_expired"), (-2, "state_expired")])
def test_a_sign_in_that_was_begun_too_long_ago_or_not_yet_is_refused(
    minutes: float, reason: str, evil: Evil, config: ProviderConfig, clock: HandClock
) -> None:
    provider = OidcProvider(config, clock)
    challenge = provider.challenge(REDIRECT)
    clock.move(minutes=minutes)
    with pytest.raises(SignInFailed) as refused:
        provider.finish(REDIRECT, evil.visit(challenge.url), challenge.state)
    assert refused.value.reason == reason


@pytest.mark.parametrize("prompt", ["login", "select_account"])
def test_who_was_signed_out_everywhere_is_asked_for_whatever_session_is_open(
    evil: Evil, config: ProviderConfig, prompt: str
) -> None:
    provider = OidcProvider(replace(config, prompt_again=prompt), evil.clock)
    challenge = provider.challenge(REDIRECT, Wish.ANEW)
    asked = dict(parse_qsl(urlsplit(challenge.url).query))
    assert (asked["prompt"], asked["max_age"]) == (prompt, "0")
    signed_in = provider.finish(REDIRECT, evil.visit(challenge.url), challenge.state)
    assert signed_in.identity.subject == "mallory"
