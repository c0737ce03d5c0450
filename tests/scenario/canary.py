"""A planted key and secret, and all that real processes do with them at their most talkative.

Two processes of gunicorn, a worker, Redis and a stream of the audit log, all of them at DEBUG.
"""

import io
import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import requests

import emulator
from demo.processes import Processes, Program
from demo.run import portal, worker
from emulator.faults import Fault
from emulator.model import Flavor
from tests.demo_idp import run_provider
from tests.redis_server import RedisServer, run_redis
from tests.scenario.house import SEED, House, HousePlan, _portal, _prepare
from tests.scenario.programs import work_once
from tests.scenario.walker import Page, Walker

APP: Final = "weather-widget"
OWNER: Final = "dana@example.com"
SHOWS: Final = ("/reveal", "/apps/new", "/keys/new", "/rotation")
FAULT: Final = "oauth.v2.InvalidApiKeyForGivenResource"
HANDLED: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
TALKATIVE: Final = ("--workers", "2", "--log-level", "debug", "--access-logfile", "-")


@dataclass(repr=False)
class Canary:
    """What was planted, what else must stay secret, and every answer of the portal."""

    house: House
    redis: RedisServer
    stream: Path
    key: str = field(default_factory=lambda: f"canary-key-{secrets.token_hex(12)}")
    secret: str = field(default_factory=lambda: f"canary-secret-{secrets.token_hex(12)}")
    keys: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    answers: list[requests.Response] = field(default_factory=list)
    exports: list[bytes] = field(default_factory=list)

    @property
    def secrets(self) -> dict[str, str]:
        """Everything that is searched for, by its name."""
        return {**self.keys, **self.tokens}

    def plant(self) -> None:
        """Give Dana's app the key, as if another tool had made it."""
        path = f"developers/{quote(OWNER)}/apps/{APP}/keys"
        self._apigee(f"{path}/create", {"consumerKey": self.key, "consumerSecret": self.secret})
        self._apigee(f"{path}/{self.key}", {"apiProducts": ["weather-free"]})

    def _apigee(self, path: str, body: object) -> None:
        local = self.house.apigee
        url = f"{local.url}/organizations/demo/{path}"
        if local.options.flavor == "edge":
            answer = requests.post(url, json=body, auth=local.basic, timeout=60)
        else:
            headers = {"Authorization": f"Bearer {local.bearer()}"}
            answer = requests.post(url, json=body, headers=headers, timeout=60)
        answer.raise_for_status()

    def walker(self) -> Walker:
        """Return somebody whose every answer of the portal is kept."""
        walker = Walker(self.house)
        walker._session.hooks["response"].append(self._keep)
        return walker

    def _keep(self, answer: requests.Response, **_options: object) -> None:
        if answer.url.startswith(self.house.portal):
            self.answers.append(answer)

    def fails(self, **how: object) -> None:
        """Let Apigee's next answer be an error that repeats the key."""
        told = {"error": {"code": 500, "message": f"key {self.key} with {self.secret} failed"}}
        self.house.apigee.faults.add(Fault(status=500, body=told, **how))  # type: ignore[arg-type] # fields of a fault

    def know(self) -> None:
        """Note what the house knows by now."""
        house = self.house
        self.tokens["client secret"] = house.provider.client_secret
        self.tokens["secret key"] = house.plan.secret_key_file.read_text(encoding="ascii")
        for number, token in enumerate(house.apigee.tokens._known):
            self.tokens[f"Apigee's token {number}"] = token
        for app in house.apigee.site.store.apps.values():
            for number, held in enumerate(app.credentials):
                self.keys[f"key {number} of {app.app_id}"] = held.consumer_key
                self.keys[f"secret {number} of {app.app_id}"] = held.consumer_secret

    def know_session(self, walker: Walker, login: str) -> None:
        """Note the id of a session and what the provider gave for it."""
        services = self.house.app.extensions["portal"]
        with self.house.app.app_context():
            now = services.clock.now()
            loaded = [(value, services.sessions.load(value, now)) for value in walker.cookies()]
            [(cookie, session)] = [(value, found) for value, found in loaded if found]
            kept = services.sessions.kept(session.reference)
        given = {
            "session": cookie,
            "id_token": kept.id_token,
            "refresh token": kept.holding.refresh_token,
            "access token": kept.holding.access_token,
        }
        self.tokens.update({f"{login}'s {name}": value for name, value in given.items() if value})


