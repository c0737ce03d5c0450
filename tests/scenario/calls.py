"""The local Apigee's journal in the words of Apigee's resources."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from emulator.journal import Entry
from tests.scenario.house import House

ORGANIZATION = "/v1/organizations/demo"
DEVELOPER = r"/developers/[^/]+"
OPERATIONS = {
    "developers.list": ("GET", "/developers", ""),
    "developers.create": ("POST", "/developers", ""),
    "developers.get": ("GET", DEVELOPER, ""),
    "developers.set_status": ("POST", DEVELOPER, r"action=(in)?active"),
    "apps.list": ("GET", f"{DEVELOPER}/apps", r".*expand=true.*"),
    "apps.create": ("POST", f"{DEVELOPER}/apps", ""),
    "apps.get": ("GET", f"{DEVELOPER}/apps/[^/]+", ""),
    "apps.delete": ("DELETE", f"{DEVELOPER}/apps/[^/]+", ""),
    "keys.create": ("POST", f"{DEVELOPER}/apps/[^/]+/keys/create", ""),
    "keys.set_status": ("POST", f"{DEVELOPER}/apps/[^/]+/keys/[^/]+", r"action=(approve|revoke)"),
    "keys.add_products": ("POST", f"{DEVELOPER}/apps/[^/]+/keys/[^/]+", ""),
    "organization_apps.list": ("GET", "/apps", r".*expand=true.*"),
    "organization_apps.get": ("GET", "/apps/[^/]+", ""),
    "products.list": ("GET", "/apiproducts", r".*expand=true.*"),
}


def operation(entry: Entry) -> str:
    """Return the operation's name; a call that is none of them is named by its whole line."""
    for name, (method, path, query) in OPERATIONS.items():
        fits = re.fullmatch(f"{ORGANIZATION}{path}", entry.path)
        if entry.method == method and fits and re.fullmatch(query or ".*", entry.query):
            return name
    return entry.line


@dataclass
class Watch:
    """Who caused which calls."""

    house: House
    calls: dict[str, list[str]] = field(default_factory=dict)

    @contextmanager
    def caused_by(self, role: str) -> Iterator[None]:
        """Put the calls that are made meanwhile down to a role."""
        journal = self.house.apigee.journal
        since = journal.last
        yield
        entries = journal.select(since=since, kind="management")
        self.calls.setdefault(role, []).extend(operation(entry) for entry in entries)
