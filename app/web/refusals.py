"""Refused requests on the record: who tried what, never what was typed."""

from typing import Final

from flask import current_app, request

from app.domain.audit import Action
from app.services.trail import Target
from app.web.context import actor, portal, signed_in
from app.web.extensions import limiter

# Limits that count more than one route, such as that of forged forms.
OTHER: Final = "other"


def _rate() -> str:
    return str(current_app.config["RATES"]["write"])


def forged(reason: str) -> None:
    """Record a request that did not come from a page of ours.

    Raises ``RateLimitExceeded`` for who sends more of them than of forms: what is refused before
    its route is counted by no route's limit.
    """
    _count_forged()
    _tell(Action.REQUEST_REFUSED, reason)


@limiter.shared_limit(_rate, scope="forged")
def _count_forged() -> None:
    """Count one, wherever it was sent."""


def too_often() -> None:
    """Record that a limit was reached, and count it by the name that the settings have for it."""
    view = current_app.view_functions.get(request.endpoint or "")
    portal().figures.figures.limited(getattr(view, "limit", OTHER))
    _tell(Action.LIMIT_REACHED)


def not_found() -> None:
    """Record that a person asked for something that is not theirs, or not there.

    A link that leads nowhere looks the same; one source that does it again and again does not.
    """
    if signed_in() and request.url_rule and request.url_rule.arguments:
        _tell(Action.OBJECT_REFUSED)


def _tell(action: Action, reason: str = "") -> None:
    page = Target("page", request.endpoint or "")
    portal().trail.refusal(actor(), action, page, reason)
