"""A site on a bad day: `portal serve` with two processes, PostgreSQL, and people at work.

Whatever happens to it, people press the same button again until they get an answer.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

import requests

from app.domain.developers import Owner
from app.settings import Settings
from demo.plan import ROOT
from tests.faults.crowd import Person, people
from tests.faults.workshop import Workshop, until
from tests.scenario.programs import wait_for

EMAILS = [f"user{number}@example.com" for number in range(3)]
APPS = 4
WORKERS = 2
PAUSE_SECONDS = 0.05
# Apigee has a good day: a page on a busy machine must not give it up.
PATIENT = {"PORTAL_LIMITS__MULTIPLIER": "10000", "PORTAL_APIGEE__DEADLINE_SECONDS": "60"}
# Whoever reads this presses the same button again.
STILL = (
    "still being created",
    "is being replaced already",
    "Another key of this app is being made",
)
SEED: dict[str, Any] = {
    "apiProducts": [
        {"name": "weather-free", "attributes": {"access": "public"}, "proxies": ["weather"]}
    ],
    "developers": [
        {
            "email": email,
            "firstName": "User",
            "lastName": email[4],
            "apps": [
                {"name": f"app-{number}", "apiProducts": ["weather-free"]} for number in range(APPS)
            ],
        }
        for email in EMAILS
    ],
}


@dataclass
class Form:
    """A form that one person sends, always the same one, and what was answered."""

    person: Person
    owner: Owner
    app: str
    path: str
    fields: Mapping[str, str]
    answers: list[str] = field(default_factory=list)
    page: str = ""

    @property
    def is_done(self) -> bool:
        return self.answers[-1:] == ["200"]

    def press(self) -> None:
        """Send it once and note the status, or how the connection ended."""
        try:
            answer = requests.post(
                self.person.address + self.path,
                dict(self.fields),
                headers={"Cookie": f"portal_session={self.person.cookie}"},
                timeout=60,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            self.answers.append(type(error).__name__)
        else:
            self.answers.append(str(answer.status_code))
            self.page = answer.text

    def insist(self) -> None:
        """Send it until it is done, or until it is told that this takes a minute."""
        while not self.is_done:
            self.press()
            if self.answers[-1] in {"409", "503"} and told(self.page, *STILL):
                return
            time.sleep(PAUSE_SECONDS)


def told(page: str, *texts: str) -> bool:
    """Tell whether a page says one of these."""
    return any(text in page for text in texts)


@dataclass
class Crowd:
    """Everybody with a session; each creates apps and replaces keys until it is enough."""

    shop: Workshop
    persons: Mapping[str, Person]
    tokens: dict[str, str] = field(default_factory=dict)
    forms: list[Form] = field(default_factory=list)
    read: Counter[str] = field(default_factory=Counter)

    def owner(self, email: str) -> Owner:
        return Owner(email, self.shop.raw(f"developers/{email}")["developerId"])

    def open_forms(self) -> None:
        """Let everybody open a page with a form."""
        self.tokens = {email: person.token() for email, person in self.persons.items()}

    def done(self) -> int:
        return sum(form.is_done for form in self.forms)

    def apps(self, email: str) -> dict[str, dict[str, Any]]:
        """Return somebody's apps by name, as Apigee itself has them."""
        found = self.shop.administer("GET", f"developers/{email}/apps?expand=true").json()
        return {each["name"]: each for each in found["app"]}

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let everybody write, and one more read, until the end of the block."""
        enough = Event()
        with ThreadPoolExecutor(len(self.persons) + 1) as pool:
            keys = {email: self._key_ids(email) for email in self.persons}
            working: list[Future[None]] = [
                pool.submit(self._write, email, keys[email], enough) for email in self.persons
            ]
            working.append(pool.submit(self._look, enough))
            try:
                yield
            finally:
                enough.set()
        for each in working:
            each.result()

    def _key_ids(self, email: str) -> list[str]:
        owner = self.owner(email)
        with self.shop.flask.app_context():
            apps = [self.shop.portal.apps.get(owner, f"app-{each}") for each in range(APPS)]
        return [app.keys[0].key.key_id for app in apps]

    def _write(self, email: str, keys: list[str], enough: Event) -> None:
        owner, number = self.owner(email), 0
        while not enough.is_set():
            form = self._form(email, owner, number, keys)
            self.forms.append(form)
            form.insist()
            number += 1

    def _form(self, email: str, owner: Owner, number: int, keys: list[str]) -> Form:
        common = {"csrf_token": self.tokens[email], "request_id": uuid4().hex}
        at, is_rotation = divmod(number, 2)
        if is_rotation and at < APPS:
            path = f"/apps/app-{at}/keys/{keys[at]}/rotation"
            return Form(self.persons[email], owner, f"app-{at}", path, {**common, "overlap": "1h"})
        name = f"made-{number}"
        fields = {**common, "display_name": name, "products": "weather-free"}
        return Form(self.persons[email], owner, name, "/apps/new", fields)

    def _look(self, enough: Event) -> None:
        person = self.persons[EMAILS[0]]
        while not enough.wait(PAUSE_SECONDS):
            for path in ("/account", "/products", "/apps", "/signed-out"):
                try:
                    self.read[f"{path} {person.get(path).status_code}"] += 1
                except requests.RequestException as error:
                    self.read[f"{path} {type(error).__name__}"] += 1

    def come_back(self) -> None:
        """Let the minute pass in which nobody knows, and press again what was not done."""
        self.shop.pass_over("created_at")
        self.shop.change("UPDATE creations SET begun_at = '2020-01-01' WHERE app_id IS NULL")
        for form in self.forms:
            if not form.is_done:
                form.press()


def listening(shop: Workshop) -> socket.socket:
    """Open the socket at which the portal is to answer."""
    return socket.create_server(("127.0.0.1", shop.plan.port), backlog=512)


def gather(shop: Workshop) -> Crowd:
    """Sign everybody in."""
    return Crowd(shop, dict(zip(EMAILS, people(Settings(), EMAILS), strict=True)))


def more(crowd: Crowd, count: int) -> None:
    """Wait until so many more forms are done."""
    enough = crowd.done() + count
    until(lambda: crowd.done() >= enough)


@contextmanager
def served(
    shop: Workshop,
    listener: socket.socket,
    settings: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run `portal serve` at a socket that outlives it, as that of `portal-web.socket` does.

    It is killed with all of its processes in the end.
    """
    command = [sys.executable, "-m", "app", "serve", "--bind", f"fd://{listener.fileno()}"]
    command += ["--workers", str(WORKERS), "--drain", "0"]
    environment = {**os.environ, **shop.plan.portal_environment(), **(settings or {})}
    with (
        (log or shop.plan.logs / "portal.log").open("ab") as written,
        subprocess.Popen(  # noqa: S603 - the portal's own command
            command,
            cwd=ROOT,
            env={**PATIENT, **environment},
            stdout=written,
            stderr=written,
            pass_fds=[listener.fileno()],
            start_new_session=True,
        ) as process,
    ):
        try:
            until(lambda: process.poll() is not None or len(workers_of(process.pid)) == WORKERS)
            wait_for(f"{shop.plan.portal_url}/livez")
            yield process
        finally:
            with suppress(ProcessLookupError):  # it has ended with all of them
                os.killpg(process.pid, signal.SIGKILL)


