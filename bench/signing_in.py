"""Signs everybody in as a provider's callback does, in a process with the portal's settings."""

import os
import secrets
from pathlib import Path

from app.domain.audit import Actor
from app.domain.people import Identity
from app.factory import create_app
from app.services.portal import Portal
from app.services.ports import SignedIn
from app.services.session_port import SessionStart
from app.settings import Settings
from bench.house import ISSUER, PEOPLE_FILE, read_people, write_people
from demo.plan import PROVIDER


def main() -> None:
    """Put a cookie beside each e-mail address of the file."""
    file = Path(os.environ[PEOPLE_FILE])
    flask_app = create_app(Settings())
    with flask_app.app_context():
        services: Portal = flask_app.extensions["portal"]
        write_people(file, {email: session_of(services, email) for email in read_people(file)})


def session_of(services: Portal, email: str) -> str:
    """Begin a session; the developer of an address that a provider verified is linked to it."""
    identity = Identity(PROVIDER, ISSUER, email, email, email_verified=True)
    account = services.sign_in.complete(identity, Actor(None, "anonymous", "", ""))
    return begun(services, account.account_id, identity)


def begun(services: Portal, account_id: int, identity: Identity) -> str:
    """Return the cookie of a session that an account begins now."""
    start = SessionStart(services.clock.now(), services.session_office.rules.everyone)
    cookie = services.sessions.begin(account_id, SignedIn(identity, "an-id-token"), start)
    person = {"_user_id": str(account_id), "_fresh": True}
    services.sessions.save_data(cookie, {**person, "csrf_token": secrets.token_hex(20)})
    return cookie


if __name__ == "__main__":
    main()
