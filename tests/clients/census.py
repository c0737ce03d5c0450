"""Who called what: for the table at the end of `make conformance`."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import cast

from emulator.auth import Gate
from emulator.management import Management, _segments
from emulator.messages import Exchange
from emulator.model import Flavor
from emulator.running import Options, _site
from tools.other_clients import MODULES, PYTHON

GOOGLE = "google-api-python-client"
VERSIONS: dict[str, Callable[[], str]] = {
    GOOGLE: lambda: version(GOOGLE),
    "apigeecli": lambda: _version_from_pip("apigeecli"),
    "apigee-edge-js": lambda: _version_from_npm("apigee-edge-js"),
    "apigeetool": lambda: _version_from_npm("apigeetool"),
}


@dataclass
class Visits:
    """The calls of one client: how many, and at which places."""

    calls: int = 0
    places: set[str] = field(default_factory=set)

    def __call__(self, exchange: Exchange) -> None:
        """Count an exchange; an observer."""
        self.calls += 1
        self.places.add(place_of(exchange))


class Census:
    """The visits of every client."""

    def __init__(self) -> None:
        self.visits = {client: Visits() for client in VERSIONS}

    def google(self, exchange: Exchange) -> None:
        """Count what Google's client sends; it is the only one that says who it is."""
        if "gdcl/" in exchange.request.headers.get("x-goog-api-client", ""):
            self.visits[GOOGLE](exchange)

    def table(self) -> list[str]:
        """Rows of text: client, version, calls, distinct places."""
        rows = [("client", "version", "calls", "places")]
        for client, visits in self.visits.items():
            if visits.calls:
                numbers = str(visits.calls), str(len(visits.places))
                rows.append((client, VERSIONS[client](), *numbers))
        return [f"{a:26}{b:>10}{c:>8}{d:>8}" for a, b, c, d in rows]


def _management(flavor: Flavor) -> Management:
    # Only its routes are of use here: nobody passes this gate.
    return Management(_site(Options(flavor=flavor), {}), cast(Gate, None))


_MANAGEMENT = {flavor: _management(flavor) for flavor in ("x", "edge")}


def place_of(exchange: Exchange) -> str:
    """The method and the address without the names in it."""
    request = exchange.request
    if not request.path.startswith("/v1"):
        return f"{request.method} {request.path}"
    segments = _segments(request.path, exchange.flavor == "edge")
    found = _MANAGEMENT[exchange.flavor]._find(request.method, segments[2:])
    return f"{request.method} {(found[0].pattern or 'the organisation') if found else '?'}"


def _version_from_npm(name: str) -> str:
    text = (MODULES / name / "package.json").read_text(encoding="utf-8")
    return str(json.loads(text)["version"])


def _version_from_pip(name: str) -> str:
    (folder,) = PYTHON.parent.parent.glob(f"lib/*/site-packages/{name}-*.dist-info")
    return folder.name.removesuffix(".dist-info").rpartition("-")[2]
