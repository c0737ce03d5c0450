"""Two machines: each with a portal, a worker and folders of its own, on one PostgreSQL and Redis.

What a test calls a machine is a set of processes of this one: they share the two addresses and
the secrets, as machines do, and no file.
"""

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Engine, text

import emulator
from demo.plan import ROOT
from demo.preparation import write_content
from demo.run import portal_command, worker
from emulator.running import LocalApigee
from tests.demo_idp import Provider, run_provider
from tests.faults.workshop import SEED
from tests.redis_server import run_redis
from tests.scenario.house import HousePlan
from tests.scenario.programs import served
from tests.store.databases import open_engine, run_postgres

SECONDS = 60


@dataclass(frozen=True)
class Machine:
    """One machine: where it answers, and with which settings its processes run."""

    address: str
    plan: HousePlan
    environment: dict[str, str]

    @contextmanager
    def working(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Let the machine's worker run meanwhile; it is asked to stop in the end."""
        program = worker(self.plan)
        with (
            program.log.open("ab") as log,
            subprocess.Popen(  # noqa: S603 - the demo's own command
                (sys.executable, *program.command[1:]),
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            ) as process,
        ):
            try:
                yield process
                process.terminate()
                assert process.wait(SECONDS) == 0
            finally:
                process.kill()

    def run(self, name: str, *words: str) -> None:
        """Run a command of the portal's own to its end."""
        program = portal_command(self.plan, name, *words)
        with program.log.open("ab") as log:
            subprocess.run(  # noqa: S603 - the portal's own command
                program.command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                check=True,
                timeout=SECONDS,
            )

    def waits_for_jobs(self) -> bool:
        """Tell whether the worker has said that it is ready."""
        log = worker(self.plan).log
        return "The worker waits for jobs." in log.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Machines:
    """Both machines, and what is there once: Apigee, the provider, the database."""

    both: tuple[Machine, Machine]
    local: LocalApigee
    provider: Provider
    engine: Engine

    @property
    def addresses(self) -> tuple[str, str]:
        first, second = self.both
        return first.address, second.address

    def control(self, method: str, path: str) -> Any:  # noqa: ANN401 - JSON
        """Use the provider's test control."""
        answer = requests.request(method, self.provider.control_url + path, timeout=SECONDS)
        answer.raise_for_status()
        return answer.json()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the database itself."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]

    def change(self, statement: str) -> None:
        """Write into the database as a third machine would."""
        with self.engine.begin() as connection:
            connection.execute(text(statement))

    def calls(self, ending: str, since: int) -> list[str]:
        """Return the calls to Apigee since an entry of its journal that end like this."""
        found = self.local.journal.select(since=since, kind="management")
        return [f"{each.method} {each.path}" for each in found if each.path.endswith(ending)]


@contextmanager
def run_machines(folder: Path, **settings: str) -> Iterator[Machines]:
    """Start everything on free ports and end it; ``settings`` are of both, by variable name."""
    ports = _free_ports()
    with ExitStack() as stack:
        url = stack.enter_context(stack.enter_context(run_postgres()).make_database())
        redis = stack.enter_context(run_redis(folder))
        local = stack.enter_context(emulator.run(seed=SEED))
        public = f"http://localhost:{ports[0]}"
        provider = stack.enter_context(run_provider(public, secrets.token_hex()))
        engine = open_engine(url)
        stack.callback(engine.dispose)
        shared = {
            "PORTAL_PUBLIC_URL": public,
            "PORTAL_DATABASE_URL": url.render_as_string(hide_password=False),
            "PORTAL_REDIS_URL": redis.url,
            **settings,
        }
        key = secrets.token_hex()
        machines = [
            _machine(folder / str(number), port, local, provider, key, shared)
            for number, port in enumerate(ports)
        ]
        machines[0].run("sync", "developers", "sync")
        for each in machines:
            log = each.plan.logs / "portal.log"
            stack.enter_context(served(each.plan, each.environment, log))
        yield Machines((machines[0], machines[1]), local, provider, engine)


def _machine(
    folder: Path,
    port: int,
    local: LocalApigee,
    provider: Provider,
    secret_key: str,
    shared: dict[str, str],
) -> Machine:
    account = local.service_account_file
    plan = HousePlan(port, "x", folder, provider.issuer, local.root, account)
    for made in (plan.secrets, plan.logs, plan.portal_state):
        made.mkdir(parents=True)
    plan.secret_key_file.write_text(secret_key, encoding="ascii")
    plan.client_secret_file.write_text(provider.client_secret, encoding="ascii")
    write_content(plan)
    environment = {**os.environ, **plan.portal_environment(), **shared}
    return Machine(plan.portal_url, plan, environment)


def _free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]
