"""The whole house on free ports of this machine: local Apigee, certified provider, portal.

with run_house("x", folder) as house:
    house.portal    # http://localhost:41234
    house.apigee    # the emulator, with its journal
    house.provider  # the certified OIDC provider
    house.app       # the Flask application, served by threads of this process
"""

import io
import logging
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

import emulator
from app.factory import create_app
from app.settings import Settings
from app.web import extensions, logs
from demo.plan import ROOT, Plan
from demo.preparation import make_secret, write_content
from emulator.model import Flavor
from emulator.running import LocalApigee
from tests.demo_idp import Provider, run_provider
from tests.store.databases import write_migrated

SECONDS = 30
Json = dict[str, Any]
SEED = ROOT / "demo" / "seed.json"


@dataclass(frozen=True)
class HousePlan(Plan):
    """The demo's plan with the addresses that were free."""

    provider: str = ""
    apigee: str = ""
    account: Path = Path()
    public: str = ""

    @property
    def portal_url(self) -> str:
        return self.public or super().portal_url

    @property
    def issuer(self) -> str:
        return self.provider

    @property
    def apigee_origin(self) -> str:
        return self.apigee

    @property
    def service_account_file(self) -> Path:
        return self.account


@dataclass(frozen=True)
class House:
    """A running house."""

    plan: HousePlan
    app: Flask
    apigee: LocalApigee
    provider: Provider
    log: io.StringIO

    @property
    def portal(self) -> str:
        return self.plan.portal_url

    @property
    def database(self) -> Path:
        return self.plan.portal_state / "portal.db"

    @property
    def origins(self) -> tuple[str, str]:
        """Where a browser may send requests: the portal and the sign-in."""
        return self.portal, self.provider.issuer

    def manage(self, method: str, path: str, body: Json | None = None) -> Json:
        """Change or read something on Apigee as its administrators do."""
        is_edge = self.apigee.options.flavor == "edge"
        answer = requests.request(
            method,
            f"{self.apigee.root}/v1/organizations/demo{path}",
            auth=self.apigee.basic if is_edge else None,
            headers={} if is_edge else {"Authorization": f"Bearer {self.apigee.bearer()}"},
            json=body,
            timeout=SECONDS,
        )
        assert answer.status_code < 300, f"{method} {path}: {answer.text}"
        return dict(answer.json()) if answer.content else {}


@contextmanager
def run_house(
    flavor: Flavor,
    folder: Path,
    in_front: Callable[[int], str] = lambda _port: "",
    /,
    **settings: str,
) -> Iterator[House]:
    """Start everything with the demo's seed and content; ``settings`` are variables by name.

    An empty one takes the demo's away.

    ``in_front`` is given the portal's port and returns the address that people use instead.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        public = in_front(port)
        with (
            emulator.run(flavor=flavor, seed=SEED) as apigee,
            run_provider(public or f"http://localhost:{port}", secrets.token_hex()) as provider,
        ):
            account = apigee.service_account_file if flavor == "x" else Path()
            plan = HousePlan(port, flavor, folder, provider.issuer, apigee.root, account, public)
            _prepare(plan, provider)
            log = io.StringIO()
            with _portal(plan, settings, log) as app, _serving(app, listener):
                yield House(plan, app, apigee, provider, log)


def _prepare(plan: HousePlan, provider: Provider) -> None:
    plan.secrets.mkdir(parents=True)
    plan.client_secret_file.write_text(provider.client_secret, encoding="ascii")
    make_secret(plan.secret_key_file)
    write_content(plan)
    plan.portal_state.mkdir(parents=True, exist_ok=True)
    write_migrated(plan.portal_state / "portal.db")


@contextmanager
def _portal(plan: HousePlan, settings: dict[str, str], log: io.StringIO) -> Iterator[Flask]:
    level = logging.getLogger().level
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**plan.portal_environment(), **settings}.items():
            if value or name not in settings:
                patch.setenv(name, value)
        app = create_app(Settings())
    logs.configure("DEBUG", log)
    try:
        done = app.test_cli_runner().invoke(args=["developers", "sync"])
        assert done.exit_code == 0, done.output
        yield app
    finally:
        _forget(app, level)


def _forget(app: Flask, level: int) -> None:
    """Let go of what the application opened, so that the next test begins as this one did."""
    with app.app_context():
        extensions.db.engine.dispose()
    root = logging.getLogger()
    root.setLevel(level)
    for handler in [found for found in root.handlers if isinstance(found, logs.JsonLines)]:
        root.removeHandler(handler)


@contextmanager
def _serving(app: Flask, listener: socket.socket) -> Iterator[None]:
    port = listener.getsockname()[1]
    server = make_server("127.0.0.1", port, app, threaded=True, fd=listener.fileno())
    serve = partial(server.serve_forever, poll_interval=0.05)
    thread = threading.Thread(target=serve, name="portal", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
