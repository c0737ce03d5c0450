"""Actions that an operator can protect by a fresh sign-in, and what somebody was about to do."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

GRANT_LIFETIME: Final = timedelta(minutes=5)


class Dangerous(StrEnum):
    """Every such action, by its name in the settings; each guards at least one route."""

    ACCOUNT_CHANGE = "account.change"
    ACCOUNT_DELETE = "account.delete"
    APP_DELETE = "app.delete"
    DEVELOPER_STATUS = "developer.status"
    KEY_DELETE = "key.delete"
    KEY_REVEAL = "key.reveal"
    KEY_ROTATE = "key.rotate"


@dataclass(frozen=True, slots=True)
class Grant:
    """A fresh sign-in of one session, good for one action on one thing, once.

    ``about`` names both without telling what they are.
    """

    session: str
    about: str
    expires_at: datetime


def about(action: Dangerous, path: str) -> str:
    """Return what a grant is about: this action at this address, and no other."""
    return hashlib.sha256(f"{action.value}\n{path}".encode()).hexdigest()
