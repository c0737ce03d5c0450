"""The stand-in for route tests behaves as the real provider does where routes can see it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.errors import SignInFailed, Upstream, UpstreamKind
from app.services.ports import IdentityProvider
from tests.fakes.identity import FakeProvider
from tests.identity.conftest import REDIRECT, SignIn
from tests.identity.evil import Evil


def test_the_fake_is_a_provider_and_signs_in_whom_the_test_names() -> None:
    fake = FakeProvider()
    fake.will_sign_in("ada", roles=frozenset({"administrator"}))
    provider: IdentityProvider = fake
    begun = provider.challenge(REDIRECT)
    state = parse_qs(urlsplit(begun.url).query)["state"][0]
    done = provider.finish(REDIRECT, {"state": state, "code": "c"}, begun.state)
    assert (done.identity.email, done.identity.email_verified) == ("ada@example.com", True)
    assert done.identity.roles == {"administrator"}
    assert done.id_token in (provider.sign_out_url(done.id_token, "http://localhost/") or "")


def test_the_fake_keeps_what_the_real_one_keeps(evil: Evil, sign_in: SignIn) -> None:
    sign_in()
    assert set(FakeProvider().challenge(REDIRECT).state) == {
        "state",
        "nonce",
        "verifier",
        "provider",
    }
    assert evil.asked["state"]


def test_the_fake_refuses_a_foreign_state_and_nobody() -> None:
    fake = FakeProvider()
    begun = fake.challenge(REDIRECT)
    for answer in ({"state": "other"}, {}, {"state": begun.state["state"]}):
        with pytest.raises(SignInFailed):
            fake.finish(REDIRECT, answer, begun.state)
    with pytest.raises(SignInFailed):
        fake.finish(REDIRECT, {}, {})


def test_the_fake_can_be_down() -> None:
    fake = FakeProvider()
    fake.is_down = True
    fake.outage = Upstream(UpstreamKind.TIMEOUT, "late")
    fake.problem = Upstream(UpstreamKind.FAILED, "failed")
    begun = FakeProvider().challenge(REDIRECT)
    assert fake.sign_out_url("t", "/") is None
    with pytest.raises(Upstream, match="late"):
        fake.challenge(REDIRECT)
    with pytest.raises(Upstream, match="failed"):
        fake.finish(REDIRECT, {"state": begun.state["state"]}, begun.state)
