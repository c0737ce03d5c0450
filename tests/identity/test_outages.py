"""A provider that is slow, broken or gone: an ``Upstream`` in time, and nobody signed in."""

import logging
import socket
import threading
import time
from dataclasses import replace

import pytest
import requests

from app.domain.errors import SignInFailed, Upstream, UpstreamKind
from app.domain.outgoing import Outgoing
from app.identity import bounded, wire
from app.identity.config import ProviderConfig
from app.identity.provider import OidcProvider
from tests.identity.conftest import REDIRECT, SignIn
from tests.identity.evil import DISCOVERY, KEYS, SOON, TOKEN, USERINFO, Answer, Evil, HandClock

HTML = Answer(200, b"<html>Please sign in", "text/html")

BROKEN: dict[str, tuple[Answer, UpstreamKind]] = {
    "500": (Answer(500, {"error": "server_error"}), UpstreamKind.FAILED),
    "503 as HTML": (Answer(503, b"<html>", "text/html"), UpstreamKind.FAILED),
    "429": (Answer(429, {}, headers={"Retry-After": "7"}), UpstreamKind.BUSY),
    "HTML": (HTML, UpstreamKind.BROKEN_ANSWER),
    "a list": (Answer(200, []), UpstreamKind.BROKEN_ANSWER),
    "nothing": (Answer(200, b""), UpstreamKind.BROKEN_ANSWER),
    "not UTF-8": (Answer(200, b'{"a":"\xff"}'), UpstreamKind.BROKEN_ANSWER),
    "brackets without end": (Answer(200, b"[" * 200_000), UpstreamKind.BROKEN_ANSWER),
    "a redirect": (
        Answer(302, {}, headers={"Location": "/userinfo"}),
        UpstreamKind.BROKEN_ANSWER,
    ),
    "a body cut short": (
        Answer(200, b"{}", headers={"Transfer-Encoding": "chunked"}),
        UpstreamKind.BROKEN_ANSWER,
    ),
}


def outage_of(sign_in: SignIn) -> Upstream:
    with pytest.raises(Upstream) as raised:
        sign_in()
    return raised.value


@pytest.mark.parametrize("path", [DISCOVERY, TOKEN, KEYS, USERINFO])
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_is_an_outage_of_its_kind(
    name: str, path: str, evil: Evil, sign_in: SignIn
) -> None:
    evil.answers[path], kind = BROKEN[name]
    evil.omits("email")
    error = outage_of(sign_in)
    assert error.kind is kind
    assert error.retry_after == (7 if name == "429" else None)
    assert "<html" not in str(error)
    assert evil.count(USERINFO) == (1 if path == USERINFO else 0)


def test_a_document_may_be_large_but_not_endless(evil: Evil, provider: OidcProvider) -> None:
    document = Answer(body=evil._document()).bytes
    evil.answers[DISCOVERY] = Answer(body=document + b" " * 1_000_000)
    with pytest.raises(Upstream) as raised:
        provider.challenge(REDIRECT)
    assert (raised.value.kind, raised.value.code) == (UpstreamKind.BROKEN_ANSWER, "")
    evil.clock.move(seconds=5)
    evil.answers[DISCOVERY] = Answer(body=document + b" " * 900_000)
    assert provider.challenge(REDIRECT).url


@pytest.mark.parametrize("path", [DISCOVERY, KEYS, USERINFO])
@pytest.mark.parametrize("status", [204, 401, 404])
def test_a_document_that_is_refused_is_an_outage(
    path: str, status: int, evil: Evil, sign_in: SignIn
) -> None:
    evil.answers[path] = Answer(status, b"" if status == 204 else {"error": "no"})
    evil.omits("email")
    assert outage_of(sign_in).kind is UpstreamKind.REFUSED


@pytest.mark.parametrize("named", ["soon", "-1", "", "9" * 300])
def test_an_odd_retry_after_harms_nobody(named: str, evil: Evil, sign_in: SignIn) -> None:
    evil.answers[TOKEN] = Answer(429, {}, headers={"Retry-After": named})
    assert outage_of(sign_in).retry_after in (None, 3600)


