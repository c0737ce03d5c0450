"""The demo's OIDC provider on free ports, for every test that signs somebody in.

with run_provider("http://localhost:5000", "a secret") as provider:
    provider.issuer       # http://localhost:41234
    provider.control_url  # http://localhost:41235: PUT /users/<sub>, POST /kill/<sub>, ...
"""

import json
import os
import selectors
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from tools.node import find_node

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90.0


@dataclass(frozen=True)
class Provider:
    """A running provider: its issuer, its control address and its client."""

    issuer: str
    control_url: str
    client_id: str
    client_secret: str


class ProviderDidNotStart(Exception):
    """The provider ended or stayed silent; the message holds what it printed."""


@contextmanager
def run_provider(
    portal_url: str,
    client_secret: str = "made-up",  # noqa: S107 - nobody else uses it
    *,
    provider_name: str = "demo",
    client_keys: Mapping[str, object] | None = None,
) -> Iterator[Provider]:
    """Run the provider for a portal at `portal_url` (redirects to /auth/<provider_name>/...).

    With `client_keys`, a set of public keys, the client proves itself by signing.
    """
    command = [
        *(str(find_node()), str(ROOT / "demo" / "idp.mjs")),
        *("--port", "0", "--control-port", "0", "--with-parent"),
        *("--portal", portal_url, "--provider-name", provider_name),
    ]
    environment = {**os.environ, "DEMO_CLIENT_SECRET": client_secret}
    if client_keys is not None:
        environment["DEMO_CLIENT_JWKS"] = json.dumps(client_keys)
    with (
        TemporaryFile("w+") as noise,
        subprocess.Popen(  # noqa: S603 - our own script, made-up arguments
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=noise,
            text=True,
        ) as process,
    ):
        try:
            issuer, control_url = _wait_until_ready(process, noise)
            yield Provider(issuer, control_url, "portal", client_secret)
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def _wait_until_ready(process: subprocess.Popen[str], noise: IO[str]) -> tuple[str, str]:
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(START_SECONDS) else ""
    if not line.startswith("ready "):
        noise.seek(0)
        raise ProviderDidNotStart(f"{line}{noise.read()}\nHas `make assets` been run?")
    _, issuer, control_url = line.split()
    return issuer, control_url
