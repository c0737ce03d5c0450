"""What must lie ready before anything starts: folders, secrets, the sample content."""

import os
import secrets
import shutil
import socket
from pathlib import Path

from demo.plan import ROOT, Plan, PlanError

CONTENT = ROOT / "demo" / "content"
PLACEHOLDER = "{{local_apigee}}"
SECRET_BYTES = 32


def prepare(plan: Plan) -> None:
    """Make folders, secrets and content; raises `PlanError` when a port is taken."""
    refuse_taken_ports(plan)
    for folder in (plan.secrets, plan.logs, plan.portal_state, plan.emulator_state):
        folder.mkdir(parents=True, exist_ok=True)
    for file in (plan.secret_key_file, plan.client_secret_file):
        make_secret(file)
    write_content(plan)


def refuse_taken_ports(plan: Plan) -> None:
    """Raise `PlanError` naming the first port that something else listens on."""
    for port in plan.ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as problem:
                raise PlanError(
                    f"Port {port} is taken (the demo uses {plan.ports[0]} to {plan.ports[-1]}).\n"
                    "Stop what listens there, or choose others: PORTAL_DEMO_PORT=18000 make demo"
                ) from problem


def make_secret(file: Path) -> None:
    """Write a random secret that only its owner can read, unless there is one already."""
    if file.exists():
        return
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_hex(SECRET_BYTES))


def write_content(plan: Plan) -> None:
    """Copy the sample content, with the local Apigee's address for its placeholder."""
    if plan.content.exists():
        shutil.rmtree(plan.content)
    for source in sorted(CONTENT.rglob("*")):
        target = plan.content / source.relative_to(CONTENT)
        if source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        found = source.read_bytes()
        target.write_bytes(found.replace(PLACEHOLDER.encode(), plan.apigee_origin.encode()))
