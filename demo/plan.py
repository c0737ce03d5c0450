"""What the demo is made of: ports, folders, and the portal's environment."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_PORT = 8000
# Of the portal's server; Apigee never holds more than three quarters of them.
THREADS = 16
HIGHEST_FIRST_PORT = 65532
ORGANIZATION = "demo"
PROVIDER = "demo"
CLIENT_ID = "portal"
FLAVORS = {"x": "Apigee X", "edge": "Apigee Edge"}
ROLES = {"portal-admins": "administrator", "portal-support": "support"}


class PlanError(Exception):
    """The demo cannot run as asked; the message says what to change."""


@dataclass(frozen=True)
class Plan:
    """One run of the demo: its first port, its flavour, and where it keeps things."""

    port: int
    flavor: str
    var: Path

    @property
    def ports(self) -> range:
        """The portal's, the local Apigee's, the provider's, the provider's test control."""
        return range(self.port, self.port + 4)

    @property
    def portal_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def apigee_origin(self) -> str:
        return f"http://localhost:{self.port + 1}"

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port + 2}"

    @property
    def secrets(self) -> Path:
        return self.var / "demo"

    @property
    def secret_key_file(self) -> Path:
        return self.secrets / "secret-key"

    @property
    def client_secret_file(self) -> Path:
        return self.secrets / "client-secret"

    @property
    def service_account_file(self) -> Path:
        return self.secrets / "service-account.json"

    @property
    def content(self) -> Path:
        return self._of_flavor("demo") / "content"

    @property
    def logs(self) -> Path:
        return self._of_flavor("log")

    @property
    def mail(self) -> Path:
        """Where the mails of the demo lie as files."""
        return self._of_flavor("mail")

    @property
    def portal_state(self) -> Path:
        return self._of_flavor("portal")

    @property
    def emulator_state(self) -> Path:
        return self._of_flavor("emulator")

    @property
    def emulator_state_file(self) -> Path:
        """What the local Apigee holds; it is not there before the first start."""
        return self.emulator_state / "state.json"

    def portal_environment(self) -> dict[str, str]:
        """Return the portal's settings; a PORTAL_* variable of the person's own wins."""
        return {
            "PORTAL_PUBLIC_URL": self.portal_url,
            "PORTAL_SECRET_KEY_FILE": str(self.secret_key_file),
            "PORTAL_DATABASE_URL": f"sqlite:///{self.portal_state / 'portal.db'}",
            "PORTAL_SERVER_THREADS": str(THREADS),
            "PORTAL_CONTENT_DIR": str(self.content),
            "PORTAL_CONTENT__CACHE_DIR": str(self.portal_state / "content"),
            "PORTAL_CONTENT__FIRST_CALL": "weather getToday",
            "PORTAL_SUPPORT_CONTACT": "developers@quillhaven.example",
            "PORTAL_BRANDING__NAME": "Quillhaven Developers",
            "PORTAL_BRANDING__TAGLINE": "Freight that your software can move.",
            "PORTAL_LIMITS__MULTIPLIER": "20",
            "PORTAL_TRY_IT__INTERNAL": json.dumps([self.apigee_origin]),
            "PORTAL_MAIL__FOLDER": str(self.mail),
            "PORTAL_MAIL__SENDER": "developers@quillhaven.example",
            "PORTAL_REGISTRATION__POLICY": "open",
            "PORTAL_REGISTRATION__EXISTING": "link",
            **self._apigee(),
            **self._provider(),
            **{name: value for name, value in os.environ.items() if _is_setting(name)},
        }

    def _apigee(self) -> dict[str, str]:
        common = {
            "PORTAL_APIGEE__FLAVOR": self.flavor,
            "PORTAL_APIGEE__ENDPOINT": f"{self.apigee_origin}/v1",
            "PORTAL_APIGEE__ORGANIZATION": ORGANIZATION,
        }
        if self.flavor == "x":
            return {
                **common,
                "PORTAL_APIGEE__AUTH": "service_account",
                "PORTAL_APIGEE__SERVICE_ACCOUNT_FILE": str(self.service_account_file),
            }
        return {
            **common,
            "PORTAL_APIGEE__AUTH": "basic",
            "PORTAL_APIGEE__USERNAME": "ops@example.com",
            "PORTAL_APIGEE__PASSWORD": "demo",
        }

    def _provider(self) -> dict[str, str]:
        settings = {
            "TITLE": "company sign-in",
            "ISSUER": self.issuer,
            "CLIENT_ID": CLIENT_ID,
            "CLIENT_SECRET_FILE": str(self.client_secret_file),
            "SCOPE": "openid profile email groups",
            "GROUPS_CLAIM": "groups",
            "ROLES": json.dumps(ROLES),
        }
        prefix = f"PORTAL_OIDC__{PROVIDER.upper()}__"
        return {f"{prefix}{name}": value for name, value in settings.items()}

    def _of_flavor(self, name: str) -> Path:
        # Two flavours never share a state: they disagree about letter case in addresses.
        return self.var / name if self.flavor == "x" else self.var / name / self.flavor


def plan_from(environment: Mapping[str, str], flavor: str) -> Plan:
    """Return the plan that PORTAL_DEMO_PORT and the flavour ask for; raises `PlanError`."""
    if flavor not in FLAVORS:
        raise PlanError(f"FLAVOR is {' or '.join(FLAVORS)}, not {flavor}.")
    raw = environment.get("PORTAL_DEMO_PORT", str(DEFAULT_PORT))
    if not raw.isascii() or not raw.isdigit() or not 1 <= int(raw) <= HIGHEST_FIRST_PORT:
        raise PlanError(f"PORTAL_DEMO_PORT is a number from 1 to {HIGHEST_FIRST_PORT}.")
    return Plan(port=int(raw), flavor=flavor, var=ROOT / "var")


def _is_setting(name: str) -> bool:
    return name.startswith("PORTAL_") and not name.startswith("PORTAL_DEMO_")