@contextmanager
def run_canary(flavor: Flavor, folder: Path) -> Iterator[Canary]:
    """Live through everything; the processes have ended when the caller looks, Redis has not."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        emulator.run(flavor=flavor, seed=SEED) as apigee,
        run_provider(f"http://localhost:{port}", secrets.token_hex()) as provider,
        run_redis(folder) as redis,
    ):
        account = apigee.service_account_file if flavor == "x" else Path()
        plan = HousePlan(port, flavor, folder, provider.issuer, apigee.root, account)
        _prepare(plan, provider)
        plan.logs.mkdir(parents=True, exist_ok=True)
        stream, log = folder / "audit.jsonl", io.StringIO()
        settings = {
            "PORTAL_LOG_LEVEL": "DEBUG",
            "PORTAL_REDIS_URL": redis.url,
            "PORTAL_AUDIT__STREAM": str(stream),
        }
        with _portal(plan, settings, log) as app:
            house = House(plan, app, apigee, provider, log)
            canary = Canary(house, redis, stream)
            canary.tokens["password of Redis"] = urlsplit(redis.url).password or ""
            canary.plant()
            with _processes(plan, settings):
                _live(canary, settings)
            yield canary


@contextmanager
def _processes(plan: HousePlan, settings: dict[str, str]) -> Iterator[None]:
    """Serve as an operator would, in two processes."""
    program = _talkative(portal(plan), settings)
    program = replace(program, command=(*program.command, *TALKATIVE))
    handlers = {each: signal.getsignal(each) for each in HANDLED}
    try:
        with Processes() as processes:
            processes.start(program)
            processes.wait_until_ready()
            yield
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)


def _talkative(program: Program, settings: dict[str, str]) -> Program:
    return replace(program, environment={**program.environment, **settings})


def _live(canary: Canary, settings: dict[str, str]) -> None:
    with closing(canary.walker()) as dana, closing(canary.walker()) as ada:
        page = _show(canary, dana)
        _ask(canary, dana, page)
        _change(dana)
        canary.know()
        _fail(canary, dana)
        _work(canary, settings)
        canary.know_session(dana, "dana")
        _administer(canary, ada)
        canary.know()
        account = dana.open("/account")
        canary.exports.append(dana.send(account, "/data").answer.content)
        dana.send(account, "/sign-out")


def _show(canary: Canary, dana: Walker) -> Page:
    dana.arrive("dana", "/apps")
    dana.open("/apps?q=weather")
    page = dana.open(f"/apps/{APP}")
    shown = ""
    for address in [each for each in page.forms if each.endswith("/reveal")]:
        for value in ("key", "secret"):
            shown += dana.send(page, urlsplit(address).path, {"value": value}).answer.text
    assert canary.key in shown
    assert canary.secret in shown
    return page


def _ask(canary: Canary, dana: Walker, page: Page) -> None:
    """Compare, diagnose, try and look at usage, with everything pasted that people might paste."""
    of_key = _address(page).removesuffix("/reveal")
    comparison = dana.open(f"{of_key}/comparison")
    for typed in (canary.secret, canary.key, "another"):
        dana.send(comparison, "/comparison", {"secret": typed})
    pasted = f'x-apikey: {canary.key}\n{{"fault": {{"detail": {{"errorcode": "{FAULT}"}}}}}}'
    dana.send(dana.open("/diagnosis"), "/diagnosis", {"fault": pasted})
    dana.send(dana.open(f"{of_key}/diagnosis"), "/diagnosis", {"fault": pasted})
    form = dana.open("/apis/weather/getToday")
    tried = dana.send(form, "/try", {"key": of_key.rpartition("/")[2]})
    assert "200 OK" in tried.answer.text
    dana.open(f"/apps/{APP}/usage")
    dana.open(f"/apps/{APP}/usage.csv")
    dana.open(f"/apps?q={canary.key}")


def _address(page: Page) -> str:
    return urlsplit(page.action("/reveal")).path


def _change(dana: Walker) -> None:
    created = {"display_name": "Quokka", "products": ["weather-free"]}
    dana.send(dana.open("/apps/new"), "/apps/new", created)
    dana.send(dana.open(f"/apps/{APP}/keys/new"), "/keys/new", {"products": ["weather-free"]})
    of_key = _address(dana.open(f"/apps/{APP}")).removesuffix("/reveal")
    dana.send(dana.open(f"{of_key}/label"), "/label", {"label": "Berth 4"})
    of_key = _address(dana.open("/apps/quokka")).removesuffix("/reveal")
    dana.send(dana.open(f"{of_key}/rotation"), "/rotation", {"overlap": "1h"})


def _fail(canary: Canary, dana: Walker) -> None:
    """Let Apigee fail, also after it did its work, and send what no page sends."""
    page = dana.open(f"/apps/{APP}")
    new = dana.open(f"/apps/{APP}/keys/new")
    canary.fails(path=f"/apps/{APP}$", times=0)
    dana.open(f"/apps/{APP}/edit", 503)
    dana.send(page, _address(page), {"value": "key"}, 503)
    canary.house.apigee.faults.clear()
    canary.fails(method="POST", path="/keys/create$", after=True, times=0)
    dana.send(new, "/keys/new", {"products": ["weather-free"]})
    canary.house.apigee.faults.clear()
    dana.open(f"/auth/demo/callback?code={canary.key}&state={canary.secret}", 400)
    dana.send(page, _address(page), {"value": canary.key, "csrf_token": canary.secret}, 400)


def _work(canary: Canary, settings: dict[str, str]) -> None:
    """Let the overlap be over, and a worker come by."""
    house = canary.house
    office = house.app.extensions["portal"].work.office
    with house.app.app_context():
        for job in office.page().jobs:
            office.jobs.move(job.job_id, job.created_at - timedelta(hours=1))
    work_once(_talkative(worker(house.plan), settings))


def _administer(canary: Canary, ada: Walker) -> None:
    page = ada.open(ada.sign_in("ada", "/admin/developers").link("Dana Novak"))
    for status in ("inactive", "active"):
        page = ada.send(page, "/status", {"status": status})
    ada.open(f"/admin/developers?q={canary.key}")
    ada.open("/admin/accounts?q=dana")
    ada.open("/admin/jobs")
    ada.open("/admin/audit")
    for kind in ("csv", "jsonl"):
        sent = {"format": kind}
        file = ada.send(ada.open("/admin/audit/export"), "/export", sent).answer.content
        canary.exports.append(file)
    canary.know_session(ada, "ada")
