"""Writes that a rule refused are on the record too, whichever service refused them.

What is only typed wrongly, or asks for a box to be ticked, is no refusal.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from app.domain.audit import Action
from app.domain.errors import LimitReached, NotAllowed, NotFound, Refused
from app.domain.names import unprintable
from app.services.trail import Target, Trail

P = ParamSpec("P")
R = TypeVar("R")

# What is asked for comes from an address or a form: nobody knows what was pasted into it.
LONGEST_NAME: Final = 100
SECRET: Final = re.compile(r"[A-Za-z0-9]{32,}")
MASKED: Final = "[masked]"


class Recording(Protocol):
    """A service that writes the audit log."""

    @property
    def trail(self) -> Trail:
        """Where refusals go."""
        ...


S = TypeVar("S", bound=Recording)
Write = Callable[Concatenate[S, P], R]


def on_record(action: Action) -> Callable[[Write[S, P, R]], Write[S, P, R]]:
    """Record what the write refuses, under its action, unless its trail did so already.

    What it is about is read from the arguments ``account``, or ``owner`` with ``name``, ``new``,
    ``which`` or ``asked``. Page views are not decorated: ``app.web.refusals`` tells of those.
    """

    def decorate(write: Write[S, P, R]) -> Write[S, P, R]:
        signature = inspect.signature(write)

        @wraps(write)
        def recorded(service: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return write(service, *args, **kwargs)
            except (NotFound, NotAllowed, Refused, LimitReached) as error:
                if not error.is_recorded:
                    asked = signature.bind(service, *args, **kwargs).arguments
                    reason = type(error).__name__
                    service.trail.refusal(asked["actor"], action, _target(asked), reason)
                    error.is_recorded = True
                raise

        return recorded

    return decorate


def _target(asked: Mapping[str, Any]) -> Target:
    if "account" in asked:
        account = asked["account"]
        return Target("developer", account.email, account_id=account.account_id)
    app, key_id = _names(asked)
    names = [_shown(name) for name in (app, key_id) if name]
    return Target("key" if key_id else "app", " / ".join(names), asked["owner"].email)


def _names(asked: Mapping[str, Any]) -> tuple[str, str]:
    """Return app and key; a form that rotates names both itself."""
    if "new" in asked:
        return asked["new"].name, ""
    if "which" in asked:
        app, key_id = asked["which"]
        return app, key_id
    if "name" in asked:
        return asked["name"], asked.get("key_id", "")
    return asked["asked"].app, asked["asked"].key_id


def _shown(name: str) -> str:
    visible = "".join(char for char in name if not unprintable(char))
    return SECRET.sub(MASKED, visible)[:LONGEST_NAME]
