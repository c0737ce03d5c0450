"""The wheel, installed once for all tests beside the packages that it needs."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import emulator
from demo.preparation import make_secret, write_content
from tests.demo_idp import run_provider
from tests.scenario.house import SEED, HousePlan
from tests.wheel.installed import Installed, built, environment_of, install, lend

NAME = "PORTAL_BRANDING__NAME"


@dataclass(frozen=True)
class Site:
    """An installation, and what it is started with: variables, a file of settings, a socket."""

    installed: Installed
    plan: HousePlan
    listener: socket.socket

    @property
    def url(self) -> str:
        return self.plan.portal_url

    @property
    def settings(self) -> dict[str, str]:
        kept = self.plan.portal_environment()
        return {name: kept[name] for name in kept if name != NAME}

    def call_it(self, name: str) -> None:
        """Give the portal a name, in the file that its settings are read from."""
        text = f"[branding]\nname = {name!r}\n"
        (self.installed.folder / "portal.toml").write_text(text, encoding="utf-8")


@pytest.fixture(scope="package")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="package")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("elsewhere")
    venv = environment_of(folder / "venv")
    install(venv, "--no-deps", "--no-index", str(wheel))
    lend(venv)
    (folder / "work").mkdir()
    return Installed(venv, folder / "work")


@pytest.fixture(scope="package")
def site(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The installation with its tables, beside a local Apigee and the sample people."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        port = listener.getsockname()[1]
        with (
            emulator.run(flavor="x", seed=SEED) as apigee,
            run_provider(f"http://localhost:{port}") as provider,
        ):
            var = tmp_path_factory.mktemp("var")
            account = apigee.service_account_file
            plan = HousePlan(port, "x", var, provider.issuer, apigee.root, account)
            plan.secrets.mkdir()
            plan.client_secret_file.write_text(provider.client_secret, encoding="ascii")
            make_secret(plan.secret_key_file)
            write_content(plan)
            place = Site(installed, plan, listener)
            place.call_it("Installed Portal")
            installed.told("db", "upgrade", **place.settings)
            yield place