@pytest.mark.parametrize("error", ["invalid_client", "unauthorized_client"])
def test_a_client_that_is_not_accepted_is_ours_to_mend(
    error: str, evil: Evil, sign_in: SignIn
) -> None:
    evil.answers[TOKEN] = Answer(401, {"error": error, "error_description": "secret wrong"})
    outage = outage_of(sign_in)
    assert (outage.kind, outage.code) == (UpstreamKind.CREDENTIALS, error)
    assert "administrator" in str(outage)


def test_a_provider_that_asks_for_patience_in_an_error_is_an_outage(
    evil: Evil, sign_in: SignIn
) -> None:
    evil.answers[TOKEN] = Answer(400, {"error": "temporarily_unavailable"})
    assert outage_of(sign_in).kind is UpstreamKind.FAILED


@pytest.mark.parametrize("odd", [float("inf"), [1], "soon"])
def test_an_odd_lifetime_of_the_access_token_is_no_crash(
    odd: object, evil: Evil, sign_in: SignIn
) -> None:
    evil.tokens["expires_in"] = odd
    assert outage_of(sign_in).kind is UpstreamKind.BROKEN_ANSWER


def test_a_token_endpoint_that_hangs_costs_five_seconds(evil: Evil, sign_in: SignIn) -> None:
    evil.answers[TOKEN] = Answer(hang=True)
    began = time.monotonic()
    assert outage_of(sign_in).kind is UpstreamKind.TIMEOUT
    assert 4.5 < time.monotonic() - began < SOON


@pytest.mark.parametrize("path", [DISCOVERY, KEYS, USERINFO])
def test_any_other_address_that_hangs_is_given_up_as_well(
    path: str, evil: Evil, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "EXCHANGE_SECONDS", 0.3)
    evil.answers[path] = Answer(hang=True)
    evil.omits("email")
    assert outage_of(sign_in).kind is UpstreamKind.TIMEOUT


def test_a_body_that_drips_is_given_up_and_its_thread_ends(
    evil: Evil, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "EXCHANGE_SECONDS", 0.3)
    evil.answers[TOKEN] = Answer(200, b" " * 1000, drip=True)
    began = time.monotonic()
    assert outage_of(sign_in).kind is UpstreamKind.TIMEOUT
    assert time.monotonic() - began < SOON
    for thread in threading.enumerate():
        if thread.name == "identity-exchange":
            thread.join(10)
            assert not thread.is_alive()


