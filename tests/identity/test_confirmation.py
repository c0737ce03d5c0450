"""Asking a provider again: a clear no ends a session, silence does not, and nothing is forged."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.errors import SignInFailed, Upstream, UpstreamKind
from app.domain.secret import Secret
from app.identity.config import ProviderConfig
from app.identity.pause import PAUSE_SECONDS, Pause
from app.identity.provider import OidcProvider
from app.services.ports import SignedIn
from app.services.provider_port import Confirmation, Holding, Standing
from tests.identity.conftest import ROLES, SignIn
from tests.identity.evil import (
    CLIENT_ID,
    CLIENT_SECRET,
    KEYS,
    TOKEN,
    USERINFO,
    Answer,
    Evil,
    HandClock,
    half_hash,
    rsa_key,
    signed,
    unsigned,
)

Claims = dict[str, Any]


@pytest.fixture
def config(evil: Evil) -> ProviderConfig:
    return ProviderConfig(
        "evil", "Evil", evil.issuer, CLIENT_ID, Secret(CLIENT_SECRET), roles=ROLES
    )


@pytest.fixture
def brief(evil: Evil, sign_in: SignIn) -> SignedIn:
    """Somebody who signed in and brought an access token only."""
    evil.says(groups=[])
    return sign_in()


@pytest.fixture
def first(evil: Evil, sign_in: SignIn) -> SignedIn:
    """An administrator who signed in and brought a refresh token."""
    evil.says(groups=["portal-admins"])
    evil.tokens["refresh_token"] = "refresh-1"
    return sign_in()


def standing(first: SignedIn, holding: Holding | None = None) -> Standing:
    who = first.identity
    return Standing(who.issuer, who.subject, first.id_token, holding or first.holding)


def new_token(evil: Evil, **changes: object) -> str:
    """Return an honest id_token of now, but for the changes; None leaves a claim out."""
    now = int(evil.clock.now().timestamp())
    claims = {
        "iss": evil.issuer,
        "aud": CLIENT_ID,
        "sub": "mallory",
        "exp": now + 300,
        "iat": now,
        "at_hash": half_hash("access-2"),
        "email": "mallory@example.com",
        "groups": ["portal-support"],
        **changes,
    }
    known = {name: value for name, value in claims.items() if value is not None}
    return signed({"alg": "RS256", "kid": "rsa-1"}, known, rsa_key())


def gives(evil: Evil, **changes: object) -> None:
    """Let the token endpoint answer a refresh."""
    body = {
        "access_token": "access-2",
        "token_type": "Bearer",
        "refresh_token": "refresh-2",
        **changes,
    }
    known = {name: value for name, value in body.items() if value is not None}
    evil.answers[TOKEN] = Answer(body=known)


def test_a_sign_in_keeps_the_refresh_token_and_no_access_token(first: SignedIn) -> None:
    assert first.holding == Holding(refresh_token="refresh-1")
    assert "refresh-1" not in repr(first)


def test_a_refresh_brings_the_new_token_and_the_new_roles(
    evil: Evil, provider: OidcProvider, first: SignedIn
) -> None:
    token = new_token(evil)
    gives(evil, id_token=token)
    said = provider.confirm(standing(first))
    assert said.holding == Holding(refresh_token="refresh-2")
    assert said.identity is not None
    assert said.identity.roles == {"support"}
    assert (said.id_token, said.is_whole) == (token, True)
    asked = evil.calls[-1].form
    assert asked == {"grant_type": "refresh_token", "refresh_token": "refresh-1"}
    assert evil.calls[-1].authorization.startswith("Basic ")


def test_a_provider_that_does_not_rotate_keeps_the_token(
    evil: Evil, provider: OidcProvider, first: SignedIn
) -> None:
    gives(evil, id_token=new_token(evil, groups=[]), refresh_token=None)
    said = provider.confirm(standing(first))
    assert said.holding == Holding(refresh_token="refresh-1")
    assert said.identity is not None
    assert said.identity.roles == frozenset()


def test_without_an_id_token_the_userinfo_tells_the_roles(
    evil: Evil, provider: OidcProvider, first: SignedIn
) -> None:
    gives(evil)
    evil.told = {"sub": "mallory", "groups": ["portal-support"]}
    said = provider.confirm(standing(first))
    assert said.identity is not None
    assert said.identity.roles == {"support"}
    assert evil.calls[-1].authorization == "Bearer access-2"


def test_silence_about_groups_takes_no_role_away(
    evil: Evil, provider: OidcProvider, first: SignedIn
) -> None:
    gives(evil)
    evil.told = {"sub": "mallory"}
    assert provider.confirm(standing(first)).identity is None


def test_a_nonce_that_comes_again_must_be_the_first_one(
    evil: Evil, provider: OidcProvider, first: SignedIn
) -> None:
    gives(evil, id_token=new_token(evil, nonce=evil.asked["nonce"]))
    assert provider.confirm(standing(first)).identity is not None
    gives(evil, id_token=new_token(evil, nonce="another"))
    assert reason(provider, first) == "nonce"


def reason(provider: OidcProvider, first: SignedIn) -> str:
    with pytest.raises(SignInFailed) as refused:
        provider.confirm(standing(first))
    return refused.value.reason


FORGED: dict[str, tuple[Callable[[Evil], object], str]] = {
    "another person": (lambda evil: new_token(evil, sub="dana"), "subject"),
    "another issuer": (lambda evil: new_token(evil, iss="https://other.example"), "issuer"),
    "another audience": (lambda evil: new_token(evil, aud="other"), "audience"),
    "us and another": (lambda evil: new_token(evil, aud=[CLIENT_ID, "x"]), "authorized_party"),
    "expired": (lambda evil: new_token(evil, exp=1), "expired"),
    "of another access token": (lambda evil: new_token(evil, at_hash="x"), "access_token_hash"),
    "of long ago": (
        lambda evil: new_token(evil, iat=int(evil.clock.now().timestamp()) - 3600),
        "issued_too_long_ago",
    ),
    "unsigned": (lambda _evil: unsigned({"typ": "JWT"}, {"sub": "mallory"}), "algorithm"),
    "signed by another": (
        lambda _evil: signed({"alg": "RS256", "kid": "rsa-1"}, {"sub": "mallory"}, rsa_key(2)),
        "bad_signature",
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_new_id_token_ends_the_session(
    name: str, evil: Evil, provider: OidcProvider, first: SignedIn
) -> None:
    make, why = FORGED[name]
    gives(evil, id_token=make(evil))
    assert reason(provider, first) == why


def test_userinfo_of_another_person_ends_the_session(
    evil: Evil, provider: OidcProvider, first: SignedIn
) -> None:
    gives(evil)
    evil.told = {"sub": "dana", "groups": []}
    assert reason(provider, first) == "userinfo_subject"


@pytest.mark.parametrize(
    "error",
    ["invalid_grant", "access_denied", "login_required", "interaction_required"],
)
def test_a_clear_no_is_a_no(
    error: str, evil: Evil, provider: OidcProvider, first: SignedIn
) -> None:
    evil.answers[TOKEN] = Answer(status=400, body={"error": error})
    assert reason(provider, first) == "refresh_refused"


NO_ANSWER: dict[str, tuple[Answer, UpstreamKind]] = {
    "500": (Answer(status=500), UpstreamKind.FAILED),
    "502 with a page": (Answer(502, b"<html>", "text/html"), UpstreamKind.FAILED),
    "429": (Answer(status=429), UpstreamKind.BUSY),
    "a redirect": (Answer(302, headers={"Location": "/"}), UpstreamKind.BROKEN_ANSWER),
    "a page": (Answer(200, b"<html>", "text/html"), UpstreamKind.BROKEN_ANSWER),
    "half an answer": (Answer(200, b'{"access_token":'), UpstreamKind.BROKEN_ANSWER),
    "no access token": (Answer(200, {"token_type": "Bearer"}), UpstreamKind.BROKEN_ANSWER),
    "another kind of token": (
        Answer(200, {"access_token": "a", "token_type": "DPoP"}),
        UpstreamKind.BROKEN_ANSWER,
    ),
    "our client is unknown": (
        Answer(401, {"error": "invalid_client"}),
        UpstreamKind.CREDENTIALS,
    ),
    "our request is wrong": (Answer(400, {"error": "invalid_request"}), UpstreamKind.REFUSED),
    "our scope is wrong": (Answer(400, {"error": "invalid_scope"}), UpstreamKind.REFUSED),
    "for a moment": (Answer(400, {"error": "temporarily_unavailable"}), UpstreamKind.FAILED),
}


@pytest.mark.parametrize("name", NO_ANSWER)
def test_everything_else_is_no_answer(
    name: str, evil: Evil, provider: OidcProvider, first: SignedIn
) -> None:
    evil.answers[TOKEN], kind = NO_ANSWER[name]
    with pytest.raises(Upstream) as failed:
        provider.confirm(standing(first))
    assert failed.value.kind is kind


def test_a_provider_that_hangs_holds_nobody_for_long(
    evil: Evil, provider: OidcProvider, first: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.identity.upkeep.CONFIRM_SECONDS", 0.2)
    evil.answers[TOKEN] = Answer(hang=True)
    with pytest.raises(Upstream) as failed:
        provider.confirm(standing(first))
    assert failed.value.kind is UpstreamKind.TIMEOUT
    before = len(evil.calls)
    with pytest.raises(Upstream) as failed:
        provider.confirm(standing(first))
    assert (failed.value.kind, failed.value.code) == (UpstreamKind.BUSY, "resting")
    assert len(evil.calls) == before


@pytest.mark.parametrize("path", [KEYS, USERINFO])
def test_a_new_refresh_token_is_not_lost_with_the_rest_of_the_answer(
    path: str, evil: Evil, provider: OidcProvider, first: SignedIn
) -> None:
    gives(evil, id_token=new_token(evil) if path == KEYS else None)
    evil.clock.move(hours=2)
    gives(evil, id_token=new_token(evil) if path == KEYS else None)
    evil.answers[path] = Answer(status=503)
    said = provider.confirm(standing(first))
    assert said == Confirmation(Holding(refresh_token="refresh-2"), None, is_whole=False)


def test_an_access_token_is_kept_where_there_is_no_refresh_token(
    clock: HandClock, brief: SignedIn
) -> None:
    holding = brief.holding
    assert holding.refresh_token == ""
    assert holding.access_token
    assert holding.access_until == clock.now() + timedelta(seconds=300)


@pytest.mark.parametrize(
    "changes",
    [{"expires_in": None}, {"expires_in": "300"}, {"expires_in": True}, {"expires_in": -1}],
)
def test_an_access_token_of_unknown_length_is_not_kept(
    changes: Claims, evil: Evil, sign_in: SignIn
) -> None:
    evil.says(groups=[])
    evil.tokens.update(changes)
    assert not sign_in().holding


def test_an_access_token_asks_the_userinfo(
    evil: Evil, provider: OidcProvider, brief: SignedIn
) -> None:
    evil.told = {"sub": "mallory", "groups": ["portal-admins"]}
    said = provider.confirm(standing(brief))
    assert said.identity is not None
    assert said.identity.roles == {"administrator"}
    assert said.holding == brief.holding


def test_an_access_token_that_is_not_accepted_ends_the_session(
    evil: Evil, provider: OidcProvider, brief: SignedIn
) -> None:
    evil.answers[USERINFO] = Answer(status=401)
    assert reason(provider, brief) == "access_token_refused"
    evil.answers[USERINFO] = Answer(status=403)
    with pytest.raises(Upstream):
        provider.confirm(standing(brief))


def test_an_address_of_another_domain_ends_the_session(
    evil: Evil, config: ProviderConfig, first: SignedIn
) -> None:
    provider = OidcProvider(replace(config, email_domains=frozenset({"corp.example"})), evil.clock)
    gives(evil, id_token=new_token(evil))
    assert reason(provider, first) == "email_domain"


def test_no_token_is_logged(
    evil: Evil, provider: OidcProvider, first: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    evil.answers[TOKEN] = Answer(status=400, body={"error": "invalid_grant"})
    reason(provider, first)
    assert "confirmation through evil refused: refresh_refused" in caplog.text
    assert "refresh-1" not in caplog.text


def test_a_refresh_token_is_given_back(evil: Evil, provider: OidcProvider, first: SignedIn) -> None:
    evil.discovery["revocation_endpoint"] = f"{evil.issuer}/revoke"
    evil.answers["/revoke"] = Answer()
    provider.give_back(first.holding)
    assert evil.count("/revoke") == 0  # what the provider announced when it was asked counts
    evil.clock.move(hours=2)
    provider.give_back(first.holding)
    given = evil.calls[-1]
    assert given.form == {"token": "refresh-1", "token_type_hint": "refresh_token"}
    assert given.authorization.startswith("Basic ")


@pytest.mark.parametrize("answer", [Answer(status=503), Answer(status=302), Answer(hang=True)])
def test_signing_out_does_not_fail_with_the_revocation(
    answer: Answer, evil: Evil, config: ProviderConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.identity.upkeep.SIGN_OUT_SECONDS", 0.2)
    evil.discovery["revocation_endpoint"] = f"{evil.issuer}/revoke"
    evil.answers["/revoke"] = answer
    provider = OidcProvider(config, evil.clock)
    assert provider.sign_out_url("an.id.token", "https://portal.example/")
    provider.give_back(Holding(refresh_token="refresh-1"))
    assert evil.count("/revoke") == 1
    # Who signs out is not sent to a provider that has just not answered.
    assert provider.sign_out_url("an.id.token", "https://portal.example/") is None


def test_a_refresh_token_that_is_not_taken_back_changes_nothing_else(
    evil: Evil, config: ProviderConfig, caplog: pytest.LogCaptureFixture
) -> None:
    evil.discovery["revocation_endpoint"] = f"{evil.issuer}/revoke"
    evil.answers["/revoke"] = Answer(400, {"error": "unsupported_token_type"})
    provider = OidcProvider(config, evil.clock)
    provider.give_back(Holding(refresh_token="refresh-1"))
    assert "evil did not take a refresh token back" in caplog.text
    assert provider.sign_out_url("an.id.token", "https://portal.example/")


def test_after_a_rest_one_asks_first_and_a_good_answer_ends_it() -> None:
    now = [0.0]
    pause = Pause(lambda: now[0])
    down = Upstream(UpstreamKind.FAILED, "It failed.", retry_after=90)

    def fail() -> None:
        with pause.observed():
            raise down

    for until in (90.0, 180.0):
        with pytest.raises(Upstream) as failed:
            fail()
        assert failed.value is down
        now[0] = until - 1
        with pytest.raises(Upstream) as failed, pause.observed():
            pass
        assert failed.value.code == "resting"
        now[0] = until
    # While the first one waits for its answer, the others do not ask.
    with pause.observed(), pytest.raises(Upstream), pause.observed():
        pass
    with pause.observed():
        pass


def test_without_a_word_of_when_the_rest_is_short() -> None:
    now = [0.0]
    pause = Pause(lambda: now[0])
    with pytest.raises(Upstream), pause.observed():
        raise Upstream(UpstreamKind.FAILED, "It failed.")
    now[0] = PAUSE_SECONDS
    with pause.observed():
        pass


def test_a_clear_no_is_an_answer_and_begins_no_rest() -> None:
    pause = Pause(lambda: 0.0)
    with pytest.raises(SignInFailed), pause.observed():
        raise SignInFailed("refresh_refused")
    with pause.observed():
        pass
