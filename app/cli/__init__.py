"""The ``flask`` commands: each calls one service and prints what it did."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from app.cli.accounts import accounts
from app.cli.apps import approvals, apps
from app.cli.audit import audit
from app.cli.conformance import check_organization
from app.cli.content import content
from app.cli.doctor import doctor
from app.cli.jobs import jobs
from app.cli.mail import mail
from app.cli.registrations import developers
from app.cli.sync import sync
from app.services.truth.port import Conformance


def install(app: Flask, conformance: Callable[[str, Path], Conformance]) -> None:
    """Add the commands to the application; ``conformance`` makes what one of them needs."""
    app.extensions["conformance"] = conformance
    developers.add_command(sync)
    for command in (
        accounts,
        approvals,
        apps,
        audit,
        developers,
        jobs,
        mail,
        check_organization,
        content,
        doctor,
    ):
        app.cli.add_command(command)
