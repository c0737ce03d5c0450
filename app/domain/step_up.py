"""Actions that an operator can protect by a fresh sign-in, and what somebody was about to do."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

GRANT_LIFETIME: Final = timedelta(minutes=5)


class Dangerous(StrEnum):
    """Every such action, by its name in the settings; each guards at least one route."""

    ACCESS_DECIDE = "access.decide"
    ACCOUNT_CHANGE = "account.change"
    ACCOUNT_DATA = "account.data"
    ACCOUNT_DELETE = "account.delete"
    APP_CREATE = "app.create"
    APP_DELETE = "app.delete"
    APP_STATUS = "app.status"
    AUDIT_EXPORT = "audit.export"
    DEVELOPER_ADD = "developer.add"
    DEVELOPER_CHANGE = "developer.change"
    DEVELOPER_DELETE = "developer.delete"
    DEVELOPER_EMAIL = "developer.email"
    DEVELOPER_EXPORT = "developer.export"
    DEVELOPER_STATUS = "developer.status"
    DEVELOPER_VIEW = "developer.view"
    DEVELOPERS_SYNC = "developers.sync"
    JOB_CHANGE = "job.change"
    KEY_ADD = "key.add"
    KEY_DELETE = "key.delete"
    KEY_REVEAL = "key.reveal"
    KEY_ROTATE = "key.rotate"
    KEY_STATUS = "key.status"
    KEY_VERIFY = "key.verify"


# Fields that say what is done: a sign-in for one of their values is no good for another.
TELLING: Final[Mapping[Dangerous, frozenset[str]]] = MappingProxyType(
    {
        Dangerous.ACCESS_DECIDE: frozenset({"request", "approve", "decision", "status", "product"}),
        Dangerous.ACCOUNT_CHANGE: frozenset({"do", "role", "sign_in", "email"}),
        Dangerous.APP_CREATE: frozenset({"every"}),
        Dangerous.APP_STATUS: frozenset({"status"}),
        Dangerous.AUDIT_EXPORT: frozenset(
            {"format", "action", "actor", "target", "since", "until"}
        ),
        Dangerous.DEVELOPER_ADD: frozenset({"email"}),
        Dangerous.DEVELOPER_CHANGE: frozenset(
            {"first_name", "last_name", "user_name", "do", "name", "value"}
            | {"attribute_name", "attribute_value"}
        ),
        Dangerous.DEVELOPER_EMAIL: frozenset({"new_email"}),
        Dangerous.DEVELOPER_EXPORT: frozenset(
            {"kind", "table", "q", "status", "attribute", "signed_in", "sort"}
        ),
        Dangerous.DEVELOPER_STATUS: frozenset({"status", "decision"}),
        Dangerous.KEY_ADD: frozenset({"every"}),
        Dangerous.KEY_REVEAL: frozenset({"value"}),
        Dangerous.KEY_ROTATE: frozenset({"do", "every", "overlap"}),
        Dangerous.KEY_STATUS: frozenset({"do", "status"}),
    }
)
# What is typed here is a secret, and waits nowhere: it is typed once more.
SECRET: Final = frozenset({Dangerous.KEY_VERIFY})
Fields = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Grant:
    """A fresh sign-in of one session, good for one action on one thing, once.

    ``about`` names both without telling what they are.
    """

    session: str
    about: str
    expires_at: datetime


def telling(action: Dangerous, fields: Fields) -> tuple[tuple[str, str], ...]:
    """Return those of a form's fields that say what is done."""
    return tuple(sorted(field for field in fields if field[0] in TELLING.get(action, ())))


def about(action: Dangerous, path: str, fields: Fields = ()) -> str:
    """Return what a grant is about: this action at this address with this effect, and no other."""
    told = json.dumps([action.value, path, telling(action, fields)])
    return hashlib.sha256(told.encode()).hexdigest()
