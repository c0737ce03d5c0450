"""A whole portal whose only provider is the evil one, reached over a real socket."""

from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import pytest

from app.domain.outgoing import Outgoing
from app.domain.secret import Secret
from app.identity.config import ProviderConfig
from app.identity.provider import OidcProvider
from app.services.ports import IdentityProvider
from tests.identity.evil import CLIENT_ID, CLIENT_SECRET, Evil
from tests.routes.client import Answer as Shown
from tests.routes.client import Browser
from tests.routes.conftest import Build
from tests.routes.house import House


@dataclass(repr=False)
class Scene:
    """The portal, its provider, and somebody's browser."""

    house: House
    evil: Evil
    providers: dict[str, IdentityProvider]
    config: ProviderConfig
    browser: Browser
    log: pytest.LogCaptureFixture
    outgoing: Outgoing = field(default_factory=Outgoing)

    def begin(self, **settings: Any) -> None:  # noqa: ANN401 - fields of the provider's settings
        """Forget what was forged and what is known of the provider."""
        fresh = Evil(self.evil.clock, self.evil.issuer)
        for name in ("key", "published", "header", "claims", "omitted", "token", "tokens"):
            setattr(self.evil, name, getattr(fresh, name))
        for name in ("discovery", "told", "answers", "callback"):
            setattr(self.evil, name, getattr(fresh, name))
        self.providers["evil"] = OidcProvider(
            replace(self.config, **settings), self.evil.clock, self.outgoing
        )
        self.browser = self.house.browser()

    def sign_in(self, changed: dict[str, str | None] | None = None) -> Shown:
        """Sign in as an honest browser does, but for what is changed on the callback."""
        answer = {**self.evil.visit(self.browser.get("/sign-in").location), **(changed or {})}
        given = {name: value for name, value in answer.items() if value is not None}
        return self.browser.get(f"/auth/evil/callback?{urlencode(given)}")


def scene_with(
    evil: Evil, build: Build, log: pytest.LogCaptureFixture, **settings: object
) -> Scene:
    """Build a portal with these settings over the evil provider."""
    providers: dict[str, IdentityProvider] = {}
    house = build(lambda ports: replace(ports, providers=providers), **settings)
    config = ProviderConfig("evil", "Evil", evil.issuer, CLIENT_ID, Secret(CLIENT_SECRET))
    made = Scene(house, evil, providers, config, house.browser(), log)
    made.begin()
    return made
