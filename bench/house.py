"""What is measured, each in a process of its own: the floor and the portal over a local Apigee.

with open_house(crowd, folder) as house:
    house.portal         # the demo's server with the demo's settings
    house.floor          # the same server with a bare Flask application
    house.apigee         # the local Apigee, in this process: journal, delay
    house.cookies[email] # everybody is signed in
"""

import json
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import emulator
from bench.crowd import Crowd
from demo.plan import Plan
from demo.preparation import make_secret, write_content
from demo.processes import Processes, Program
from demo.run import portal, portal_command
from emulator.faults import fault
from emulator.running import LocalApigee

PEOPLE_FILE = "BENCH_PEOPLE"
# Nobody is there: the sessions are begun without a provider.
ISSUER = "https://provider.invalid"


class Stopped(Exception):
    """Somebody has asked to stop."""


@dataclass(frozen=True)
class BenchPlan(Plan):
    """The demo's plan over an Apigee whose address was free."""

    apigee: str
    account: Path

    @property
    def issuer(self) -> str:
        return ISSUER

    @property
    def apigee_origin(self) -> str:
        return self.apigee

    @property
    def service_account_file(self) -> Path:
        return self.account

    @property
    def people_file(self) -> Path:
        """Who is there, and once they are signed in, their cookies."""
        return self.secrets / "people.json"

    def environment(self) -> dict[str, str]:
        """Return what a process needs that is the portal or looks inside it."""
        return {**self.portal_environment(), PEOPLE_FILE: str(self.people_file)}


@dataclass(frozen=True)
class House:
    """Running servers by port, and everybody's session."""

    plan: BenchPlan
    apigee: LocalApigee
    floor: int
    processes: Processes
    cookies: Mapping[str, str] = field(repr=False)

    @property
    def portal(self) -> int:
        return self.plan.port

    @contextmanager
    def slow_apigee(self, milliseconds: int) -> Iterator[None]:
        """Let every answer of the management API wait so long first."""
        if milliseconds:
            self.apigee.faults.add(
                fault("slow", path="^/v1/", times=0, delay_milliseconds=milliseconds)
            )
        try:
            yield
        finally:
            self.apigee.faults.clear()

    def refuse_to_go_on(self) -> None:
        """Raise ``Stopped`` when somebody asked for it."""
        if self.processes.asked_to_stop:
            raise Stopped


@contextmanager
def open_house(crowd: Crowd, folder: Path, *, servers: bool = True) -> Iterator[House]:
    """Start everything, everybody signed in, and stop it all in the end.

    Without ``servers`` there are the local Apigee and the portal's database only. Raises
    ``ProcessFailed``.
    """
    with emulator.run(seed=crowd.seed()) as apigee, Processes() as processes:
        port, floor_port = _free_ports()
        plan = BenchPlan(port, "x", folder, apigee.root, apigee.service_account_file)
        _prepare(plan, crowd)
        for name, words in (("migration", ("db", "upgrade")), ("sync", ("developers", "sync"))):
            processes.run(portal_command(plan, name, *words))
        processes.run(inside(plan, "bench.signing_in"))
        if servers:
            processes.start(_floor(plan, floor_port))
            processes.start(portal(plan))
            processes.wait_until_ready()
        house = House(plan, apigee, floor_port, processes, read_people(plan.people_file))
        house.refuse_to_go_on()
        yield house


def inside(plan: BenchPlan, module: str, *words: str) -> Program:
    """Return a module of ours as a process with the portal's settings."""
    name = module.rpartition(".")[2]
    return Program(
        name=name,
        command=(sys.executable, "-m", module, *words),
        log=plan.logs / f"{name}.log",
        environment=plan.environment(),
    )


def read_people(file: Path) -> dict[str, str]:
    """Return everybody's cookie by e-mail address; empty before they are signed in."""
    people: dict[str, str] = json.loads(file.read_text(encoding="ascii"))
    return people


def write_people(file: Path, people: Mapping[str, str]) -> None:
    """Keep everybody's cookie where its owner alone can read it."""
    file.touch(mode=0o600)
    file.write_text(json.dumps(dict(people)), encoding="ascii")


def _prepare(plan: BenchPlan, crowd: Crowd) -> None:
    for made in (plan.secrets, plan.logs, plan.portal_state):
        made.mkdir(parents=True)
    for file in (plan.secret_key_file, plan.client_secret_file):
        make_secret(file)
    write_content(plan)
    write_people(plan.people_file, dict.fromkeys(crowd.emails, ""))


def _floor(plan: BenchPlan, port: int) -> Program:
    """Return the portal's very command for another application and port."""
    served = portal(plan)
    address = {
        "wsgi:app": "bench.floor:create_floor()",
        f"127.0.0.1:{plan.port}": f"127.0.0.1:{port}",
    }
    return replace(
        served,
        name="The floor",
        command=tuple(address.get(word, word) for word in served.command),
        log=plan.logs / "floor.log",
        port=port,
        environment=plan.environment(),
    )


def _free_ports() -> tuple[int, int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        return one.getsockname()[1], two.getsockname()[1]
