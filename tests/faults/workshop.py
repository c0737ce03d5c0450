"""The portal's services over a local Apigee, and workers as processes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import requests
from flask import Flask
from sqlalchemy import text

import emulator
from app.domain.audit import SYSTEM
from app.domain.clock import SystemClock
from app.domain.developers import Owner
from app.domain.jobs import Job, JobKind, JobState
from app.domain.rotation import Asked, Overlap, Rotated
from app.factory import create_app
from app.services.portal import Portal
from app.settings import Settings
from app.web import extensions
from demo.plan import ROOT
from demo.processes import Program
from demo.run import worker
from emulator.faults import Fault
from emulator.journal import Entry
from emulator.model import Flavor
from emulator.running import LocalApigee
from emulator.seed import Seed
from tests.faults.crowd import ISSUER
from tests.scenario.house import HousePlan, _forget
from tests.store.databases import write_migrated

DANA = "dana@example.com"
APPS = 10
SECONDS = 100.0
SEED: dict[str, Any] = {
    "apiProducts": [
        {"name": "weather-free", "attributes": {"access": "public"}, "proxies": ["weather"]}
    ],
    "developers": [
        {
            "email": DANA,
            "firstName": "Dana",
            "lastName": "Novak",
            "apps": [
                {
                    "name": f"app-{number}",
                    "attributes": {"DisplayName": f"App {number}", "Notes": "Für Ägypten, 2 €"},
                    "callbackUrl": "https://dock.example.com/callback?a=1&b=%20",
                    "apiProducts": ["weather-free"],
                }
                for number in range(APPS)
            ],
        }
    ],
}


@dataclass(repr=False)
class Workshop:
    """Dana's apps, their rotations, and whoever works on them."""

    plan: HousePlan
    flask: Flask
    local: LocalApigee

    @property
    def portal(self) -> Portal:
        return cast(Portal, self.flask.extensions["portal"])

    @property
    def owner(self) -> Owner:
        return Owner(DANA, self.raw("developers/" + DANA)["developerId"])

    def rotate(
        self, name: str = "app-0", overlap: Overlap = Overlap.HOUR, days: int | None = None
    ) -> Rotated:
        """Replace the app's newest key as its owner would."""
        with self.flask.app_context():
            key_id = self.portal.apps.get(self.owner, name).keys[0].key.key_id
            asked = Asked(name, key_id, overlap, f"request about {key_id}", days)
            return self.portal.rotation.start(self.owner, SYSTEM, frozenset(), asked)

    def job(self, number: int = 0) -> Job:
        """The jobs that turn keys off, the first one first."""
        return self.jobs()[number]

    def jobs(self) -> list[Job]:
        with self.flask.app_context():
            page = self.portal.work.office.jobs.page(size=200)
        return [job for job in reversed(page.jobs) if job.kind is JobKind.RETIRE_KEY]

    def ended(self) -> bool:
        return {job.state for job in self.jobs()} == {JobState.DONE}

    def make_due(self) -> datetime:
        """Let every overlap have ended an hour ago."""
        then = SystemClock().now() - timedelta(hours=1)
        with self.flask.app_context():
            for job in self.jobs():
                assert self.portal.work.office.jobs.move(job.job_id, then)
        return then

    def pass_over(self, column: str) -> None:
        """Let a lease or a pause have ended."""
        then = "2020-01-01 00:00:00.000000"
        self.change(f"UPDATE jobs SET {column} = '{then}'")  # noqa: S608 - a column of ours

    def change(self, statement: str) -> None:
        """Change something in the database itself."""
        with self.flask.app_context(), extensions.db.engine.begin() as connection:
            connection.execute(text(statement))

    def work_here(self) -> None:
        """Let a worker in this process do what is due: the same command, sooner begun."""
        done = self.flask.test_cli_runner().invoke(args=["jobs", "work", "--once"])
        assert done.exit_code == 0, done.output

    def work_once(self) -> None:
        """Let a worker that has just started do what is due, and end."""
        with self._started("--once") as process:
            assert process.wait(SECONDS) == 0

    @contextmanager
    def working(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Let a worker run meanwhile; it is asked to stop in the end, unless it is gone."""
        with self._started() as process:
            yield process
            process.send_signal(signal.SIGTERM)
            assert process.wait(SECONDS) in {0, -signal.SIGKILL}

    @contextmanager
    def _started(self, *more: str) -> Iterator["subprocess.Popen[bytes]"]:
        program: Program = worker(self.plan)
        environment = {**os.environ, **program.environment}
        with (
            program.log.open("ab") as log,
            subprocess.Popen(  # noqa: S603 - the demo's own command
                (sys.executable, *program.command[1:], *more),
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            ) as process,
        ):
            try:
                yield process
            finally:
                process.kill()

    def log(self) -> str:
        """Return what the workers have said."""
        return (self.plan.logs / "worker.log").read_text(encoding="utf-8")

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database itself."""
        with self.flask.app_context(), extensions.db.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def call(self, key: str) -> int:
        """Return what the sample API answers to a key."""
        address = f"{self.local.root}/proxy/weather/today"
        return requests.get(address, headers={"x-apikey": key}, timeout=60).status_code

    def revoked(self) -> list[Entry]:
        """Return every call that turned a key off."""
        return [each for each in self.local.journal.entries if "action=revoke" in each.query]

    def raw(self, path: str) -> Any:  # noqa: ANN401 - raw JSON
        """Return what Apigee itself answers."""
        return self.administer("GET", path).json()

    def administer(self, method: str, path: str, **more: Any) -> requests.Response:  # noqa: ANN401 - options of requests
        """Do something through the management API, without the portal."""
        options: dict[str, Any] = {"auth": self.local.basic}
        if self.local.options.flavor == "x":
            options = {"headers": {"Authorization": f"Bearer {self.local.bearer()}"}}
        if "params" in more:
            kind = {"Content-Type": "application/octet-stream"}
            options["headers"] = {**options.get("headers", {}), **kind}
        url = f"{self.local.url}/organizations/demo/{path}"
        answer = requests.request(method, url, timeout=60, **options, **more)
        answer.raise_for_status()
        return answer

    def app(self, name: str = "app-0") -> dict[str, Any]:
        """Return an app as Apigee itself has it."""
        return cast(dict[str, Any], self.raw(f"developers/{DANA}/apps/{name}"))


def until(happens: Callable[[], bool]) -> None:
    """Wait for something."""
    end = time.monotonic() + SECONDS
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def soon_slow(shop: Workshop, path: str, after: int) -> None:
    """Let Apigee answer so many calls, and all that follow too late for a worker to be done.

    Two seconds each are less than what a worker waits for.
    """
    shop.local.faults.add(Fault(path=path, times=after))
    shop.local.faults.add(Fault(path=path, delay_milliseconds=2_000, times=0))


@contextmanager
def workshop(
    flavor: Flavor, folder: Path, database: str = "", seed: Seed | None = None
) -> Iterator[Workshop]:
    """Start a local Apigee and build the portal over it.

    A ``database`` has its tables already; without one it is a file of SQLite.
    """
    with ExitStack() as stack:
        local = stack.enter_context(emulator.run(flavor=flavor, seed=seed or SEED))
        account = local.service_account_file if flavor == "x" else Path()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        plan = HousePlan(port, flavor, folder, ISSUER, local.root, account)
        for made in (plan.secrets, plan.logs, plan.portal_state, plan.content):
            made.mkdir(parents=True, exist_ok=True)
        plan.secret_key_file.write_text("0123456789abcdef-an-unguessable-key", encoding="ascii")
        plan.client_secret_file.write_text("a-client-secret", encoding="ascii")
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        if database:
            # The worker's settings begin with these, too.
            patch.setenv("PORTAL_DATABASE_URL", database)
        else:
            write_migrated(plan.portal_state / "portal.db")
        for name, value in plan.portal_environment().items():
            patch.setenv(name, value)
        yield from _built(plan, local)


def _built(plan: HousePlan, local: LocalApigee) -> Iterator[Workshop]:
    flask_app = create_app(Settings())
    try:
        yield Workshop(plan, flask_app, local)
    finally:
        _forget(flask_app, 30)
