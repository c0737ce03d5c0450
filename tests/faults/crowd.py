"""The portal as the demo serves it, and many people with a session each."""

import re
from dataclasses import dataclass
from pathlib import Path

import requests

from app.domain.audit import Actor
from app.domain.people import Identity
from app.factory import create_app
from app.services.ports import SignedIn
from app.services.session_port import SessionStart
from app.settings import Settings
from app.web import extensions
from emulator.running import LocalApigee
from tests.scenario.house import HousePlan
from tests.store.databases import write_migrated

ISSUER = "https://idp.invalid"


@dataclass(frozen=True)
class Person:
    """Somebody's session in an own browser."""

    address: str
    cookie: str

    def get(self, path: str) -> requests.Response:
        """Open a page, however long it takes."""
        return requests.get(
            self.address + path, headers=self._headers, timeout=60, allow_redirects=False
        )

    def token(self) -> str:
        """Return the CSRF token from a page that asks nothing of Apigee."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get("/signed-out").text)
        assert found is not None
        return found[1]

    def sign_out(self, token: str) -> requests.Response:
        """Press the button."""
        return requests.post(
            f"{self.address}/sign-out",
            {"csrf_token": token},
            headers=self._headers,
            timeout=60,
            allow_redirects=False,
        )

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"portal_session={self.cookie}"}


def environment(plan: HousePlan) -> dict[str, str]:
    """Return the demo's settings with a second provider, so that the portal asks which."""
    second = {"ISSUER": ISSUER, "CLIENT_ID": "portal", "CLIENT_SECRET": "a-client-secret"}
    return {
        **plan.portal_environment(),
        **{f"PORTAL_OIDC__SECOND__{name}": value for name, value in second.items()},
    }


def people(settings: Settings, emails: list[str]) -> list[Person]:
    """Sign everybody in, as a provider would."""
    flask_app = create_app(settings)
    with flask_app.app_context():
        services = flask_app.extensions["portal"]
        services.sync.run()
        cookies = []
        for email in emails:
            identity = Identity("demo", ISSUER, email, email, email_verified=True)
            signed_in = SignedIn(identity, "an-id-token")
            account = services.sign_in.complete(identity, Actor(None, "anonymous", "", ""))
            start = SessionStart(services.clock.now(), services.session_office.rules.everyone)
            cookies.append(services.sessions.begin(account.account_id, signed_in, start))
            services.sessions.save_data(cookies[-1], {"_user_id": str(account.account_id)})
        extensions.db.engine.dispose()
    return [Person(settings.public_url, cookie) for cookie in cookies]


def plan_over(local: LocalApigee, folder: Path, port: int) -> HousePlan:
    """Return the demo's plan for a folder with a database, a port and a running Apigee."""
    plan = HousePlan(port, "x", folder, ISSUER, local.root, local.service_account_file)
    for made in (plan.secrets, plan.logs, plan.portal_state, plan.content):
        made.mkdir(parents=True, exist_ok=True)
    plan.secret_key_file.write_text("0123456789abcdef-an-unguessable-key", encoding="ascii")
    plan.client_secret_file.write_text("a-client-secret", encoding="ascii")
    write_migrated(plan.portal_state / "portal.db")
    return plan
