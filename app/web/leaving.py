"""Signing out: here first, whatever the provider does, then there, and back with its word."""

import hmac
import secrets
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from flask import Response, current_app, session, url_for

from app.web import sessions
from app.web.context import account, actor, portal
from app.web.htmx import go_to

STATE_BYTES: Final = 16
# In this browser the next sign-in within ten minutes is one that the provider has to ask for.
ANEW: Final = "anew"
_STARTED: Final = "signing_out"
_FOR_GOOD: Final = "for_good"


class There(StrEnum):
    """What is known of the provider's own session."""

    UNKNOWN = "unknown"
    ENDED = "ended"
    OPEN = "open"


def leave(*, everywhere: bool = False, for_good: bool = False) -> Response:
    """End this session, or all of the person's, and send the browser to the provider's sign-out.

    While the provider is down the sessions here end all the same. Whoever leaves ``for_good``
    is told at the end that their account is being deleted.
    """
    provider = portal().providers.get(sessions.provider_name())
    kept = sessions.end()
    if everywhere:
        portal().session_office.end_all(actor(), account())
        session[ANEW] = True
    state = secrets.token_urlsafe(STATE_BYTES)
    back = f"{portal().presentation.public_url}/signed-out"
    there = None
    if provider:
        provider.give_back(kept.holding)
    if provider and kept.id_token:
        there = provider.sign_out_url(kept.id_token, back, state)
    if there:
        session[_STARTED] = state
    if for_good:
        session[_FOR_GOOD] = True
    there = there or current_app.config["SIGN_OUT_URL"]
    response = go_to(there or url_for("auth.signed_out", open=1 if provider else None))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def confirmed(query: Mapping[str, str]) -> There:
    """Return what the browser that comes back tells; the provider's word counts once."""
    begun = session.pop(_STARTED, "") if _STARTED in session else ""
    if not begun:
        return There.OPEN if "open" in query else There.UNKNOWN
    given = query.get("state", "")
    is_ours = hmac.compare_digest(begun.encode(), given.encode("utf-8", "replace"))
    return There.ENDED if is_ours else There.OPEN


def was_for_good() -> bool:
    """Tell once whether the person of this browser has just deleted their account."""
    return bool(session.pop(_FOR_GOOD)) if _FOR_GOOD in session else False
