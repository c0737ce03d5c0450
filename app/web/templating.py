"""What every template can use: filters for time, static addresses, the macros, the page's frame."""

import json
from collections.abc import Callable, Hashable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

from flask import Flask, current_app, g, get_flashed_messages, request, session
from flask_wtf.csrf import generate_csrf
from itsdangerous import Signer, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from jinja2 import StrictUndefined

from app.domain.lookalikes import resembled
from app.domain.plurals import number_of
from app.services.kept import Kept
from app.services.portal import Portal
from app.web import access, chart, sides, site, static_files, viewing
from app.web import help as reader_help
from app.web.application import kept_addresses
from app.web.audit_words import detail_words, target_words
from app.web.context import portal

Made = TypeVar("Made")
# Rows of a page, and pages after each other, have the same icons, badges and moments.
KEPT_PIECES: Final = 2_048
DAY: Final = 86_400
UNITS: Final = (
    (DAY * 365, "year"),
    (DAY * 30, "month"),
    (DAY, "day"),
    (3_600, "hour"),
    (60, "minute"),
)


def ago(moment: datetime, now: datetime) -> str:
    """Say how far a moment is from now: ``3 days ago``, ``in 9 days``, ``just now``.

    What comes is rounded to whole days, hours or minutes: a key that was just made for 3 days
    ends in 3 days.
    """
    seconds = int((now - moment).total_seconds())
    for size, unit in UNITS:
        count = abs(seconds) // size
        if count:
            if seconds < 0 and size <= DAY:
                count = (size // 2 - seconds) // size
            words = f"{count} {unit}" if count == 1 else f"{count} {unit}s"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now"


def day(moment: datetime) -> str:
    """Write a date: ``14 Mar 2026``."""
    return f"{moment.day} {moment:%b %Y}"


def moment(value: datetime) -> str:
    """Write a moment: ``14 Mar 2026, 10:02 UTC``."""
    return f"{day(value)}, {value:%H:%M} UTC"


def hour(value: datetime) -> str:
    """Write a time of day: ``10:02 UTC``."""
    return f"{value:%H:%M} UTC"


class _Flashes:
    """Messages for the person, taken from the session only when the page shows them."""

    def __iter__(self) -> Iterator[Any]:
        return iter(get_flashed_messages(with_categories=True))


def install(app: Flask, services: Portal) -> None:
    """Give the templates their filters, globals and context."""
    app.extensions["surroundings"] = Kept[object]()
    keys = app.config["WTF_CSRF_SECRET_KEY"]
    app.extensions["csrf_signer"] = URLSafeTimedSerializer(keys, "wtf-csrf-token").make_signer()
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.filters.update(ago=ago, day=day, moment=moment, hour=hour)
    environment.filters.update(number_of=number_of, resembled=resembled)
    environment.filters.update(amount=chart.amount, latency=chart.latency, percent=chart.percent)
    environment.filters.update(detail_words=detail_words, target_words=target_words)

    # While somebody works on the files, each address is made anew.
    kept = _as_it_is if app.debug else _kept
    environment.globals.update(
        address=sides.address,
        url_for=kept_addresses(app),
        asset=kept(static_files.address),
        kept=kept,
        branding=services.presentation,
        app_policy=services.editing.policy,
        opens=access.opens,
        first_admin_page=access.first_admin_page,
        waiting_registrations=_waiting_registrations,
        **reader_help.GLOBALS,
        **site.GLOBALS,
    )
    environment.globals["ui"] = environment.get_template("components/ui.html").module
    app.context_processor(_frame)


def _kept(make: Callable[..., Made]) -> Callable[..., Made]:
    """Make each piece once for what it is given and the path that the portal is served under."""

    @lru_cache(maxsize=KEPT_PIECES)
    def made(_root: str, *given: Hashable) -> Made:
        return make(*given)

    def piece(*given: Hashable) -> Made:
        return made(request.script_root, *given)

    return piece


def _as_it_is(make: Callable[..., Made]) -> Callable[..., Made]:
    return make


def _frame() -> dict[str, object]:
    has_sign_up = any(one.has_sign_up for one in portal().providers.values())
    frame: dict[str, object] = {"nav": _nav(), "flashes": _Flashes(), "has_sign_up": has_sign_up}
    return {
        **frame,
        "now": portal().clock.now(),
        "side": sides.current(),
        "viewed": viewing.current(),
        "csrf_token": _csrf_token,
    }


def _csrf_token() -> str:
    """Return the token of the page's forms, which is made once and asked for several times."""
    return cast(str, g.get("csrf_token") or _signed())


def _signed() -> str:
    """Sign the session's token as Flask-WTF does, which makes a signer for each page."""
    kept = session.get("csrf_token")
    if not kept:
        return cast(str, generate_csrf())
    signer: Signer = current_app.extensions["csrf_signer"]
    token = g.csrf_token = signer.sign(base64_encode(json.dumps(kept))).decode()
    return token


def _waiting_registrations() -> int:
    """Return how many registrations wait for the person to decide; 0, unasked, for all others."""
    return portal().registration.office.waiting() if access.opens("accounts.decide") else 0


def _nav() -> str:
    """Return the part of the portal that the page belongs to, by its address."""
    rule = request.url_rule.rule if request.url_rule else ""
    if rule.startswith("/admin"):
        return ".".join(rule.split("/")[1:3])
    endpoint = request.endpoint or ""
    return "my_apps" if rule.startswith(("/apps", "/diagnosis")) else endpoint.partition(".")[0]
