"""A provider that forges, and the portal's side of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.domain.secret import Secret
from app.identity.config import ProviderConfig
from app.identity.provider import OidcProvider
from app.services.ports import SignedIn
from tests.identity.evil import CLIENT_ID, CLIENT_SECRET, Evil, HandClock, run_evil

REDIRECT = "http://localhost:8000/auth/evil/callback"
ROLES = {"portal-admins": "administrator", "portal-support": "support"}

SignIn = Callable[..., SignedIn]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def evil(clock: HandClock) -> Iterator[Evil]:
    with run_evil(clock) as running:
        yield running


@pytest.fixture
def config(evil: Evil) -> ProviderConfig:
    return ProviderConfig("evil", "Evil", evil.issuer, CLIENT_ID, Secret(CLIENT_SECRET))


@pytest.fixture
def provider(config: ProviderConfig, clock: HandClock) -> OidcProvider:
    return OidcProvider(config, clock)


@pytest.fixture
def sign_in(config: ProviderConfig, provider: OidcProvider, evil: Evil) -> SignIn:
    """Sign in from begin to end; settings of the provider may be given."""

    def run(**settings: Any) -> SignedIn:  # noqa: ANN401 - each field of the settings has its type
        own = OidcProvider(replace(config, **settings), evil.clock) if settings else provider
        challenge = own.challenge(REDIRECT)
        return own.finish(REDIRECT, evil.visit(challenge.url), challenge.state)

    return run
