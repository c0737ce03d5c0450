"""Two portals in processes of their own over one database, and the certified provider."""

import os
import secrets
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import requests

from demo.preparation import make_secret
from tests.demo_idp import Provider, run_provider
from tests.scenario.house import HousePlan
from tests.scenario.programs import served
from tests.scenario.walker import Page
from tests.store.databases import write_migrated

SECONDS = 30
NOBODY = "http://localhost:1"  # no Apigee is needed to be signed in


class Two(Protocol):
    """Two portals, by their addresses."""

    @property
    def addresses(self) -> tuple[str, str]: ...


@dataclass(frozen=True)
class Twins:
    """Both portals' addresses, the provider, and the database that the two share."""

    addresses: tuple[str, str]
    provider: Provider
    database: Path

    def control(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Use the provider's test control."""
        url = f"{self.provider.control_url}{path}"
        answer = requests.request(method, url, json=body, timeout=SECONDS)
        answer.raise_for_status()
        return answer.json()

    def change(self, statement: str, *values: object) -> None:
        """Write into the database as a third process would."""
        with sqlite3.connect(self.database, timeout=5) as connection:
            connection.execute(statement, values)
        connection.close()

    def let_checks_be_due(self) -> None:
        """Let the last word of the provider be eleven minutes old."""
        self.change("UPDATE sign_in_sessions SET check_at = '2020-01-01 00:00:00.000000'")


@dataclass
class Person:
    """Somebody's browser, which knows both addresses of the portal."""

    twins: Two
    session: requests.Session = field(default_factory=requests.Session)

    def sign_in(self, login: str) -> "Person":
        """Sign in through the first portal."""
        form = Page(self.session.get(f"{self.twins.addresses[0]}/sign-in", timeout=SECONDS))
        [(action, values)] = form.forms.items()
        filled = {**values, "login": login, "password": "demo"}
        done = self.session.post(action, filled, timeout=SECONDS)
        assert done.ok, done.text
        assert self.statuses("/account") == [200, 200]
        return self

    def get(self, number: int, path: str) -> requests.Response:
        """Open a page of one of the portals."""
        address = f"{self.twins.addresses[number]}{path}"
        return self.session.get(address, timeout=SECONDS, allow_redirects=False)

    def statuses(self, path: str) -> list[int]:
        """Return what both portals answer."""
        return [self.get(number, path).status_code for number in range(2)]

    def submit(self, path: str, ending: str, number: int = 0, **values: str) -> Page:
        """Open a page of a portal and send the form that posts to such an address."""
        page = Page(self.get(number, path))
        action = page.action(ending)
        filled = {**page.forms[action], **values}
        return Page(self.session.post(action, filled, timeout=SECONDS))


def within_a_second(holds: Callable[[], bool]) -> bool:
    """Tell whether something comes true in time."""
    until = time.monotonic() + 1
    while time.monotonic() < until:
        if holds():
            return True
    return holds()


@contextmanager
def run_twins(folder: Path) -> Iterator[Twins]:
    """Start everything on free ports, and end it."""
    first, second = _free_ports()
    with run_provider(f"http://localhost:{first}", secrets.token_hex()) as provider:
        plan = HousePlan(first, "edge", folder, provider.issuer, NOBODY, Path())
        for made in (plan.secrets, plan.logs, plan.portal_state, plan.content):
            made.mkdir(parents=True, exist_ok=True)
        plan.client_secret_file.write_text(provider.client_secret, encoding="ascii")
        make_secret(plan.secret_key_file)
        environment = {**os.environ, **plan.portal_environment()}
        write_migrated(plan.portal_state / "portal.db")
        with ExitStack() as stack:
            for port in (first, second):
                log = plan.logs / f"{port}.log"
                stack.enter_context(served(replace(plan, port=port), environment, log))
            addresses = (f"http://localhost:{first}", f"http://localhost:{second}")
            yield Twins(addresses, provider, plan.portal_state / "portal.db")


def _free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]