def test_the_whole_of_a_sign_in_has_an_end_of_its_own(
    evil: Evil, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.identity.provider.FINISH_SECONDS", 0.3)
    evil.answers[KEYS] = Answer(hang=True)
    began = time.monotonic()
    assert outage_of(sign_in).kind is UpstreamKind.TIMEOUT
    assert time.monotonic() - began < SOON


def test_exchanges_that_pile_up_are_refused_at_once(
    evil: Evil, config: ProviderConfig, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_AT_ONCE", 1)
    monkeypatch.setattr("app.identity.provider.FINISH_SECONDS", 0.2)
    provider = OidcProvider(config, clock)
    challenge = provider.challenge(REDIRECT)
    answer = evil.visit(challenge.url)
    evil.answers[TOKEN] = Answer(hang=True)
    kinds = []
    for _ in range(2):
        with pytest.raises(Upstream) as raised:
            provider.finish(REDIRECT, answer, challenge.state)
        kinds.append(raised.value.kind)
    assert kinds == [UpstreamKind.TIMEOUT, UpstreamKind.BUSY]


def test_a_token_endpoint_that_stays_silent_is_left_alone_for_five_seconds(
    evil: Evil, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = wire.EXCHANGE_SECONDS
    provider.challenge(REDIRECT)
    monkeypatch.setattr(wire, "EXCHANGE_SECONDS", 0.2)
    evil.answers[TOKEN] = Answer(hang=True)

    def try_once() -> Upstream:
        challenge = provider.challenge(REDIRECT)
        with pytest.raises(Upstream) as raised:
            provider.finish(REDIRECT, evil.visit(challenge.url), challenge.state)
        return raised.value

    for _ in range(3):
        assert try_once().retry_after is None
    refused = try_once()
    assert (refused.kind, refused.retry_after) == (UpstreamKind.TIMEOUT, 5)
    assert evil.count(TOKEN) == 3
    evil.clock.move(seconds=5)
    assert try_once().retry_after is None
    assert evil.count(TOKEN) == 4
    assert try_once().retry_after == 5
    evil.clock.move(seconds=5)
    del evil.answers[TOKEN]
    monkeypatch.setattr(wire, "EXCHANGE_SECONDS", patience)
    challenge = provider.challenge(REDIRECT)
    done = provider.finish(REDIRECT, evil.visit(challenge.url), challenge.state)
    assert done.identity.subject == "mallory"


def test_what_answers_is_asked_again_however_badly_it_answers(
    evil: Evil, provider: OidcProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "EXCHANGE_SECONDS", 1)
    hang, answers = Answer(hang=True), [Answer(503), Answer(400, {"error": "invalid_grant"}), HTML]
    for count, answer in enumerate([hang, hang, answers[0]] * 2 + [hang, hang, *answers[1:]], 1):
        evil.answers[TOKEN] = answer
        challenge = provider.challenge(REDIRECT)
        with pytest.raises((Upstream, SignInFailed)):
            provider.finish(REDIRECT, evil.visit(challenge.url), challenge.state)
        assert evil.count(TOKEN) == count


def test_a_provider_that_is_not_there_cannot_be_reached(
    config: ProviderConfig, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        gone = replace(config, issuer=f"http://127.0.0.1:{taken.getsockname()[1]}")
        with caplog.at_level(logging.WARNING), pytest.raises(Upstream) as raised:
            OidcProvider(gone, clock).challenge(REDIRECT)
    assert raised.value.kind is UpstreamKind.UNREACHABLE
    assert "sign-in through evil: no answer at begin: unreachable" in caplog.text


def test_userinfo_of_somebody_else_is_refused(evil: Evil, sign_in: SignIn) -> None:
    evil.omits("email")
    for sub in ({"sub": "dana"}, {"sub": ["mallory"]}, {}):
        evil.told = {**sub, "email": "dana@example.com"}
        with pytest.raises(SignInFailed) as refused:
            sign_in()
        assert refused.value.reason == "userinfo_subject"


def test_passwords_of_the_environment_are_not_sent(
    evil: Evil, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    netrc = f"{tmp_path}/netrc"
    with open(netrc, "w", encoding="utf-8") as file:  # noqa: PTH123 - a path made of the fixture
        file.write("machine 127.0.0.1 login somebody password somewhere\n")
    monkeypatch.setenv("NETRC", netrc)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    sign_in()
    assert [call.authorization for call in evil.calls if call.path == DISCOVERY] == [""]


def test_the_proxy_and_the_authorities_of_the_operator_are_used(
    config: ProviderConfig, clock: HandClock
) -> None:
    far = replace(config, issuer="https://idp.example")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        proxy = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Upstream) as raised:
            OidcProvider(far, clock, Outgoing(proxy)).challenge(REDIRECT)
    assert raised.value.kind is UpstreamKind.UNREACHABLE


def test_a_body_in_pieces_after_the_deadline_is_not_read_to_its_end() -> None:
    class Late:
        seconds = 0.0

    class Pieces:
        def iter_content(self, _size: int) -> list[bytes]:
            return [b"a", b"b"]

    adapter = bounded.BoundedAdapter(Late())  # type: ignore[arg-type] # only the time that is left matters
    with pytest.raises(requests.Timeout):
        adapter._body(Pieces())  # type: ignore[arg-type] # only the pieces matter
