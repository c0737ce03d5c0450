"""What is soaked: two web processes and a job worker on PostgreSQL and Redis, as on a real site.

with open_site(folder, sessions=10_000) as site:
    site.walk(walk)      # people come, at the pace that the walk asks for
    site.processes()     # numbers of the processes by name
    site.connections()   # how many are open, by what they lead to
"""

import json
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from redis import Redis
from sqlalchemy import URL, Engine, text

import emulator
from bench.client import talking
from bench.house import BenchPlan, Stopped, inside, write_people
from bench.pages import WrongAnswer
from bench.resources import children, connections_to
from bench.visitors import Walk, Walked
from demo.preparation import make_secret, write_content
from demo.processes import Processes, Program
from demo.run import portal_command, worker
from emulator.population import Population
from emulator.running import LocalApigee
from emulator.seed import generated, plan_of
from tests.redis_server import RedisServer, run_redis
from tests.store.databases import open_engine, run_postgres

WEB_PROCESSES: Final = 2
APPS: Final = 3


@dataclass(frozen=True)
class SoakPlan(BenchPlan):
    """The demo's plan on a database and a Redis of its own, counted as a site is."""

    database: str = field(default="", repr=False)
    redis: str = field(default="", repr=False)
    token: str = field(default_factory=secrets.token_hex, repr=False)

    @property
    def metrics(self) -> Path:
        """Where all processes count together."""
        return self.var / "metrics"

    def portal_environment(self) -> dict[str, str]:
        return {
            **super().portal_environment(),
            "PORTAL_DATABASE_URL": self.database,
            "PORTAL_REDIS_URL": self.redis,
            "PORTAL_METRICS_FOLDER": str(self.metrics),
            "PORTAL_METRICS_TOKEN": self.token,
        }


@dataclass(frozen=True)
class Site:
    """A running site, and the process that the people are in."""

    plan: SoakPlan
    apigee: LocalApigee
    redis: RedisServer
    engine: Engine
    master: int
    worker: int
    visitors: subprocess.Popen[str]

    def walk(self, walk: Walk) -> Walked:
        """Let people come; raises ``WrongAnswer`` when their process has ended."""
        if self.visitors.stdin is None or self.visitors.stdout is None:
            raise ValueError("the visitors' process has no pipes")
        self.visitors.stdin.write(json.dumps(asdict(walk)) + "\n")
        self.visitors.stdin.flush()
        line = self.visitors.stdout.readline()
        if not line:
            raise WrongAnswer("The visitors' process has ended.")
        return Walked(**json.loads(line))

    def processes(self) -> Mapping[str, int]:
        """Return the numbers of the portal's processes by name."""
        web = {f"web {number}": pid for number, pid in enumerate(children(self.master), 1)}
        return {"master": self.master, **web, "worker": self.worker}

    def connections(self) -> Mapping[str, int]:
        """Count open connections by what they lead to."""
        pids = list(self.processes().values())
        return {
            "PostgreSQL": self.number(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            ),
            "Redis": connections_to(pids, self.redis.port),
            "Apigee": connections_to(pids, self.apigee.server.port),
        }

    def stored(self) -> Mapping[str, float]:
        """Return sessions in the database, its megabytes, and the names in Redis."""
        with Redis.from_url(self.redis.url) as client:
            names = client.dbsize()
        return {
            "sessions": self.number("SELECT count(*) FROM sign_in_sessions"),
            "MB of database": self.number("SELECT pg_database_size(current_database())") / 1e6,
            "names in Redis": int(str(names)),
        }

    def number(self, query: str) -> int:
        """Return what a statement counts."""
        with self.engine.connect() as connection:
            return int(connection.execute(text(query)).scalar_one())


@contextmanager
def open_site(folder: Path, sessions: int) -> Iterator[Site]:
    """Start everything with so many people signed in; raises ``ProcessFailed`` or ``Stopped``."""
    seed = generated(developers=sessions, apps=APPS)
    with ExitStack() as stack:
        apigee = stack.enter_context(emulator.run(seed=seed))
        url = stack.enter_context(stack.enter_context(run_postgres()).make_database())
        redis = stack.enter_context(run_redis(folder))
        processes = stack.enter_context(Processes())
        plan = _plan(folder, apigee, url, redis)
        emails = Population(plan_of(seed)).emails
        write_people(plan.people_file, {emails[number]: "" for number in range(sessions)})
        processes.run(portal_command(plan, "sync", "developers", "sync"))
        processes.run(inside(plan, "bench.many_sessions"))
        master, worker_ = processes.start(_serving(plan)), processes.start(worker(plan))
        processes.wait_until_ready()
        if processes.asked_to_stop:
            raise Stopped
        people = inside(plan, "bench.visitors")
        visitors = stack.enter_context(talking(people.command, people.environment))
        engine = open_engine(url)
        stack.callback(engine.dispose)
        yield Site(plan, apigee, redis, engine, master, worker_, visitors)


def _plan(folder: Path, apigee: LocalApigee, url: URL, redis: RedisServer) -> SoakPlan:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    plan = SoakPlan(
        port=port,
        flavor="x",
        var=folder,
        apigee=apigee.root,
        account=apigee.service_account_file,
        database=url.render_as_string(hide_password=False),
        redis=redis.url,
    )
    for made in (plan.secrets, plan.logs, plan.portal_state, plan.metrics):
        made.mkdir(parents=True)
    for file in (plan.secret_key_file, plan.client_secret_file):
        make_secret(file)
    write_content(plan)
    return plan


def _serving(plan: SoakPlan) -> Program:
    """Return the production server, as an operator starts it."""
    words = ["serve", "--bind", f"127.0.0.1:{plan.port}", "--workers", str(WEB_PROCESSES)]
    return Program(
        name="The portal",
        command=(sys.executable, "-m", "app", *words),
        log=plan.logs / "portal.log",
        port=plan.port,
        path="/readyz",
        environment=plan.portal_environment(),
    )