def workers_of(master: int) -> list[int]:
    """Return the processes that a server has begun."""
    children = Path(f"/proc/{master}/task/{master}/children")
    return [int(pid) for pid in children.read_text(encoding="ascii").split()]


def log_of(shop: Workshop) -> str:
    """Return what the portal's processes have said."""
    return (shop.plan.logs / "portal.log").read_text(encoding="utf-8", errors="replace")


def consumer_keys(app: Mapping[str, Any], status: str = "approved") -> list[str]:
    """Return an app's keys of a status, the newest one last."""
    found = sorted(app["credentials"], key=lambda each: int(each["issuedAt"]))
    return [str(each["consumerKey"]) for each in found if each["status"] == status]


def nothing_is_doubled_or_lost(crowd: Crowd) -> None:
    """Compare what people were answered with what Apigee and the audit log have."""
    for email in crowd.persons:
        apps, forms = crowd.apps(email), [form for form in crowd.forms if form.owner.email == email]
        made = [form.app for form in forms if form.path == "/apps/new"]
        assert sorted(apps) == sorted([*made, *(f"app-{number}" for number in range(APPS))])
        for form in forms:
            is_new = form.path == "/apps/new"
            keys = consumer_keys(apps[form.app])
            assert len(keys) == (1 if is_new else 1 + form.is_done), (form.app, form.answers)
            assert not form.is_done or told(form.page, *keys[-1:])
        assert {form.app for form in forms if not form.is_done} <= {f"app-{n}" for n in range(APPS)}
