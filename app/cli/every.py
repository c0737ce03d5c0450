"""Every command, and Flask-Migrate's ``db`` for the database's tables."""

from flask import Flask
from flask_migrate import Migrate

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
from app.web.extensions import db

COMMANDS = (
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
)


def add_to(app: Flask) -> None:
    """Add them to the application's own group."""
    Migrate().init_app(app, db, directory=app.config["MIGRATIONS"])
    developers.add_command(sync)
    for command in COMMANDS:
        app.cli.add_command(command)
