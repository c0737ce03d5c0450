"""The real application over the local Apigee, with short limits and a provider in memory."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from typing import Any, cast
from urllib.parse import quote

import requests
from flask import Flask

from app.apigee.apps import AppsClient
from app.apigee.client import ApigeeClient
from app.apigee.exchange import Limits
from app.domain.clock import SystemClock
from app.factory import create_app
from app.services.ingredients import Ports
from app.services.portal import Portal
from app.settings import Settings
from emulator.running import LocalApigee
from tests.fakes.apigee import FakeApigee
from tests.fakes.identity import FakeProvider
from tests.routes.client import Browser

DANA = "dana@example.com"
SEED: dict[str, Any] = {
    "apiProducts": [
        {"name": "weather-free", "displayName": "Weather", "attributes": {"access": "public"}}
    ],
    "developers": [
        {
            "email": DANA,
            "firstName": "Dana",
            "lastName": "Reyes",
            "apps": [
                {
                    "name": "trip-planner",
                    "attributes": {"DisplayName": "Trip planner"},
                    "apiProducts": ["weather-free"],
                }
            ],
        }
    ],
}


class LaterClock:
    """The system's clock, which a test can put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return SystemClock().now() + self.ahead


@dataclass(repr=False)
class House:
    """The application of one test over an Apigee that may fail."""

    settings: Settings
    local: LocalApigee
    clock: LaterClock = field(default_factory=LaterClock)
    provider: FakeProvider = field(default_factory=FakeProvider)

    def __post_init__(self) -> None:
        self.flask: Flask = create_app(self.settings, replace=self._replaced)
        self._deadlines = self._client._limits, self._client._around.seconds_left
        with self.flask.app_context():
            self.portal.sync.run()

    @property
    def portal(self) -> Portal:
        return cast(Portal, self.flask.extensions["portal"])

    def signed_in(self, login: str = "dana", **facts: Any) -> Browser:  # noqa: ANN401 - fields of Identity
        """Return somebody's browser."""
        url = self.settings.public_origin
        browser = Browser(self.flask, self.provider, FakeApigee(), url)
        browser.sign_in(login, **facts)
        return browser

    def is_linked(self) -> bool:
        """Tell whether an account is linked to Dana."""
        with self.flask.app_context():
            return self.portal.registration.accounts.of_developer(DANA) is not None

    def developer_page(self) -> str:
        """Return the path of the administrator's page about Dana."""
        with self.flask.app_context():
            [row] = self.portal.registration.index.by_folded_email(DANA)
        return f"/admin/developers/{row.public_id}"

    def everybody(self) -> list[str]:
        """Return the addresses of all developers, as Apigee itself has them."""
        answer = self._asked("developers")
        known = answer if isinstance(answer, list) else answer.get("developer", [])
        return sorted(item if isinstance(item, str) else item["email"] for item in known)

    def apps(self, email: str = DANA) -> list[str]:
        """Return the names of Dana's apps, as Apigee itself has them."""
        answer = self._asked(f"developers/{quote(email)}/apps")
        known = answer if isinstance(answer, list) else answer.get("app", [])
        return sorted(item if isinstance(item, str) else item["appId"] for item in known)

    def status(self) -> str:
        """Return Dana's status, as Apigee itself has it."""
        return str(self._asked(f"developers/{quote(DANA)}")["status"])

    def keeps_deadlines(self) -> None:
        """Give up in time again; on a healthy Apigee it is only this machine that is slow."""
        self._hurry(*self._deadlines)

    @contextmanager
    def refused(self) -> Iterator[None]:
        """Let nobody answer at Apigee's address meanwhile."""
        client, base = self._client, self._client._base
        client._base = "http://127.0.0.1:1/v1/organizations/demo/"
        try:
            yield
        finally:
            client._base = base

    def recovers(self, seconds: float = 90) -> None:
        """Let a minute and a half pass, or as much as is said, on a healthy Apigee."""
        self.clock.ahead += timedelta(seconds=seconds)
        self._hurry(Limits(), lambda: inf)
        # A read beside one that failed may still be under way.
        while any(figures.inside for figures in self._client.lanes()):
            time.sleep(0.01)
        for lane in self._client._lanes.values():
            lane.breaker._until = 0.0
        self._client._recent._until.clear()

    def after_calls(self, count: int, action: Callable[[], None]) -> None:
        """Do something as soon as so many more calls to Apigee have ended."""
        meter, left = self.portal.meter, [count]
        record = meter.record

        def hooked(seconds: float) -> None:
            record(seconds)
            left[0] -= 1
            if left[0] == 0:
                action()

        meter.record = hooked  # type: ignore[method-assign] # watched in this test only

    def _hurry(self, limits: Limits, seconds_left: Callable[[], float]) -> None:
        self._client._limits = limits
        self._client._around = replace(self._client._around, seconds_left=seconds_left)

    @property
    def _client(self) -> ApigeeClient:
        return cast(AppsClient, self._ports.apigee.apps)._client

    def _asked(self, path: str) -> Any:  # noqa: ANN401 - raw JSON
        options: dict[str, Any] = {"auth": self.local.basic}
        if self.local.options.flavor == "x":
            options = {"headers": {"Authorization": f"Bearer {self.local.bearer()}"}}
        url = f"{self.local.url}/organizations/demo/{path}"
        answer = requests.get(url, timeout=60, **options)
        answer.raise_for_status()
        return answer.json()

    def _replaced(self, ports: Ports) -> Ports:
        self._ports = ports
        return replace(
            ports,
            providers={self.provider.name: self.provider},
            clock=self.clock,
            sleep=lambda _seconds: None,
        )

    def close(self) -> None:
        """Close the connections to Apigee."""
        self._client.close()
