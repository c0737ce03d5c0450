"""An emulator per test in either flavour, and a small client for it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Unpack
from urllib.parse import quote

import pytest
import requests

import emulator
from emulator.model import Flavor
from emulator.running import LocalApigee, Settings

# What an answer holds; the assertions say what they expect of it.
Json = Any

WEATHER = {
    "name": "weather-free",
    "displayName": "Weather",
    "approvalType": "auto",
    "attributes": {"access": "public"},
    "proxies": ["weather"],
    "environments": ["prod"],
    "apiResources": ["/**"],
    "scopes": ["READ", "WRITE"],
}
PAYMENTS = {
    "name": "payments",
    "displayName": "Payments",
    "approvalType": "manual",
    "proxies": ["payments"],
}
SEED: dict[str, Any] = {
    "apiProducts": [WEATHER, PAYMENTS],
    "developers": [
        {
            "email": "dana@example.com",
            "firstName": "Dana",
            "lastName": "Reyes",
            "apps": [
                {
                    "name": "trips",
                    "attributes": {"DisplayName": "Trips"},
                    "credentials": [
                        {
                            "consumerKey": "dana-key",
                            "consumerSecret": "dana-secret",
                            "apiProducts": ["weather-free", "payments"],
                        }
                    ],
                }
            ],
        },
        {"email": "ravi@example.com", "firstName": "Ravi", "lastName": "Rao"},
    ],
}
NEW_DEVELOPER = {
    "email": "new@example.com",
    "firstName": "New",
    "lastName": "One",
    "userName": "new",
}


@dataclass
class Client:
    """Calls one emulator, signed in."""

    local: LocalApigee
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        if self.flavor == "x":
            self.session.headers["Authorization"] = f"Bearer {self.local.bearer()}"
        else:
            self.session.auth = self.local.basic

    @property
    def flavor(self) -> Flavor:
        return self.local.options.flavor

    def call(
        self, method: str, path: str, body: object = None, **query: str | int
    ) -> requests.Response:
        """Call an address below the organisation; `path` is sent as it is given."""
        url = f"{self.local.url}/organizations/{self.local.organization}{path}"
        return self.session.request(method, url, json=body, params=query or None, timeout=20)

    def get(self, path: str, **query: str | int) -> requests.Response:
        return self.call("GET", path, **query)

    def json(self, path: str, **query: str | int) -> Json:
        """The body of a GET that must succeed."""
        response = self.get(path, **query)
        assert response.status_code == 200, response.text
        return response.json()

    def gateway(self, path: str = "/proxy/weather/today", **headers: str) -> requests.Response:
        return requests.get(f"{self.local.root}{path}", headers=headers, timeout=20)

    def milliseconds(self, value: str | int) -> int:
        """A time of an answer, checked to be written as the flavour does."""
        assert isinstance(value, str if self.flavor == "x" else int)
        return int(value)


def segment(text: str) -> str:
    """Quote one part of an address."""
    return quote(text, safe="")


def code(response: requests.Response) -> str:
    """Apigee's code of a refusal, wherever the flavour puts it."""
    body = response.json()
    if "error" in body:
        details = body["error"].get("details")
        return str(details[0]["violations"][0]["type"]) if details else ""
    return str(body["code"])


Start = Callable[..., Client]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start emulators that stop with the test; takes what `emulator.run` takes."""
    with ExitStack() as stack:

        def begin(**settings: Unpack[Settings]) -> Client:
            settings.setdefault("seed", SEED)
            client = Client(stack.enter_context(emulator.run(**settings)))
            stack.callback(client.session.close)
            return client

        yield begin


@pytest.fixture(params=["x", "edge"])
def flavor(request: pytest.FixtureRequest) -> Flavor:
    chosen: Flavor = request.param
    return chosen


@pytest.fixture
def client(start: Start, flavor: Flavor) -> Client:
    """A fresh emulator of each flavour in turn."""
    return start(flavor=flavor)


@pytest.fixture
def x(start: Start) -> Client:
    return start(flavor="x")


@pytest.fixture
def edge(start: Start) -> Client:
    return start(flavor="edge")
