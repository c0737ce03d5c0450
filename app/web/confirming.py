"""Before a page is shown: is the person still wanted, and in which role, says the provider."""

from typing import Final, cast

from flask import Flask, request, session

from app.web import sessions
from app.web.context import actor_of, portal
from app.web.htmx import wants_fragment
from app.web.sessions import PortalSession

# Signing in and out must not wait for the provider, and these need no role.
UNASKED: Final = ("auth", "backchannel", "health")


def install(app: Flask) -> None:
    """Register the hook; it comes before anything looks at who is signed in."""

    @app.before_request
    def ask_the_provider() -> None:
        current = cast(PortalSession, session)
        if current.stored is not None and _is_page():
            _confirm(current)


def _is_page() -> bool:
    """Tell whether a whole page is asked for: parts of one never wait for a provider."""
    is_ours = request.endpoint is not None and request.blueprint is not None
    return is_ours and request.blueprint not in UNASKED and not wants_fragment()


def _confirm(current: PortalSession) -> None:
    services = portal()
    confirmations, stored = services.session_office.confirmations, current.stored
    if stored is None or not confirmations.is_due(stored):
        return
    if confirmations.ask(stored, actor_of(stored.account)):
        current.stored = services.sessions.load(current.id_text, services.clock.now())
    else:
        current.stored = None
    if current.stored is None:
        sessions.forget()
