"""Before anything is shown or done the provider says whether, and as what, somebody is wanted.

Parts of pages are no exception: whoever sends a request chooses what it
asks for.
"""

from typing import Final, cast

from flask import Flask, request, session

from app.web import sessions
from app.web.context import actor_of, portal
from app.web.sessions import PortalSession

# Signing in and out must not wait for the provider, and these need no role.
UNASKED: Final = ("auth", "backchannel", "health")


def install(app: Flask) -> None:
    """Register the hook; it comes before anything looks at who is signed in."""

    @app.before_request
    def ask_the_provider() -> None:
        current = cast(PortalSession, session)
        if current.stored is not None and _is_asked_about():
            _confirm(current)


def _is_asked_about() -> bool:
    """Tell whether a route of ours is meant that shows or does something for the person."""
    return request.blueprint is not None and request.blueprint not in UNASKED


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
