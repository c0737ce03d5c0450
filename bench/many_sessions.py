"""Begins a session for everybody of the file, as a sign-in leaves it, by the stores alone.

It makes the rows of accounts that are linked to their developers, and of sessions, without asking
Apigee and without the audit log, which would take most of an hour for ten thousand.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from flask import Flask

from app.domain.developers import Developer
from app.domain.people import Identity
from app.factory import create_app
from app.services.portal import Portal
from app.settings import Settings
from bench.house import ISSUER, PEOPLE_FILE, read_people, write_people
from bench.signing_in import begun
from demo.plan import PROVIDER

AT_ONCE: Final = 4


def main() -> None:
    """Put a cookie beside each e-mail address of the file."""
    file = Path(os.environ[PEOPLE_FILE])
    flask_app = create_app(Settings())
    emails = list(read_people(file))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        cookies = list(pool.map(partial(_begun, flask_app), emails))
    write_people(file, dict(zip(emails, cookies, strict=True)))


def _begun(flask_app: Flask, email: str) -> str:
    with flask_app.app_context():
        services: Portal = flask_app.extensions["portal"]
        return stored_session(services, email)


def stored_session(services: Portal, email: str) -> str:
    """Return the cookie of a session that was never begun through a provider."""
    identity = Identity(PROVIDER, ISSUER, email, email, email_verified=True)
    [row] = services.registration.index.by_folded_email(email)
    accounts = services.registration.accounts
    account = accounts.signed_in(identity, services.clock.now())
    accounts.link(
        account.account_id,
        Developer(
            row.email, row.developer_id, row.first_name, row.last_name, row.user_name, row.status
        ),
    )
    return begun(services, account.account_id, identity)


if __name__ == "__main__":
    main()
