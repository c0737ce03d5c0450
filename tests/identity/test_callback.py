"""What comes back to the callback: state first, then the issuer, then everything else."""

import logging
from collections.abc import Mapping

import pytest

from app.domain.errors import SignInFailed
from app.identity.provider import OidcProvider
from tests.identity.conftest import REDIRECT, SignIn
from tests.identity.evil import DISCOVERY, TOKEN, Answer, Evil
from tests.identity.forgeries import CALLBACKS

STRANGER = "https://other.example"


def reason_of(
    provider: OidcProvider, answer: Mapping[str, str | None], state: Mapping[str, str]
) -> str:
    given = {name: value for name, value in answer.items() if value is not None}
    with pytest.raises(SignInFailed) as refused:
        provider.finish(REDIRECT, given, state)
    return refused.value.reason


@pytest.mark.parametrize("name", CALLBACKS)
def test_a_callback_that_is_not_ours_is_refused_before_the_code_is_used(
    name: str, evil: Evil, provider: OidcProvider
) -> None:
    changed, reason = CALLBACKS[name]
    challenge = provider.challenge(REDIRECT)
    answer = {**evil.visit(challenge.url), **changed}
    assert reason_of(provider, answer, challenge.state) == reason
    assert evil.count(TOKEN) == 0


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"state": ""}, "state_missing"),
        ({"provider": "another"}, "wrong_provider"),
        ({"nonce": ""}, "state_missing"),
        ({"verifier": ""}, "state_missing"),
        ({"at": ""}, "state_missing"),
        ({"at": "0"}, "state_expired"),
    ],
    ids=str,
)
def test_a_browser_without_the_kept_state_is_refused(
    changed: dict[str, str], reason: str, evil: Evil, provider: OidcProvider
) -> None:
    challenge = provider.challenge(REDIRECT)
    kept = {**challenge.state, **changed}
    kept = {name: value for name, value in kept.items() if value}
    assert reason_of(provider, evil.visit(challenge.url), kept) == reason


def test_a_wrong_state_costs_the_provider_not_even_a_look_at_its_metadata(
    evil: Evil, provider: OidcProvider
) -> None:
    kept = {"state": "one", "nonce": "n", "verifier": "v", "provider": "evil"}
    assert reason_of(provider, {"state": "two", "code": "c"}, kept) == "state_mismatch"
    assert evil.count(DISCOVERY) == 0


def test_an_issuer_on_the_callback_counts_even_when_it_was_not_announced(
    evil: Evil, provider: OidcProvider
) -> None:
    evil.discovery["authorization_response_iss_parameter_supported"] = None
    challenge = provider.challenge(REDIRECT)
    answer = evil.visit(challenge.url)
    wrong = {**answer, "iss": STRANGER}
    assert reason_of(provider, wrong, challenge.state) == "callback_issuer_mismatch"
    answer.pop("iss")
    assert provider.finish(REDIRECT, answer, challenge.state).identity.subject == "mallory"


def test_an_error_of_the_provider_stays_one_line_of_the_log_and_out_of_the_exception(
    evil: Evil, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    evil.callback = {
        "error": "odd\r\nCRITICAL forged line",
        "error_description": "<b>call somebody</b>\u2028\n" + "x" * 5000,
    }
    with caplog.at_level(logging.DEBUG), pytest.raises(SignInFailed) as refused:
        sign_in()
    assert "call somebody" not in repr(refused.value)
    assert "odd" not in str(refused.value)
    lines = [
        record.getMessage() for record in caplog.records if "call somebody" in record.getMessage()
    ]
    assert len(lines) == 1
    assert lines[0].isprintable()
    assert len(lines[0]) < 500


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ("invalid_grant", "code_refused"),
        ("invalid_request", "token_refused"),
        ([], "token_refused"),
    ],
    ids=str,
)
def test_a_code_that_the_provider_refuses_is_a_refusal(
    error: object, reason: str, evil: Evil, sign_in: SignIn
) -> None:
    said = {"error": error, "error_description": "the code the-code is used"}
    evil.answers[TOKEN] = Answer(400, said)
    with pytest.raises(SignInFailed) as refused:
        sign_in()
    assert refused.value.reason == reason
    assert "the-code" not in repr(refused.value)
    assert refused.value.__suppress_context__


def test_nothing_secret_is_logged(
    evil: Evil, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    evil.omits("email")
    evil.told = {"sub": "mallory", "email": "mallory@example.com"}
    with caplog.at_level(logging.DEBUG):
        done = sign_in()
        evil.says(nonce="other")
        with pytest.raises(SignInFailed):
            sign_in()
    asked = evil.asked
    secrets = [done.id_token, asked["state"], asked["nonce"], "the-code", "made%2Fup", "made/up"]
    for text in (caplog.text, *(str(record.args) for record in caplog.records)):
        assert not [secret for secret in secrets if secret in text]
    assert "sign-in through evil refused: nonce" in caplog.text
